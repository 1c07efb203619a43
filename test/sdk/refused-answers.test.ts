import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WorkflowService } from '../../src/api/workflow-service.ts';
import { ServiceError } from '../../src/sdk/client/index.ts';
import { type StuckRun, Worker } from '../../src/sdk/worker/index.ts';
import { bundleOf, event, eventually, queue, withWorker } from './with-worker.ts';
import { call } from './workflows/calls.ts';
import { adder, finish, verbose } from './workflows/talks.ts';

/** The service, which refuses the first call of this name. */
function refusingOnce(service: WorkflowService, name: keyof WorkflowService, refusal: ServiceError): WorkflowService {
  let refused = false;
  const refusing = async (...args: unknown[]) => {
    if (!refused) {
      refused = true;
      throw refusal;
    }
    return (service[name] as (...args: unknown[]) => Promise<unknown>)(...args);
  };
  return { ...service, [name]: refusing };
}

const errors = (lines: readonly { level: string; message: string }[]) =>
  lines.filter(({ level }) => level === 'ERROR').map(({ message }) => message);

test('what is too large for a history fails the workflow task, and the run waits for better code', async () => {
  const stuck = event<StuckRun>();
  await using sdk = await withWorker('talks.ts', {}, { onStuck: stuck.happen });
  const handle = await sdk.start(verbose, 3 * 1024 * 1024);
  const run = await stuck.happened;
  assert.equal(run.cause, 'PAYLOADS_TOO_LARGE');
  assert.match(
    run.failure.message,
    /what workflow 'verbose' sends with CompleteWorkflowExecution is 3\.0 MiB .* reference/,
  );
  assert.equal((await handle.describe()).status.name, 'RUNNING');
  await handle.terminate();
});

test('an answer of an activity that the service refuses is logged, and the attempt times out', async () => {
  await using sdk = await withWorker('calls.ts', {}, { maxConcurrentActivityTaskExecutions: 1 });
  const refusal = new ServiceError('PERMISSION_DENIED', 'not you');
  const worker = await Worker.create({
    service: refusingOnce(sdk.app.service, 'respondActivityTaskCompleted', refusal),
    taskQueue: 'refused',
    activities: { work: async () => 'done' },
    logger: sdk.worker.options.logger,
  });
  const running = worker.run();
  const retried = { taskQueue: 'refused', startToCloseTimeout: 100, retry: { initialInterval: 1 } };
  assert.equal(await (await sdk.start(call, 'work', retried)).result(), 'done');
  assert.deepEqual(errors(sdk.lines), [
    'the answer of an activity did not reach the service, which will let it time out',
  ]);
  worker.shutdown();
  await running;
});

test('a result that cannot be recorded for a reason that passes is offered until it can, and its work is not done again', async (t) => {
  // The pauses between the offers pass at once.
  t.mock.timers.enable({ apis: ['setTimeout'] });
  await using sdk = await withWorker('calls.ts');
  const full = new ServiceError('UNAVAILABLE', 'no space is left: free some');
  // More often than one call is tried again.
  let refusals = 25;
  const respondActivityTaskCompleted: WorkflowService['respondActivityTaskCompleted'] = async (request) => {
    if (refusals === 0) return sdk.app.service.respondActivityTaskCompleted(request);
    refusals -= 1;
    throw full;
  };
  let works = 0;
  const worker = await Worker.create({
    service: { ...sdk.app.service, respondActivityTaskCompleted },
    taskQueue: 'full',
    activities: { work: async () => `done ${++works}` },
    logger: sdk.worker.options.logger,
  });
  const running = worker.run();
  const handle = await sdk.start(call, 'work', { taskQueue: 'full', startToCloseTimeout: 600_000 });
  let result: unknown;
  const answered = handle.result().then((value) => {
    result = value;
  });
  while (result === undefined) {
    t.mock.timers.tick(10_000);
    await new Promise(setImmediate);
  }
  await answered;
  assert.deepEqual([result, refusals], ['done 1', 0]);
  const offered = sdk.lines.filter(({ message }) => message.includes('is offered again'));
  assert.equal(offered.length, 2);
  worker.shutdown();
  await running;
});

async function withRefusedCompletion(refusal: ServiceError) {
  const sdk = await withWorker('talks.ts');
  sdk.worker.shutdown();
  const service = refusingOnce(sdk.app.service, 'respondWorkflowTaskCompleted', refusal);
  const workflowBundle = await bundleOf('talks.ts');
  const { logger } = sdk.worker.options;
  const worker = await Worker.create({ service, taskQueue: queue, workflowBundle, logger });
  const running = worker.run();
  const handle = await sdk.client.workflow.start(adder, {
    taskQueue: queue,
    workflowId: 'w',
    args: [1],
    workflowTaskTimeout: 200,
  });
  await handle.signal(finish);
  return { sdk, worker, running, handle };
}

test('an answer of a workflow task that the service refuses is logged, and the task is handed over again', async () => {
  const refusal = new ServiceError('PERMISSION_DENIED', 'not you');
  const { sdk, worker, running, handle } = await withRefusedCompletion(refusal);
  assert.equal(await handle.result(), 1);
  assert.match(String(errors(sdk.lines)), /the answer of a workflow task did not reach the service/);
  worker.shutdown();
  await running;
  await sdk.app.close();
});

test('a command that the service refuses is an error of the run, which goes on once that is put right', async () => {
  const refusal = new ServiceError('INVALID_ARGUMENT', 'BadStartTimerAttributes: timer 1 has no time');
  const { sdk, worker, running, handle } = await withRefusedCompletion(refusal);
  await eventually(
    async () => sdk.lines,
    (lines) =>
      lines.some(({ message }) => /BAD_START_TIMER_ATTRIBUTES: BadStartTimerAttributes: timer 1/.test(message)),
  );
  assert.equal(await handle.result(), 1);
  assert.deepEqual(worker.stuckRunIds, []);
  worker.shutdown();
  await running;
  await sdk.app.close();
});
