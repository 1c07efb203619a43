import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { change, commitOf, creation, disposable, eventsFrom, keyOf } from '../fixture.ts';
import { type Commit, StaleRun, StoreBusy } from '../store.ts';
import { writerOf } from './batch.ts';
import { openAsOwner } from './database.ts';
import { temporaryFolder } from './folder.ts';
import { openSqliteStore } from './sqlite.ts';

function openWriter(path: string) {
  const database = openAsOwner(path);
  return { ...database, writer: writerOf(database.db, path), [Symbol.dispose]: () => database.close() };
}

function sized(name: string, sizeBytes: number): Commit {
  const events = { ...eventsFrom(1, 1), bytes: new Uint8Array(sizeBytes) };
  return commitOf(creation(keyOf(name), { events }));
}

test('a full disk refuses the whole transaction by name, and the store goes on once there is space', () => {
  using folder = temporaryFolder();
  using opened = openWriter(folder.file('a.db'));
  const { db, writer } = opened;
  assert.deepEqual(writer.write([sized('first', 100)]), [undefined]);
  const pages = db.prepare('pragma page_count').get()?.page_count as number;
  db.exec(`pragma max_page_count = ${pages + 3}`);

  const results = writer.write([sized('small', 100), sized('large', 1_000_000), sized('other', 100)]);
  assert.equal(results.length, 3);
  for (const result of results) {
    assert.ok(result instanceof StoreBusy);
    assert.match(result.message, /no space is left for .*a\.db: free some, then try again/);
  }
  assert.deepEqual(writer.write([sized('small', 100)]), [undefined]);
  db.exec('pragma max_page_count = 1000000');
  assert.deepEqual(writer.write([sized('large', 1_000_000), sized('other', 100)]), [undefined, undefined]);
});

test('a commit that fails half-way takes nothing of the others with it, nor leaves anything', () => {
  using folder = temporaryFolder();
  using opened = openWriter(folder.file('a.db'));
  const broken = { kind: 'part', id: '1', body: Symbol('no text, no bytes') as unknown as string };
  const results = opened.writer.write([
    commitOf(creation(keyOf('a', 'run-a', 'new namespace'))),
    commitOf(
      creation(keyOf('b'), { events: eventsFrom(1, 2), birth: { workflowType: 'NewType' }, putParts: [broken] }),
    ),
    commitOf(change(keyOf('a', 'run-a', 'new namespace'), 7)),
    commitOf(creation(keyOf('c'), { birth: { workflowType: 'NewType' } })),
  ]);
  assert.equal(results[0], undefined);
  assert.ok(results[1] instanceof TypeError);
  assert.ok(results[2] instanceof StaleRun);
  assert.equal(results[3], undefined);

  const stored = opened.db.prepare('select workflow_id, name from runs join names on names.id = workflow_type').all();
  assert.deepEqual(
    stored.map(({ workflow_id, name }) => `${workflow_id} ${name}`),
    ['a Order', 'c NewType'],
  );
  assert.equal(opened.db.prepare('select count(*) as count from history').get()?.count, 0);
  assert.deepEqual(opened.writer.write([commitOf(creation(keyOf('b')))]), [undefined]);
});

test('another program that holds the database locked is named, and later commits go on', () => {
  using folder = temporaryFolder();
  const path = folder.file('a.db');
  using opened = openWriter(path);
  opened.db.exec('pragma busy_timeout = 1');
  using shell = new DatabaseSync(path);
  shell.exec('begin immediate');
  const [result] = opened.writer.write([sized('w', 1)]);
  assert.ok(result instanceof StoreBusy);
  assert.match(result.message, /a\.db is locked by another program: end its transaction/);
  shell.exec('rollback');
  assert.deepEqual(opened.writer.write([sized('w', 1)]), [undefined]);
});

// A limit on the size of files makes a write fail as a broken disk does.
test('after an I/O error nothing more is written, and what was acknowledged before it is there', async () => {
  using folder = temporaryFolder();
  const path = folder.file('a.db');
  const program = `
    import { openSqliteStore } from ${JSON.stringify(import.meta.resolve('./sqlite.ts'))};
    import { commitOf, creation, eventsFrom, keyOf } from ${JSON.stringify(import.meta.resolve('../fixture.ts'))};
    const store = await openSqliteStore(${JSON.stringify(path)});
    const events = { ...eventsFrom(1, 1), bytes: new Uint8Array(20_000) };
    const outcomes = [];
    for (let n = 0; n < 150; n++) {
      await store.commit(commitOf(creation(keyOf('w' + n), { events }))).then(
        () => outcomes.push('stored'), (error) => outcomes.push(error.name + ': ' + error.message));
    }
    await store.nextDueMs().catch((error) => outcomes.push(error.message));
    console.log(JSON.stringify(outcomes));
    await store.close();`;
  const limited = `ulimit -f 4000; exec "$0" --input-type=module --eval "$1"`;
  const { stdout, stderr } = spawnSync('sh', ['-c', limited, process.execPath, program], { encoding: 'utf8' });
  const outcomes = JSON.parse(stdout || stderr) as readonly string[];
  const stored = outcomes.indexOf(outcomes.find((outcome) => outcome !== 'stored') ?? '');
  assert.ok(stored > 5 && stored < 150, `${stored} were stored`);
  for (const outcome of outcomes.slice(stored)) assert.match(outcome, /the disk failed under .*a\.db: check the disk/);

  await using store = disposable(await openSqliteStore(path));
  for (let n = 0; n < stored; n++) assert.equal((await store.loadRun(keyOf(`w${n}`)))?.version, 1);
});
