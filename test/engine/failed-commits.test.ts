import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../src/store/memory.ts';
import { type Store, StoreUnusable } from '../../src/store/store.ts';
import { bench, NAMESPACE, start, typesOf, WORKER } from './bench-engine.ts';

const execution = { workflowId: 'one', runId: '' };

/** A store whose next commits fail with this error, as often as `failures` says. */
function failing(error: Error): { readonly store: Store; failures: number } {
  const store = openMemoryStore();
  const failingStore = {
    failures: 0,
    store: {
      ...store,
      commit: (commit: Parameters<Store['commit']>[0]) => {
        if (failingStore.failures === 0) return store.commit(commit);
        failingStore.failures -= 1;
        return Promise.reject(error);
      },
    },
  };
  return failingStore;
}

test('a change that could not be saved is refused, was never seen, and can be made again', async () => {
  const disk = failing(new Error('the disk hiccuped'));
  const { service } = await bench(disk.store);
  await start(service, 'one');
  disk.failures = 1;
  const signal = { namespace: NAMESPACE, workflowExecution: execution, signalName: 'go', requestId: 'r' };
  await assert.rejects(service.signalWorkflowExecution(signal), {
    code: 'UNAVAILABLE',
    message: /could not be saved: the disk hiccuped/,
  });
  assert.deepEqual(await typesOf(service, 'one'), ['WorkflowExecutionStarted', 'WorkflowTaskScheduled']);
  await service.signalWorkflowExecution(signal);
  assert.equal((await typesOf(service, 'one')).at(-1), 'WorkflowExecutionSignaled');
});

test('a worker that waited keeps its place when the commit that had a task for it fails', async () => {
  const disk = failing(new Error('the disk hiccuped'));
  const { service } = await bench(disk.store);
  const polled = service.pollWorkflowTaskQueue(WORKER);
  disk.failures = 1;
  await assert.rejects(start(service, 'one'), { code: 'UNAVAILABLE' });
  await start(service, 'two');
  assert.equal((await polled).workflowExecution.workflowId, 'two');
});

test('a database that cannot be used any more says so, and is not asked again and again', async () => {
  const disk = failing(new StoreUnusable('orders.db: the disk is full: make room, then open it again'));
  const { service } = await bench(disk.store);
  disk.failures = 1;
  // A code that no client takes for a passing one.
  await assert.rejects(start(service, 'one'), { code: 'FAILED_PRECONDITION', message: /disk is full: make room/ });
});

test('a value that no message can hold fails its own call, and none that share its turn', async () => {
  const { service } = await bench();
  await start(service, 'one');
  const signal = (signalName: string, input: unknown) =>
    service.signalWorkflowExecution({
      namespace: NAMESPACE,
      workflowExecution: execution,
      signalName,
      input: input as never,
    });
  const [good, bad, alsoGood] = await Promise.allSettled([
    signal('a', []),
    signal('b', [{ data: 'not bytes' }]),
    signal('c', []),
  ]);
  assert.deepEqual([good.status, bad.status, alsoGood.status], ['fulfilled', 'rejected', 'fulfilled']);
  assert.match(String(bad.status === 'rejected' && bad.reason), /data/);
  const signals = (await typesOf(service, 'one')).filter((type) => type === 'WorkflowExecutionSignaled');
  assert.equal(signals.length, 2);
});
