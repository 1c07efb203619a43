import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, symlinkSync } from 'node:fs';
import { relative } from 'node:path';
import { test } from 'node:test';
import { change, commitOf, creation, disposable, eventsFrom, keyOf, moveTo, plain } from '../fixture.ts';
import { type Store, StoreUnusable } from '../store.ts';
import { storeSuite } from '../suite.ts';
import { killAfter, startProcess, temporaryFolder } from './folder.ts';
import { openSqliteReader, openSqliteStore } from './sqlite.ts';

storeSuite('a SQLite store', async () => {
  const folder = temporaryFolder();
  const store = await openSqliteStore(folder.file('a.db'));
  const close = async (): Promise<void> => {
    await store.close();
    folder[Symbol.dispose]();
  };
  return { ...store, close };
});

test('what was committed is there when the file is opened again, and only the database is left beside its lock', async () => {
  using folder = temporaryFolder();
  const [path, key] = [folder.file('a.db'), keyOf('w', '0198f3a2-7c1b-7e1f-8a4b-0123456789ab')];
  const first = await openSqliteStore(path);
  const write = creation(key, { events: eventsFrom(1, 3), putParts: [{ kind: 'timer', id: '3', body: 'b' }] });
  await first.commit({ runs: [write], currentRuns: [moveTo(key)] });
  await first.close();
  assert.deepEqual(
    ['', '-wal', '-shm', '.owner', '.lock'].filter((ending) => existsSync(path + ending)),
    ['', '.lock'],
  );

  await using second = disposable(await openSqliteStore(path));
  assert.equal(await second.currentRun('default', 'w'), key.runId);
  assert.deepEqual(plain(await second.readHistory(key, 1, 9)), [eventsFrom(1, 3)]);
  await second.commit(commitOf(change(key, 1, { events: eventsFrom(4, 1) })));
});

test('every acknowledged commit survives SIGKILL in the middle of the stream, whole', async () => {
  using folder = temporaryFolder();
  const path = folder.file('a.db');
  for (const round of [0, 1, 2]) {
    const child = startProcess(
      path,
      `for (let n = 0; n < 20; n++) void (async () => {
         const key = keyOf('w' + n, 'round-${round}-' + n);
         for (let version = 0; ; version++) {
           const parts = { putParts: [{ kind: 'step', id: String(version), body: 'x'.repeat(300) }] };
           const write = { events: eventsFrom(version * 3 + 1, 3), row: 'row ' + version, ...parts };
           await store.commit(commitOf(version === 0 ? creation(key, write) : change(key, version, write)));
           say(key.workflowId + ' ' + version);
         }
       })();`,
    );
    const lines = await killAfter(child, 1_500);
    assert.ok(lines.length >= 1_500);
    const acknowledged = new Map(lines.map((line) => line.split(' ') as [string, string]));
    await using store = disposable(await openSqliteStore(path));
    for (const [workflowId, version] of acknowledged) {
      await assertWhole(store, workflowId, `round-${round}-${workflowId.slice(1)}`, Number(version));
    }
  }
});

/** The run holds what was acknowledged or what came right after, and all of its tables say the same. */
async function assertWhole(store: Store, workflowId: string, runId: string, acknowledgedStep: number): Promise<void> {
  const key = keyOf(workflowId, runId);
  const run = await store.loadRun(key);
  assert.ok(run);
  const steps = run.version;
  assert.ok(steps >= acknowledgedStep + 1, `${workflowId} is at ${steps}, ${acknowledgedStep + 1} were acknowledged`);
  assert.ok(steps <= acknowledgedStep + 2);
  assert.equal(run.row, `row ${steps - 1}`);
  assert.equal(run.parts.length, steps);
  const chunks = await store.readHistory(key, 1, Number.POSITIVE_INFINITY);
  assert.deepEqual(
    chunks.flatMap(({ bytes }) => [...bytes]),
    Array.from({ length: steps * 3 }, (_, at) => (at + 1) % 256),
  );
}

test('a second owner is refused by a message that names the first, and SIGKILL frees the file', async () => {
  using folder = temporaryFolder();
  const path = folder.file('a.db');
  const child = startProcess(
    path,
    `await store.commit(commitOf(creation(keyOf('w')))); say('ready'); setInterval(() => {}, 1e6);`,
  );
  await once(child.stdout, 'data');
  await assert.rejects(openSqliteStore(path), (error: Error) => {
    assert.ok(error instanceof StoreUnusable);
    assert.match(
      error.message,
      new RegExp(`a\\.db is in use by process ${child.pid} \\(since .*\\): close that process`),
    );
    return true;
  });
  await using reader = disposable(await openSqliteReader(path));
  assert.equal((await reader.loadRun(keyOf('w')))?.version, 1);

  child.kill('SIGKILL');
  await once(child, 'exit');
  await using store = disposable(await openSqliteStore(path));
  await store.commit(commitOf(change(keyOf('w'), 1)));
  assert.equal((await reader.loadRun(keyOf('w')))?.version, 2);
});

test('a file that this process has open is not opened twice, under no name', async () => {
  using folder = temporaryFolder();
  await using store = disposable(await openSqliteStore(folder.file('a.db')));
  await store.commit(commitOf(creation(keyOf('w'))));
  symlinkSync('a.db', folder.file('link.db'));
  for (const path of [folder.file('a.db'), folder.file('link.db'), relative('.', folder.file('a.db'))]) {
    await assert.rejects(openSqliteStore(path), /a\.db is already open in this process: use what opened it/);
  }
  await store.commit(commitOf(change(keyOf('w'), 1)));
});

test('a reader sees what is durable while the owner goes on, and writes nothing', async () => {
  using folder = temporaryFolder();
  const path = folder.file('a.db');
  await using owner = disposable(await openSqliteStore(path));
  await using reader = disposable(await openSqliteReader(path));
  const key = keyOf('w');
  for (let version = 0; version < 50; version++) {
    const write = { events: eventsFrom(version * 2 + 1, 2), marks: { dueAtMs: version } };
    await owner.commit(commitOf(version === 0 ? creation(key, write) : change(key, version, write)));
    assert.equal((await reader.loadRun(key))?.version, version + 1);
    assert.equal((await reader.lastHistory(key))?.firstEventId, version * 2 + 1);
    assert.equal(await reader.nextDueMs(), version);
  }
  await assert.rejects(
    reader.commit(commitOf(change(key, 50))),
    /a\.db was opened for reading: write through the process/,
  );
  assert.equal((await owner.loadRun(key))?.version, 50);
});

test('a database whose owner was killed, or has closed it, can be read', async () => {
  using folder = temporaryFolder();
  const path = folder.file('a.db');
  const child = startProcess(
    path,
    `await store.commit(commitOf(creation(keyOf('w')))); say('done'); setInterval(() => {}, 1e6);`,
  );
  await killAfter(child, 1);
  const readOnce = async () => {
    await using reader = disposable(await openSqliteReader(path));
    assert.equal((await reader.loadRun(keyOf('w')))?.version, 1);
  };
  await readOnce();
  await (await openSqliteStore(path)).close();
  await readOnce();
});

test('a process ends by itself while a store is open and idle, and never before its commits are answered', async () => {
  using folder = temporaryFolder();
  const path = folder.file('a.db');
  const child = startProcess(path, `void store.commit(commitOf(creation(keyOf('w')))).then(() => say('durable'));`);
  const output: string[] = [];
  child.stdout.on('data', (data) => output.push(String(data)));
  const [code] = await once(child, 'close');
  assert.equal(code, 0);
  assert.deepEqual(output, ['durable\n']);
});

test('a database with 100,000 parked runs opens in under two seconds and answers without reading them all', async () => {
  using folder = temporaryFolder();
  const path = folder.file('a.db');
  const filling = await openSqliteStore(path);
  const batches = Array.from({ length: 500 }, (_, batch) =>
    Array.from({ length: 200 }, (_, at) => {
      const number = batch * 200 + at;
      return creation(keyOf(`w${number}`), {
        events: eventsFrom(1, 5),
        birth: { startTimeMs: number },
        marks: { dueAtMs: 1_000_000 + number },
      });
    }),
  );
  await Promise.all(batches.map((runs) => filling.commit(commitOf(...runs))));
  await filling.close();

  const before = performance.now();
  await using store = disposable(await openSqliteStore(path));
  assert.equal(await store.nextDueMs(), 1_000_000);
  assert.equal((await store.dueRuns(1_000_001, 10)).length, 2);
  const { runs } = await store.listRuns({ namespace: 'default', claims: [], pageSize: 10 });
  assert.equal(runs[0]?.key.workflowId, 'w99999');
  assert.ok(performance.now() - before < 2_000);
  assert.equal(await store.countRuns('default', []), 100_000);
});
