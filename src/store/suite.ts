// What every store must do, tried on each: memory.test.ts and sqlite/sqlite.test.ts run it.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Bug } from '../base/assert.ts';
import { change, commitOf, creation, disposable, eventsFrom, keyOf, moveTo, type OpenStore, plain } from './fixture.ts';
import { listSuite } from './list-suite.ts';
import { type RunKey, StaleRun, StoreUnusable, UnknownCursor } from './store.ts';

export function storeSuite(name: string, open: OpenStore): void {
  describe(name, () => {
    commitTests(open);
    currentRunTests(open);
    historyTests(open);
    partTests(open);
    dueTests(open);
    readyTests(open);
    closeTests(open);
    listSuite(open);
  });
}

function commitTests(open: OpenStore): void {
  test('a run is found again as it was written, under its whole key alone', async () => {
    await using store = disposable(await open());
    const key = keyOf('w', '0198f3a2-7c1b-7e1f-8a4b-0123456789ab');
    const parts = [
      { kind: 'timer', id: '5', body: 'text' },
      { kind: 'buffered', id: '0', body: new Uint8Array([0, 255, 7]) },
    ];
    await store.commit(commitOf(creation(key, { row: '{"a":"ä 漢 \u0000"}', putParts: parts })));

    const run = await store.loadRun(key);
    assert.deepEqual(run?.key, key);
    assert.equal(run?.version, 1);
    assert.equal(run?.row, '{"a":"ä 漢 \u0000"}');
    assert.deepEqual(plain(run?.parts), parts);
    for (const other of [
      { ...key, namespace: 'other' },
      { ...key, workflowId: 'v' },
      { ...key, runId: 'r' },
    ]) {
      assert.equal(await store.loadRun(other), undefined);
      assert.deepEqual(await store.readHistory(other, 1, 10), []);
      assert.equal(await store.lastHistory(other), undefined);
    }
  });

  test('ids may be any text, and two namespaces with the same ids never meet', async () => {
    await using store = disposable(await open());
    const ids = [
      '',
      'ä 漢 🙂',
      'a\u0000b',
      'a',
      '0198F3A2-7C1B-7E1F-8A4B-0123456789AB',
      "' or 1=1 --",
      'x'.repeat(1000),
    ];
    const keys = [...ids, '0198f3a2-7c1b-7e1f-8a4b-0123456789ab', '0198f3a27c1b-7e1f-8a4b-0123456789ab--'].flatMap(
      (id) => [keyOf(id, id, 'one'), keyOf(id, id, 'two')],
    );
    for (const key of keys) {
      const row = `${key.namespace} ${key.runId}`;
      await store.commit({ runs: [creation(key, { row })], currentRuns: [moveTo(key)] });
    }
    for (const key of keys) {
      const run = await store.loadRun(key);
      assert.deepEqual(run?.key, key);
      assert.equal(run?.row, `${key.namespace} ${key.runId}`);
      assert.equal(await store.currentRun(key.namespace, key.workflowId), key.runId);
    }
  });

  test('a write that was decided on another version throws StaleRun and changes nothing', async () => {
    await using store = disposable(await open());
    const key = keyOf('w');
    await store.commit(commitOf(creation(key)));
    await store.commit(commitOf(change(key, 1, { row: 'kept' })));
    for (const stale of [creation(key), change(key, 1, { row: 'lost' }), change(key, 3, { row: 'lost' })]) {
      await assert.rejects(store.commit(commitOf(stale)), StaleRun);
    }
    await assert.rejects(store.commit(commitOf(change(keyOf('absent'), 1))), StaleRun);
    const run = await store.loadRun(key);
    assert.equal(run?.version, 2);
    assert.equal(run?.row, 'kept');
    assert.equal(await store.loadRun(keyOf('absent')), undefined);
  });

  test('several runs and pointers change together, and not at all when one of them is stale', async () => {
    await using store = disposable(await open());
    const [a, b, c] = [keyOf('a'), keyOf('b'), keyOf('c')];
    await store.commit({ runs: [creation(a), creation(b)], currentRuns: [moveTo(a), moveTo(b)] });

    const staleRun = commitOf(change(a, 1), creation(c), change(b, 7));
    const stalePointer = { runs: [change(a, 1), creation(c)], currentRuns: [moveTo(c, 'somebody else')] };
    for (const stale of [staleRun, stalePointer]) await assert.rejects(store.commit(stale), StaleRun);
    assert.equal((await store.loadRun(a))?.version, 1);
    assert.equal(await store.loadRun(c), undefined);
    assert.equal(await store.currentRun('default', 'c'), undefined);

    await store.commit({ runs: [change(a, 1), change(b, 1), creation(c)], currentRuns: [moveTo(c)] });
    assert.equal((await store.loadRun(a))?.version, 2);
    assert.equal((await store.loadRun(b))?.version, 2);
    assert.equal(await store.currentRun('default', 'c'), c.runId);
  });

  test('commits are applied in the order in which they were handed over, without waiting for each other', async () => {
    await using store = disposable(await open());
    const key = keyOf('w');
    const commits = [creation(key), ...Array.from({ length: 600 }, (_, at) => change(key, at + 1))];
    await Promise.all(commits.map((write) => store.commit(commitOf(write))));
    assert.equal((await store.loadRun(key))?.version, 601);
  });

  test('of commits that wait together, those that cannot be applied are refused alone', async () => {
    await using store = disposable(await open());
    const keys = Array.from({ length: 30 }, (_, at) => keyOf(`w${at}`));
    await Promise.all(keys.map((key) => store.commit(commitOf(creation(key)))));
    const results = await Promise.allSettled(
      keys.map((key, at) => store.commit(commitOf(change(key, at % 3 === 0 ? 2 : 1, holeAt(at))))),
    );
    for (const [at, result] of results.entries()) {
      const refusal = result.status === 'rejected' ? result.reason : undefined;
      if (at % 3 === 0) assert.ok(refusal instanceof StaleRun);
      else if (at === 4) assert.ok(refusal instanceof Bug);
      else assert.equal(refusal, undefined);
      const changed = refusal === undefined;
      assert.equal((await store.loadRun(keys[at] as RunKey))?.version, changed ? 2 : 1);
    }
  });

  test('a commit that contradicts itself is a bug, and nothing of it is written', async () => {
    await using store = disposable(await open());
    const [a, b] = [keyOf('a'), keyOf('b')];
    await store.commit(commitOf(creation(a)));
    const { birth, ...unborn } = creation(b);
    const contradictions = [
      commitOf(change(a, 1), change(a, 1)),
      commitOf(change(a, 1), unborn),
      commitOf({ ...change(a, 1), birth }),
      { runs: [change(a, 1)], currentRuns: [moveTo(keyOf('a')), moveTo(keyOf('a'))] },
      { runs: [change(a, 1)], currentRuns: [moveTo(keyOf('a', 'unknown'))] },
    ];
    for (const commit of contradictions) await assert.rejects(store.commit(commit), Bug);
    assert.equal((await store.loadRun(a))?.version, 1);
    assert.equal(await store.loadRun(b), undefined);
  });
}

/** A hole in the history of run 4, whose commit then makes no sense. */
function holeAt(at: number) {
  return at === 4 ? { events: eventsFrom(9, 1) } : {};
}

function currentRunTests(open: OpenStore): void {
  test('the current run of a workflow id moves only from where the commit expects it', async () => {
    await using store = disposable(await open());
    const [first, second] = [keyOf('w', 'first'), keyOf('w', 'second')];
    assert.equal(await store.currentRun('default', 'w'), undefined);
    await assert.rejects(
      store.commit({ runs: [creation(first)], currentRuns: [moveTo(first, 'another')] }),
      (error: Error) =>
        error instanceof StaleRun && /current run of workflow w is none and not another/.test(error.message),
    );
    await store.commit({ runs: [creation(first)], currentRuns: [moveTo(first)] });
    assert.equal(await store.currentRun('default', 'w'), 'first');
    await assert.rejects(store.commit({ runs: [creation(second)], currentRuns: [moveTo(second)] }), StaleRun);

    const closing = change(first, 1, { marks: { status: 'CONTINUED_AS_NEW', closeTimeMs: 2_000 } });
    await store.commit({ runs: [closing, creation(second)], currentRuns: [moveTo(second, 'first')] });
    assert.equal(await store.currentRun('default', 'w'), 'second');
    await store.commit({ runs: [], currentRuns: [moveTo(first, 'second')] });
    assert.equal(await store.currentRun('default', 'w'), 'first');
    assert.equal((await store.loadRun(first))?.version, 2);
    assert.equal((await store.loadRun(second))?.version, 1);
  });
}

function historyTests(open: OpenStore): void {
  test('history is read in whole chunks, from the one that holds the event asked for', async () => {
    await using store = disposable(await open());
    const key = keyOf('w');
    assert.deepEqual(await store.readHistory(key, 1, 10), []);
    const chunks = [eventsFrom(1, 3), eventsFrom(4, 1), eventsFrom(5, 4), eventsFrom(9, 2)];
    await store.commit(commitOf(creation(key, { events: chunks[0] })));
    for (const [at, events] of chunks.slice(1).entries()) {
      await store.commit(commitOf(change(key, at + 1, { events })));
    }
    const read = async (from: number, max: number) => plain(await store.readHistory(key, from, max));
    assert.deepEqual(await read(1, 100), chunks);
    assert.deepEqual(await read(1, 3), chunks.slice(0, 1));
    assert.deepEqual(await read(1, 4), chunks.slice(0, 2));
    assert.deepEqual(await read(1, 5), chunks.slice(0, 3));
    assert.deepEqual(await read(3, 1), chunks.slice(0, 1));
    assert.deepEqual(await read(3, 2), chunks.slice(0, 2));
    assert.deepEqual(await read(6, Number.POSITIVE_INFINITY), chunks.slice(2));
    assert.deepEqual(await read(8, 2), chunks.slice(2));
    assert.deepEqual(await read(9, 1), chunks.slice(3));
    assert.deepEqual(await read(11, 1), []);
    assert.deepEqual(plain(await store.lastHistory(key)), chunks[3]);
  });

  test('a write without events leaves the history as it is', async () => {
    await using store = disposable(await open());
    const key = keyOf('w');
    await store.commit(commitOf(creation(key)));
    assert.equal(await store.lastHistory(key), undefined);
    await store.commit(commitOf(change(key, 1, { events: eventsFrom(1, 2) })));
    await store.commit(commitOf(change(key, 2, { marks: { historyLength: 2 } })));
    assert.deepEqual(plain(await store.readHistory(key, 1, 10)), [eventsFrom(1, 2)]);
  });

  test('events that leave a gap, overlap or disagree with the length are refused as a bug', async () => {
    await using store = disposable(await open());
    const key = keyOf('w');
    await store.commit(commitOf(creation(key, { events: eventsFrom(1, 3) })));
    const wrong = [
      { events: eventsFrom(5, 1) },
      { events: eventsFrom(3, 2) },
      { events: eventsFrom(4, 0), marks: { historyLength: 3 } },
      { events: eventsFrom(4, 1), marks: { historyLength: 5 } },
      { marks: { historyLength: 2 } },
    ];
    for (const changes of wrong) {
      await assert.rejects(store.commit(commitOf(change(key, 1, changes))), (error: Error) => error.name === 'Bug');
    }
    assert.deepEqual(plain(await store.readHistory(key, 1, 10)), [eventsFrom(1, 3)]);
  });

  test('a chunk that is a view of a larger buffer is stored alone', async () => {
    await using store = disposable(await open());
    const key = keyOf('w');
    const bytes = new Uint8Array(100_000).fill(9).subarray(500, 503);
    await store.commit(commitOf(creation(key, { events: { firstEventId: 1, count: 1, bytes } })));
    assert.deepEqual(plain(await store.lastHistory(key))?.bytes, new Uint8Array([9, 9, 9]));
  });
}

function partTests(open: OpenStore): void {
  test('parts are put, replaced in their place and dropped, each by its kind and id', async () => {
    await using store = disposable(await open());
    const [key, other] = [keyOf('w'), keyOf('other')];
    const part = (kind: string, id: string, body: string | Uint8Array = `${kind} ${id}`) => ({ kind, id, body });
    const partsOf = async (of: RunKey) => plain((await store.loadRun(of))?.parts);

    const putParts = [part('timer', '10'), part('activity', '9'), part('timer', '9'), part('empty', '', '')];
    await store.commit(commitOf(creation(key, { putParts }), creation(other, { putParts })));
    assert.deepEqual(await partsOf(key), putParts);

    const replaced = part('timer', '10', new Uint8Array([1]));
    const again = part('activity', '9', 'anew');
    await store.commit(
      commitOf(
        change(key, 1, {
          putParts: [replaced, again],
          dropParts: [putParts[1] ?? again, { kind: 'timer', id: 'none' }],
        }),
      ),
    );
    assert.deepEqual(await partsOf(key), [replaced, putParts[2], putParts[3], again]);
    assert.deepEqual(await partsOf(other), putParts);
  });

  test('a thousand parts of one run come and go in one commit', async () => {
    await using store = disposable(await open());
    const key = keyOf('w');
    const parts = Array.from({ length: 1_000 }, (_, at) => ({
      kind: 'activity',
      id: `${at}`,
      body: 'x'.repeat(2_000),
    }));
    await store.commit(commitOf(creation(key, { putParts: parts })));
    assert.deepEqual((await store.loadRun(key))?.parts, parts);
    await store.commit(commitOf(change(key, 1, { dropParts: parts.slice(1) })));
    assert.deepEqual((await store.loadRun(key))?.parts, parts.slice(0, 1));
  });
}

function dueTests(open: OpenStore): void {
  test('due runs are found earliest first, of all namespaces, and move with their mark', async () => {
    await using store = disposable(await open());
    assert.equal(await store.nextDueMs(), undefined);
    const dueAt: readonly (number | undefined)[] = [300, 100, undefined, 200, 100];
    const keys = dueAt.map((_, at) => keyOf(`w${at}`, `r${at}`, at % 2 === 0 ? 'even' : 'odd'));
    await store.commit(commitOf(...keys.map((key, at) => creation(key, { marks: { dueAtMs: dueAt[at] } }))));
    const due = async (beforeMs: number, limit = 10) =>
      (await store.dueRuns(beforeMs, limit)).map(({ key, dueAtMs }) => `${key.namespace} ${key.workflowId} ${dueAtMs}`);

    assert.equal(await store.nextDueMs(), 100);
    assert.deepEqual(await due(99), []);
    assert.deepEqual(await due(200), ['odd w1 100', 'even w4 100', 'odd w3 200']);
    assert.deepEqual(await due(1_000, 2), ['odd w1 100', 'even w4 100']);

    const [w0, w1, , , w4] = keys as [RunKey, RunKey, RunKey, RunKey, RunKey];
    await store.commit(
      commitOf(change(w1, 1), change(w4, 1, { marks: { dueAtMs: 400 } }), change(w0, 1, { marks: { dueAtMs: 50 } })),
    );
    assert.equal(await store.nextDueMs(), 50);
    assert.deepEqual(await due(1_000), ['even w0 50', 'odd w3 200', 'even w4 400']);
  });
}

function readyTests(open: OpenStore): void {
  test('waiting runs are paged longest waiting first, and a page goes on behind the one before', async () => {
    await using store = disposable(await open());
    assert.deepEqual(await store.readyRuns(10), { keys: [] });
    const readyAt: readonly (number | undefined)[] = [30, 10, 20, undefined, 10, 20, 40];
    const keys = readyAt.map((_, at) => keyOf(`w${at}`));
    await store.commit(commitOf(...keys.map((key, at) => creation(key, { marks: { readyAtMs: readyAt[at] } }))));
    const idsOf = (page: { readonly keys: readonly RunKey[] }) => page.keys.map(({ workflowId }) => workflowId);

    const all = await store.readyRuns(6);
    assert.deepEqual(idsOf(all), ['w1', 'w4', 'w2', 'w5', 'w0', 'w6']);
    assert.equal(all.next, undefined);

    const first = await store.readyRuns(3);
    assert.deepEqual(idsOf(first), ['w1', 'w4', 'w2']);
    const taken = keys.slice(1, 3).map((key) => change(key, 1));
    const returned = change(keys[4] as RunKey, 1, { marks: { readyAtMs: 35 } });
    await store.commit(commitOf(...taken, returned));
    const second = await store.readyRuns(3, first.next);
    assert.deepEqual(idsOf(second), ['w5', 'w0', 'w4']);
    const third = await store.readyRuns(3, second.next);
    assert.deepEqual(idsOf(third), ['w6']);
    assert.equal(third.next, undefined);
    await assert.rejects(store.readyRuns(3, 'nonsense'), UnknownCursor);
  });

  test('runs that another process attends are found, those of this process are not', async () => {
    await using store = disposable(await open());
    const attended = ['dead', undefined, 'living', 'dead', 'older'];
    const keys = attended.map((_, at) => keyOf(`w${at}`));
    await store.commit(commitOf(...keys.map((key, at) => creation(key, { marks: { attendedBy: attended[at] } }))));
    const others = async (limit: number) =>
      (await store.runsAttendedByOthers('living', limit)).map(({ workflowId }) => workflowId).sort();
    assert.deepEqual(await others(10), ['w0', 'w3', 'w4']);
    assert.equal((await others(2)).length, 2);
    await store.commit(commitOf(change(keys[0] as RunKey, 1), change(keys[3] as RunKey, 1, attendedBy('living'))));
    assert.deepEqual(await others(10), ['w4']);
  });
}

function attendedBy(processId: string) {
  return { marks: { attendedBy: processId } };
}

function closeTests(open: OpenStore): void {
  test('closing waits for what was handed over, and whoever asks later is told that the store is closed', async () => {
    const store = await open();
    const key = keyOf('w');
    const handedOver = [store.commit(commitOf(creation(key))), store.loadRun(key)] as const;
    await Promise.all([store.close(), store.close()]);
    await handedOver[0];
    assert.equal((await handedOver[1])?.version, 1);
    await store.close();
    for (const late of [store.commit(commitOf(change(key, 1))), store.loadRun(key), store.nextDueMs()]) {
      await assert.rejects(late, (error: Error) => error instanceof StoreUnusable && /closed/.test(error.message));
    }
  });
}
