import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, begin, historyOf, only, openRun, passTime, play, typesOf } from '../../test/machine/play.ts';
import {
  answer,
  answered,
  applicationFailure,
  claimOf,
  complete,
  continueAsNew,
  fail,
  payload,
  takeTask,
} from '../../test/machine/worker.ts';
import { completeWorkflowTask } from './complete-workflow-task.ts';
import type { Run } from './run.ts';
import { beginSuccessor } from './start.ts';

const broken = applicationFailure('broken');

/** The run that takes over when `run` is answered with `commands`. */
function successorOf(run: Run, commands: Parameters<typeof answer>[1], nowMs: number): Run {
  const decision = answered(run, commands, nowMs);
  play(run, decision, nowMs);
  assert(decision.successor, 'no run takes over');
  const started = only(historyOf(run), 'WorkflowExecutionStarted');
  return begin(beginSuccessor(run, started, decision.successor), nowMs);
}

const startOf = (run: Run) => only(historyOf(run), 'WorkflowExecutionStarted');

test('a workflow completes with its result', () => {
  const run = openRun();
  const events = answer(run, [{ type: 'CompleteWorkflowExecution', attributes: { result: [payload(7)] } }], 10);
  assert.deepEqual(only(events, 'WorkflowExecutionCompleted'), {
    result: [payload(7)],
    workflowTaskCompletedEventId: 4,
  });
  assert.deepEqual({ status: run.status, closeTimeMs: run.closeTimeMs }, { status: 'COMPLETED', closeTimeMs: 10 });
});

test('a workflow without a retry policy fails for good', () => {
  const run = openRun();
  const decision = answered(run, [fail(broken)], 10);
  const failed = only(play(run, decision, 10), 'WorkflowExecutionFailed');
  assert.deepEqual(failed.failure, broken);
  assert.equal(failed.retryState, 'RETRY_POLICY_NOT_SET');
  assert.equal(failed.newExecutionRunId, undefined);
  assert.equal(decision.successor, undefined);
  assert.equal(run.status, 'FAILED');
});

test('a workflow that fails without a failure fails its task', () => {
  const run = openRun();
  const { refusal } = answered(run, [{ type: 'FailWorkflowExecution', attributes: {} }], 10);
  assert.equal(refusal?.message, 'BadFailWorkflowExecutionAttributes: the command has no failure');
});

test('a workflow with a retry policy is followed by a run that waits, and its close event names that run', () => {
  const run = openRun({ retryPolicy: { initialIntervalMs: 2_000 }, input: [payload('a')], memo: { m: payload(1) } });
  const next = successorOf(run, [fail(broken)], 10);
  const failed = only(historyOf(run), 'WorkflowExecutionFailed');
  assert.equal(failed.retryState, 'IN_PROGRESS');
  assert.equal(failed.newExecutionRunId, next.key.runId);
  const started = startOf(next);
  assert.equal(started.attempt, 2);
  assert.equal(started.initiator, 'RETRY');
  assert.equal(started.continuedExecutionRunId, run.key.runId);
  assert.equal(started.firstExecutionRunId, run.key.runId);
  assert.equal(started.originalExecutionRunId, next.key.runId);
  assert.deepEqual(started.continuedFailure, broken);
  assert.deepEqual(started.input, [payload('a')]);
  assert.deepEqual(started.memo, { m: payload(1) });
  assert.equal(started.firstWorkflowTaskBackoffMs, 2_000);
  assert.equal(next.task, undefined);
  assert.deepEqual(typesOf(passTime(next, 2_010)), ['WorkflowTaskScheduled']);
});

test('the pauses between the runs of a chain of retries grow, and the chain ends with the last attempt', () => {
  let run = openRun({ retryPolicy: { initialIntervalMs: 1_000, maximumAttempts: 3 } });
  const firstRunId = run.key.runId;
  run = successorOf(run, [fail(broken)], 0);
  passTime(run, 1_000);
  run = successorOf(run, [fail(broken)], 1_000);
  assert.equal(startOf(run).firstWorkflowTaskBackoffMs, 2_000);
  assert.equal(startOf(run).firstExecutionRunId, firstRunId);
  passTime(run, 3_000);
  const failed = only(answer(run, [fail(broken)], 3_000), 'WorkflowExecutionFailed');
  assert.equal(failed.retryState, 'MAXIMUM_ATTEMPTS_REACHED');
});

test('a failure may ask for its own delay, and one in the past means now', () => {
  const delayed = (nextRetryDelayMs: number) => {
    const run = openRun({ retryPolicy: { maximumIntervalMs: 5_000 } });
    return successorOf(run, [fail({ message: 'x', applicationFailureInfo: { nextRetryDelayMs } })], 10);
  };
  assert.equal(startOf(delayed(60_000)).firstWorkflowTaskBackoffMs, 60_000);
  assert.deepEqual(typesOf(historyOf(delayed(-1))), ['WorkflowExecutionStarted', 'WorkflowTaskScheduled']);
});

test('no retry begins after the time of the whole chain is over', () => {
  const run = openRun({ retryPolicy: { initialIntervalMs: 2_000 }, workflowExecutionTimeoutMs: 5_000 });
  const second = successorOf(run, [fail(broken)], 1_000);
  assert.equal(startOf(second).workflowExecutionExpirationTimeMs, 5_000);
  passTime(second, 3_000);
  const failed = only(answer(second, [fail(broken)], 3_000), 'WorkflowExecutionFailed');
  assert.equal(failed.retryState, 'TIMEOUT');
});

test('a workflow ends as canceled by its own decision, asked or not', () => {
  const run = openRun();
  const command = { type: 'CancelWorkflowExecution', attributes: { details: [payload('late')] } } as const;
  const events = answer(run, [command], 10);
  assert.deepEqual(only(events, 'WorkflowExecutionCanceled'), {
    details: [payload('late')],
    workflowTaskCompletedEventId: 4,
  });
  assert.equal(run.status, 'CANCELED');
});

test('a workflow continues as new with what it says, and with its own type, queue and times where it says nothing', () => {
  const retryPolicy = { initialIntervalMs: 1_000 };
  const run = openRun({
    input: [payload('old')],
    memo: { m: payload(1) },
    retryPolicy,
    workflowRunTimeoutMs: 60_000,
    workflowTaskTimeoutMs: 5_000,
  });
  const next = successorOf(run, [continueAsNew({ input: [payload('new')] })], 10);
  const event = only(historyOf(run), 'WorkflowExecutionContinuedAsNew');
  assert.equal(event.newExecutionRunId, next.key.runId);
  assert.equal(event.initiator, 'WORKFLOW');
  assert.equal(event.workflowTaskCompletedEventId, 4);
  assert.equal(run.status, 'CONTINUED_AS_NEW');
  const started = startOf(next);
  for (const place of [event, started]) {
    assert.equal(place.workflowType, 'work');
    assert.deepEqual(place.taskQueue, { name: 'q', kind: 'NORMAL' });
    assert.deepEqual(place.input, [payload('new')]);
    assert.equal(place.workflowRunTimeoutMs, 60_000);
    assert.equal(place.workflowTaskTimeoutMs, 5_000);
    assert.equal(place.memo, undefined);
  }
  assert.equal(started.retryPolicy, undefined);
  assert.equal(started.attempt, 1);
  assert.equal(started.continuedExecutionRunId, run.key.runId);
  assert.equal(started.firstExecutionRunId, run.key.runId);
  assert.equal(next.task?.attempt, 1);
});

test('a workflow may continue as another type on another queue, with other times', () => {
  const run = openRun({ workflowExecutionTimeoutMs: 60_000 });
  const next = successorOf(
    run,
    [
      continueAsNew({
        workflowType: 'rest',
        taskQueue: { name: 'r' },
        retryPolicy: { maximumAttempts: 2 },
        workflowRunTimeoutMs: 90_000,
        workflowTaskTimeoutMs: 500_000,
        memo: { m: payload(2) },
        header: { h: payload(3) },
        searchAttributes: { s: payload(4) },
      }),
    ],
    10,
  );
  const { workflowType, taskQueue, runTimeoutMs, taskTimeoutMs, retryPolicy, memo, searchAttributes } = next.birth;
  assert.deepEqual(
    { workflowType, taskQueue, runTimeoutMs, taskTimeoutMs, retryPolicy, memo, searchAttributes },
    {
      workflowType: 'rest',
      taskQueue: 'r',
      runTimeoutMs: 60_000,
      taskTimeoutMs: 120_000,
      retryPolicy: { maximumAttempts: 2 },
      memo: { m: payload(2) },
      searchAttributes: { s: payload(4) },
    },
  );
  assert.deepEqual(startOf(next).header, { h: payload(3) });
});

test('the failure that a retried run continued is not that of the run it continues as', () => {
  const first = openRun({ retryPolicy: {} });
  const second = successorOf(first, [fail(broken)], 0);
  passTime(second, 1_000);
  const third = successorOf(second, [continueAsNew()], 1_000);
  assert.equal(startOf(third).continuedFailure, undefined);
  assert.equal(startOf(third).initiator, 'WORKFLOW');
});

test('the metadata of a workflow stays with its chain', () => {
  const userMetadata = { summary: payload('reads a report') };
  const run = openRun({ userMetadata });
  const next = successorOf(run, [continueAsNew()], 10);
  assert.deepEqual(historyOf(next)[0]?.userMetadata, userMetadata);
  assert.deepEqual(next.birth.userMetadata, userMetadata);
});

test('a continued run waits as long as the workflow asks, and at least the interval that is set', () => {
  const backoff = (askedMs: number | undefined, intervalMs: number, nowMs: number) => {
    const run = openRun();
    const claim = takeTask(run, nowMs);
    const commands = [continueAsNew({ backoffStartIntervalMs: askedMs })];
    const moment = at(nowMs, { continueAsNewMinIntervalMs: intervalMs });
    return completeWorkflowTask(run, claim, { commands, identity: 'worker' }, moment).successor?.backoffMs;
  };
  assert.equal(backoff(undefined, 0, 10), 0);
  assert.equal(backoff(500, 0, 10), 500);
  assert.equal(backoff(undefined, 1_000, 10), 990);
  assert.equal(backoff(undefined, 1_000, 2_000), 0);
});

test('a continued run with a bad policy or time fails the workflow task', () => {
  const refusal = (attributes: Parameters<typeof continueAsNew>[0]) => {
    const run = openRun();
    takeTask(run, 0);
    return completeWorkflowTask(run, claimOf(run), { commands: [continueAsNew(attributes)], identity: 'w' }, at(0))
      .refusal?.message;
  };
  assert.equal(
    refusal({ retryPolicy: { backoffCoefficient: 0.5 } }),
    'BadContinueAsNewAttributes: BackoffCoefficient cannot be less than 1 on retry policy.',
  );
  assert.equal(
    refusal({ workflowRunTimeoutMs: -1 }),
    'BadContinueAsNewAttributes: workflowRunTimeoutMs is -1: it must be 0 (none) or more.',
  );
});

test('a closed run keeps nothing that waits', () => {
  const run = openRun();
  answer(run, [complete], 10);
  assert.deepEqual(
    [run.task, run.sticky, run.firstTask, run.taskFailure, run.activities.size, run.timers.size],
    [undefined, undefined, undefined, undefined, 0, 0],
  );
});
