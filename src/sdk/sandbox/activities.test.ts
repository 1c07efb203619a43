import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { WorkflowRunner } from './runner.ts';
import { HistoryBuilder, payload, value } from './testing/history-builder.ts';
import { only, startSandbox, step, types } from './testing/sandbox.ts';

let runner: WorkflowRunner;
before(async () => {
  runner = await startSandbox('basics');
});
after(() => runner.close());

test('an activity is scheduled with the options of its proxy, and a number that counts up for its id', async () => {
  const history = new HistoryBuilder({ workflowType: 'pipeline', args: ['a.pdf'] }).task();
  const outcome = await step(runner, history);
  const { input, ...attributes } = only(outcome, 'ScheduleActivityTask');
  assert.deepEqual(attributes, {
    activityId: '1',
    activityType: 'fetch_document',
    taskQueue: { name: 'documents' },
    startToCloseTimeoutMs: 30_000,
    scheduleToCloseTimeoutMs: 300_000,
    heartbeatTimeoutMs: 2_000,
    retryPolicy: {
      initialIntervalMs: 1_000,
      backoffCoefficient: 2,
      maximumAttempts: 5,
      nonRetryableErrorTypes: ['Bad'],
    },
    priority: { priorityKey: 2 },
  });
  assert.deepEqual(
    input?.map((one) => value([one])),
    ['a.pdf'],
  );
  assert.deepEqual(outcome.commands[0]?.userMetadata, { summary: payload('reads') });
});

test('the result of one activity goes into the next, and the last into the result of the workflow', async () => {
  const history = new HistoryBuilder({ workflowType: 'pipeline', args: ['a.pdf'] }).task();
  await step(runner, history);
  const second = await step(runner, history.activityCompleted('1', 'long text').task(), { sticky: true });
  const { activityId, input } = only(second, 'ScheduleActivityTask');
  assert.equal(activityId, '2');
  assert.deepEqual(
    input?.map((one) => value([one])),
    ['long text', 10],
  );
  const last = await step(runner, history.activityCompleted('2', { summary: 'short' }).task(), { sticky: true });
  assert.equal(value(only(last, 'CompleteWorkflowExecution').result), 'a.pdf: short');
});

test('activities run beside each other, and their results stand in the order of the calls', async () => {
  const history = new HistoryBuilder({ workflowType: 'fanOut', args: [['a', 'b', 'c']] }).task();
  assert.equal((await step(runner, history)).commands.length, 3);
  history.activityCompleted('3', 'C').activityCompleted('1', 'A').task();
  assert.deepEqual(types(await step(runner, history)), []);
  const last = await step(runner, history.activityCompleted('2', 'B').task());
  assert.deepEqual(value(only(last, 'CompleteWorkflowExecution').result), ['A', 'B', 'C']);
});

test('executeWithOptions overrides the options of the proxy, of a retry policy field by field', async () => {
  const history = new HistoryBuilder({ workflowType: 'withOwnOptions' }).task();
  const outcome = await step(runner, history);
  const { activityId, taskQueue, retryPolicy, startToCloseTimeoutMs } = only(outcome, 'ScheduleActivityTask');
  assert.deepEqual(
    { activityId, taskQueue, startToCloseTimeoutMs },
    {
      activityId: 'mine',
      taskQueue: { name: 'gpu-workers' },
      startToCloseTimeoutMs: 30_000,
    },
  );
  assert.equal(retryPolicy?.maximumAttempts, 1);
  assert.equal(retryPolicy?.initialIntervalMs, 1_000);
  assert.deepEqual(outcome.commands[0]?.userMetadata, { summary: payload('other') });
});

test('two pending activities of one id fail the task, and the message says what to do', async () => {
  const outcome = await runner.run(new HistoryBuilder({ workflowType: 'twoOfOneId' }).task().poll());
  assert.equal(outcome.kind, 'failed');
  assert.match(
    outcome.kind === 'failed' ? outcome.failure.message : '',
    /activity "same" is already pending: give each/,
  );
});

test('a failed activity rejects with an ActivityFailure that says which it was, why, and why there was no other attempt', async () => {
  const history = new HistoryBuilder({ workflowType: 'catches' }).task();
  await step(runner, history);
  const failure = {
    message: 'page 7 is missing',
    stackTrace: '',
    applicationFailureInfo: { type: 'Missing', nonRetryable: true, details: [payload({ page: 7 })] },
  };
  const last = await step(runner, history.activityFailed('1', failure).task(), { sticky: true });
  assert.deepEqual(value(only(last, 'CompleteWorkflowExecution').result), {
    root: 'page 7 is missing',
    activityType: 'fetch_document',
    activityId: '1',
    retryState: 'MAXIMUM_ATTEMPTS_REACHED',
    cause: 'ApplicationFailure',
    details: [{ page: 7 }],
    timeout: [],
  });
});

test('a timed out activity rejects with an ActivityFailure whose cause is the timeout', async () => {
  const history = new HistoryBuilder({ workflowType: 'catches' }).task();
  await step(runner, history);
  history.add('ActivityTaskTimedOut', {
    scheduledEventId: history.scheduledEventId('1'),
    startedEventId: 0,
    retryState: 'TIMEOUT',
    failure: {
      message: 'activity fetch_document timeout',
      timeoutFailureInfo: { timeoutType: 'HEARTBEAT', lastHeartbeatDetails: [payload(3)] },
    },
  });
  const last = await step(runner, history.task());
  const result = value(only(last, 'CompleteWorkflowExecution').result) as Record<string, unknown>;
  assert.equal(result.root, 'activity fetch_document timeout');
  assert.equal(result.retryState, 'TIMEOUT');
  assert.deepEqual(result.timeout, ['HEARTBEAT', 3]);
});

for (const [options, expected] of [
  [{}, /startToCloseTimeout .* or scheduleToCloseTimeout/],
  [{ startToCloseTimeout: 'soon' }, /startToCloseTimeout: 'soon' is not a duration/],
  [{ startToCloseTimeout: 0 }, /startToCloseTimeout is 0: it must be longer than 0/],
  [
    { startToCloseTimeout: 1, retry: { maximumAttempts: -1 } },
    /RetryPolicy.maximumAttempts is -1: it must be a positive/,
  ],
  [{ startToCloseTimeout: 1, cancellationType: 'MAYBE' }, /cancellationType is 'MAYBE': it must be one of TRY_CANCEL/],
] as const) {
  test(`options that cannot be are refused with what to give instead: ${JSON.stringify(options)}`, async () => {
    const outcome = await step(runner, new HistoryBuilder({ workflowType: 'badOptions', args: [options] }).task());
    assert.match(String(value(only(outcome, 'CompleteWorkflowExecution').result)), expected);
  });
}
