import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CachedRun } from './replay/cached-run.ts';
import { createRunCache } from './run-cache.ts';
import { HistoryBuilder } from './testing/history-builder.ts';
import { completed, startSandbox, step, types } from './testing/sandbox.ts';

function run(runId: string, historyBytes = 1_000): CachedRun {
  return { runId, historyBytes } as CachedRun;
}

test('the least recently used runs make place, by the bytes that runs are reckoned to take', () => {
  const cache = createRunCache({ maxBytes: 50_000, bundleBytes: 0, heapBytes: 0 });
  for (const id of ['a', 'b', 'c', 'd']) cache.keep(run(id));
  assert.equal(cache.get('a'), undefined, 'four runs of 13 kB are more than 50 kB');
  assert.equal(cache.runs, 3);
  cache.keep(run('b'));
  cache.keep(run('e'));
  assert.ok(cache.get('b') && !cache.get('c'), 'b was used after c');
});

test('a run of a long history takes the place of many, and one that is larger than the cache is not kept', () => {
  const cache = createRunCache({ maxBytes: 100_000, bundleBytes: 0, heapBytes: 0 });
  for (const id of ['a', 'b', 'c']) cache.keep(run(id));
  cache.keep(run('long', 80_000));
  assert.deepEqual(
    ['a', 'b', 'c', 'long'].filter((id) => cache.get(id)),
    ['long'],
  );
  cache.keep(run('longer', 150_000));
  assert.equal(cache.runs, 0);
  assert.equal(cache.bytes, 0);
});

test('what a run takes is guessed from its bundle, until the heap has been measured with enough runs on it', () => {
  const cache = createRunCache({ maxBytes: 2 ** 30, bundleBytes: 1_000_000, heapBytes: 10_000_000 });
  for (let at = 0; at < 100; at += 1) cache.keep(run(`${at}`, 0));
  assert.equal(cache.bytes, 100 * 1_012_000);
  cache.measured(10_000_000 + 100 * 20_000);
  assert.equal(cache.bytes, 100 * 20_000);
});

test('a run that had to make place is replayed from the beginning, and the cache tells its size', async (t) => {
  const runner = await startSandbox('steps', { maxCachedBytes: 60_000 });
  t.after(() => runner.close());
  const histories = Array.from({ length: 5 }, () => new HistoryBuilder({ workflowType: 'order' }).task());
  for (const history of histories) await step(runner, history);
  assert.ok(runner.cache.runs >= 1 && runner.cache.runs < 5, JSON.stringify(runner.cache));
  assert.ok(runner.cache.bytes <= 60_000);
  const [first, last] = [histories[0], histories[4]] as [HistoryBuilder, HistoryBuilder];
  first.activityCompleted('1', 'x').task();
  assert.deepEqual(await runner.run(first.poll({ sticky: true })), { kind: 'needsHistory' });
  assert.deepEqual(types(await completed(runner, first.poll())), ['StartTimer']);
  last.activityCompleted('1', 'x').task();
  assert.deepEqual(types(await completed(runner, last.poll({ sticky: true }))), ['StartTimer']);
});

test('an evicted run is gone, in the order in which it was asked for', async (t) => {
  const runner = await startSandbox('steps');
  t.after(() => runner.close());
  const history = new HistoryBuilder({ workflowType: 'order' }).task();
  const first = completed(runner, history.poll());
  runner.evict(history.runId);
  history
    .completed(...(await first).commands)
    .activityCompleted('1', 'x')
    .task();
  assert.deepEqual(await runner.run(history.poll({ sticky: true })), { kind: 'needsHistory' });
});

test('a run that closes leaves the cache', async (t) => {
  const runner = await startSandbox('steps');
  t.after(() => runner.close());
  await step(runner, new HistoryBuilder({ workflowType: 'nothingAtAll' }).task());
  assert.deepEqual(runner.cache, { runs: 0, bytes: 0 });
});
