import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Bench, bench, NAMESPACE, start, WORKER } from '../../test/engine/bench-engine.ts';
import { type OnTheWay, settle, storeBehind } from '../../test/engine/store-behind.ts';

async function taskOf({ service }: Bench, workflowId: string) {
  const execution = { workflowId, runId: '' };
  const { pendingWorkflowTask } = await service.describeWorkflowExecution({ namespace: NAMESPACE, execution });
  return [pendingWorkflowTask?.state, pendingWorkflowTask?.attempt];
}

/** The engine after one that died while two workflow tasks were with its embedded worker. */
async function nextEngine(onTheWay: OnTheWay): Promise<Bench> {
  const dead = await bench();
  for (const workflowId of ['first', 'second']) {
    await start(dead.service, workflowId);
    await dead.service.pollWorkflowTaskQueue(WORKER);
  }
  return bench(storeBehind(dead.store, onTheWay), dead.clock);
}

test('a run that cannot be taken up after a restart does not hold up the others, and is taken up later', async () => {
  let failures = 1;
  const next = await nextEngine(async (name, call) => {
    if (name === 'commit' && failures-- > 0) throw new Error('the disk is full');
    return call();
  });
  await settle();
  assert.deepEqual(await taskOf(next, 'first'), ['STARTED', 1]);
  assert.deepEqual(await taskOf(next, 'second'), ['SCHEDULED', 2]);

  next.clock.pass(1000);
  await next.open.recovered;
  assert.deepEqual(await taskOf(next, 'first'), ['SCHEDULED', 2]);
  const handed = [await next.service.pollWorkflowTaskQueue(WORKER), await next.service.pollWorkflowTaskQueue(WORKER)];
  assert.deepEqual(handed.map(({ workflowExecution }) => workflowExecution.workflowId).sort(), ['first', 'second']);
  await next.open.close();
});

test('an engine closes at once although a run could not be taken up yet', async () => {
  const next = await nextEngine(async (name, call) => {
    if (name === 'commit') throw new Error('the disk is full');
    return call();
  });
  await next.open.close();
});
