import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StuckRun } from '../../src/sdk/worker/index.ts';
import { bundleOf, event, eventually, type WithWorker, withWorker } from './with-worker.ts';
import { go, pipeline } from './workflows/steps.ts';

const activities = { fetchIt: async () => 'fetched', saveIt: async () => 'saved' };

/** A run that waits for its signal, and whose worker is gone. */
async function openRun(sdk: WithWorker) {
  const handle = await sdk.start(pipeline);
  await eventually(
    () => handle.fetchHistory(),
    ({ events }) => events.filter(({ type }) => type === 'WorkflowTaskCompleted').length === 2,
  );
  sdk.worker.shutdown();
  await eventually(
    async () => sdk.worker.getState(),
    (state) => state === 'STOPPED',
  );
  return handle;
}

async function editedTo(sdk: WithWorker, file: string) {
  const stuck = event<StuckRun>();
  const worker = await sdk.another({ workflowBundle: await bundleOf(file), onStuck: stuck.happen });
  return { worker, stuck: stuck.happened };
}

const workflowTaskLines = (sdk: WithWorker) =>
  sdk.lines.filter(({ message }) => message.includes('the workflow task of'));

test('a run whose code was edited is reported, waits, and goes on once the code is put right', async () => {
  await using sdk = await withWorker('steps.ts', activities);
  const handle = await openRun(sdk);
  const edited = await editedTo(sdk, 'steps-edited.ts');
  await handle.signal(go);
  const run = await edited.stuck;
  assert.equal(run.workflowId, handle.workflowId);
  assert.equal(run.runId, handle.firstExecutionRunId);
  assert.equal(run.workflowType, 'pipeline');
  assert.equal(run.cause, 'NON_DETERMINISTIC_ERROR');
  assert.match(run.failure.message, /steps-edited\.ts:7/);
  assert.match(run.failure.message, /fetchIt/);
  assert.deepEqual(edited.worker.stuckRunIds, [run.runId]);

  const { pendingWorkflowTask, status } = await handle.describe();
  assert.equal(status.name, 'RUNNING');
  assert.equal(pendingWorkflowTask?.lastFailure?.message, run.failure.message);
  assert.equal(pendingWorkflowTask?.lastFailureCause, 'NON_DETERMINISTIC_ERROR');
  assert.ok(Number(pendingWorkflowTask?.lastFailureTime) <= Date.now());

  edited.worker.shutdown();
  const right = await sdk.another();
  assert.equal(await handle.result(), 'fetched saved');
  assert.deepEqual(right.stuckRunIds, []);
});

test('however often the same error comes, the log has one line of it, with attempt and remedy', async () => {
  await using sdk = await withWorker('steps.ts', activities);
  const handle = await openRun(sdk);
  const { stuck } = await editedTo(sdk, 'steps-throwing.ts');
  await handle.signal(go);
  await stuck;
  await eventually(
    () => handle.describe(),
    ({ pendingWorkflowTask }) => (pendingWorkflowTask?.attempt ?? 0) > 2,
  );
  const [line, ...more] = workflowTaskLines(sdk);
  assert.deepEqual(more, []);
  assert.equal(line?.level, 'WARN');
  assert.match(
    line?.message ?? '',
    /of 'pipeline' \(.*\) failed, attempt \d, WORKFLOW_WORKER_UNHANDLED_FAILURE: .*name/,
  );
  assert.match(line?.message ?? '', /goes on by itself once its code is put right/);
  assert.equal(line?.meta.workflowId, handle.workflowId);
});

test('a workflow that is not in the code waits too, and the error names those that are', async () => {
  await using sdk = await withWorker('steps.ts', activities);
  const handle = await sdk.client.workflow.start('pipelin', { taskQueue: 'q', workflowId: 'w' });
  const { pendingWorkflowTask } = await eventually(
    () => handle.describe(),
    (description) => description.pendingWorkflowTask?.lastFailure !== undefined,
  );
  assert.match(pendingWorkflowTask?.lastFailure?.message ?? '', /'pipelin'.*'?pipeline'?/);
  assert.deepEqual(sdk.worker.stuckRunIds, [handle.firstExecutionRunId]);
  await handle.terminate();
});
