import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { change, commitOf, creation, disposable, eventsFrom, keyOf } from '../fixture.ts';
import { StoreUnusable } from '../store.ts';
import { temporaryFolder } from './folder.ts';
import { latestVersion, type Migration, migrate } from './migrations.ts';
import { openSqliteReader, openSqliteStore } from './sqlite.ts';

function unusable(pattern: RegExp): (error: Error) => boolean {
  return (error) => {
    assert.ok(error instanceof StoreUnusable, error.stack);
    assert.match(error.message, pattern);
    return true;
  };
}

async function fill(path: string, runs = 1): Promise<void> {
  await using store = disposable(await openSqliteStore(path));
  const writes = Array.from({ length: runs }, (_, at) => creation(keyOf(`w${at}`), { events: eventsFrom(1, 200) }));
  await store.commit(commitOf(...writes));
}

test('a file of a newer version is refused by a message that names file, versions and remedy', async () => {
  using folder = temporaryFolder();
  const path = folder.file('a.db');
  await fill(path);
  using db = new DatabaseSync(path);
  const newer = latestVersion() + 1;
  db.exec(`pragma user_version = ${newer}`);
  const refusal = new RegExp(
    `a\\.db was written by a newer perdure \\(schema version ${newer}, this one knows ${newer - 1}\\): update perdure`,
  );
  await assert.rejects(openSqliteStore(path), unusable(refusal));
  await assert.rejects(openSqliteReader(path), unusable(refusal));
});

test('a file that is not a perdure database is refused and left as it is', async () => {
  using folder = temporaryFolder();
  const foreign = folder.file('foreign.db');
  using db = new DatabaseSync(foreign);
  db.exec('create table mine (a); insert into mine values (1)');
  const marked = folder.file('marked.db');
  using other = new DatabaseSync(marked);
  other.exec('pragma application_id = 77; create table mine (a)');
  for (const path of [foreign, marked]) {
    const before = readFileSync(path);
    await assert.rejects(
      openSqliteStore(path),
      unusable(/is a database of another program: give the path of another file/),
    );
    await assert.rejects(openSqliteReader(path), unusable(/is a database of another program/));
    assert.deepEqual(readFileSync(path), before);
  }

  const garbage = { random: randomBytes(20_000), text: Buffer.from('hello'), page: Buffer.alloc(512, 'SQLite') };
  for (const [name, bytes] of Object.entries(garbage)) {
    const path = folder.file(`${name}.db`);
    writeFileSync(path, bytes);
    await assert.rejects(
      openSqliteStore(path),
      unusable(/\.db is not a database: give the path of another file, or move/),
    );
    await assert.rejects(openSqliteReader(path), unusable(/is not a database/));
    assert.deepEqual(readFileSync(path), bytes);
  }
});

test('a torn file is refused as damaged', async () => {
  using folder = temporaryFolder();
  const path = folder.file('a.db');
  await fill(path, 200);
  truncateSync(path, 30_000);
  const damaged = unusable(/a\.db is damaged: restore a copy, or save what is left with: sqlite3 .*a\.db \.recover/);
  await assert.rejects(openSqliteStore(path), damaged);
  await assert.rejects(openSqliteReader(path), damaged);
});

test('damage that is met later is named, and nothing is written on top of it', async () => {
  using folder = temporaryFolder();
  const path = folder.file('a.db');
  await fill(path, 500);
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.fill(0xee, 8192 * 5));
  const store = await openSqliteStore(path);
  const damaged = unusable(/a\.db is damaged/);
  await assert.rejects(store.readHistory(keyOf('w300'), 1, 10), damaged);
  await assert.rejects(store.commit(commitOf(creation(keyOf('new')))), damaged);
  await assert.rejects(store.nextDueMs(), damaged);
  await store.close();
});

test('a path that cannot be a database says why and what to do', async () => {
  using folder = temporaryFolder();
  mkdirSync(folder.file('folder.db'));
  writeFileSync(folder.file('file'), '');
  const cases: readonly (readonly [string, RegExp])[] = [
    ['absent/a.db', /absent\/a\.db cannot be opened: its folder does not exist; make it with: mkdir -p .*\/absent$/],
    ['file/a.db', /file\/a\.db cannot be opened: .*\/file is not a folder/],
    ['folder.db', /folder\.db is not a file/],
  ];
  for (const [name, message] of cases) await assert.rejects(openSqliteStore(folder.file(name)), unusable(message));
  await assert.rejects(
    openSqliteReader(folder.file('absent.db')),
    unusable(/there is no database .*absent\.db: check the path/),
  );
  writeFileSync(folder.file('empty.db'), '');
  await assert.rejects(openSqliteReader(folder.file('empty.db')), unusable(/empty\.db has version 0 of the schema/));
});

test('an empty file and one that a crash left without tables become databases', async () => {
  using folder = temporaryFolder();
  writeFileSync(folder.file('empty.db'), '');
  {
    using db = new DatabaseSync(folder.file('begun.db'));
    db.exec('pragma journal_mode = wal');
  }
  for (const name of ['empty.db', 'begun.db']) {
    await fill(folder.file(name));
    await using store = disposable(await openSqliteStore(folder.file(name)));
    await store.commit(commitOf(change(keyOf('w0'), 1, { marks: { historyLength: 200 } })));
  }
});

test('migrations are applied once each, in order, and one that fails leaves the version before it', () => {
  using db = new DatabaseSync(':memory:');
  const steps: readonly Migration[] = [
    { version: 1, sql: 'create table a (x)' },
    { version: 2, sql: 'insert into a values (1)' },
  ];
  const versionNow = () => db.prepare('pragma user_version').get()?.user_version;
  migrate(db, 0, steps.slice(0, 1));
  assert.equal(versionNow(), 1);
  const failing = [...steps, { version: 3, sql: 'insert into a values (2); insert into nowhere values (1)' }];
  assert.throws(() => migrate(db, 1, failing), /no such table: nowhere/);
  assert.equal(versionNow(), 2);
  migrate(db, 2, [...steps, { version: 3, sql: 'insert into a values (3)' }]);
  assert.equal(versionNow(), 3);
  assert.deepEqual(
    db
      .prepare('select x from a order by x')
      .all()
      .map(({ x }) => x),
    [1, 3],
  );
});
