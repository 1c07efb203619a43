import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, historyOf, only, openRun, passTime, play, typesOf } from '../../test/machine/play.ts';
import {
  activityOf,
  answer,
  applicationFailure,
  cancelActivity as cancel,
  complete,
  payload,
  takeActivity,
  withActivity,
  worker,
} from '../../test/machine/worker.ts';
import { cancelActivity, completeActivity, failActivity, heartbeat, startActivity } from './activity.ts';
import { readyTasks } from './due.ts';
import type { Run } from './run.ts';
import { signalWorkflow } from './signal.ts';

const answerer = { identity: 'worker' };
const broken = { ...answerer, failure: applicationFailure('broken') };
const goneMessage = 'invalid activityID or activity already timed out or invoking workflow is completed';

function started(attributes: Parameters<typeof withActivity>[1] = {}) {
  const run = openRun();
  const { scheduledEventId } = withActivity(run, attributes);
  const claim = takeActivity(run, scheduledEventId, 10);
  return { run, claim, scheduledEventId };
}

/** The workflow asks the activity to cancel. */
function askToCancel(run: Run, scheduledEventId: number, nowMs: number) {
  play(run, signalWorkflow(run, { signalName: 's' }), nowMs);
  return answer(run, [cancel(scheduledEventId)], nowMs);
}

test('an attempt that starts leaves no event', () => {
  const run = openRun();
  const { scheduledEventId } = withActivity(run);
  const decision = startActivity(run, { scheduledEventId, attempt: 1, start: { ...worker, processId: 'p1' } });
  assert.deepEqual(typesOf(play(run, decision, 10)), []);
  assert.deepEqual(activityOf(run, scheduledEventId).started, { ...worker, processId: 'p1', timeMs: 10 });
  assert.equal(activityOf(run, scheduledEventId).lastWorkerIdentity, 'worker');
});

test('an attempt is taken once, and one that is gone cannot be taken', () => {
  const { run, claim } = started();
  assert.deepEqual(startActivity(run, { ...claim, start: worker }).facts, []);
  assert.deepEqual(startActivity(run, { ...claim, attempt: 2, start: worker }).facts, []);
  assert.deepEqual(startActivity(run, { ...claim, scheduledEventId: 99, start: worker }).facts, []);
});

test('an activity that completes is started and completed in history, and wakes the workflow', () => {
  const { run, claim, scheduledEventId } = started();
  const events = play(run, completeActivity(run, claim, { ...answerer, result: [payload(7)] }), 20);
  assert.deepEqual(typesOf(events), ['ActivityTaskStarted', 'ActivityTaskCompleted', 'WorkflowTaskScheduled']);
  const { attempt, identity, requestId, lastFailure } = only(events, 'ActivityTaskStarted');
  assert.deepEqual({ attempt, identity, requestId, lastFailure }, { ...worker, attempt: 1, lastFailure: undefined });
  assert.equal(events[0]?.eventTimeMs, 10);
  assert.deepEqual(only(events, 'ActivityTaskCompleted'), {
    result: [payload(7)],
    identity: 'worker',
    scheduledEventId,
    startedEventId: events[0]?.eventId,
  });
  assert.equal(run.activities.size, 0);
});

test('a failed attempt is followed by another after a pause, without an event', () => {
  const { run, claim, scheduledEventId } = started();
  assert.deepEqual(typesOf(play(run, failActivity(run, claim, broken, at(20)), 20)), []);
  const waiting = activityOf(run, scheduledEventId);
  assert.deepEqual(
    { state: waiting.state, attempt: waiting.attempt, nextAttemptAtMs: waiting.nextAttemptAtMs },
    { state: 'waiting', attempt: 2, nextAttemptAtMs: 1_020 },
  );
  assert.deepEqual(waiting.lastFailure, broken.failure);
  assert.equal(waiting.started, undefined);
  assert.deepEqual(readyTasks(run), []);
  passTime(run, 1_020);
  assert.deepEqual(readyTasks(run), [{ kind: 'activity', scheduledEventId, attempt: 2 }]);
  const { state, nextAttemptAtMs, attemptScheduledTimeMs } = activityOf(run, scheduledEventId);
  assert.deepEqual(
    { state, nextAttemptAtMs, attemptScheduledTimeMs },
    {
      state: 'ready',
      nextAttemptAtMs: undefined,
      attemptScheduledTimeMs: 1_020,
    },
  );
});

test('the attempt that closes the activity says how the one before failed', () => {
  const { run, claim, scheduledEventId } = started();
  play(run, failActivity(run, claim, broken, at(20)), 20);
  passTime(run, 1_020);
  const second = takeActivity(run, scheduledEventId, 1_030);
  const events = play(run, completeActivity(run, second, answerer), 1_040);
  const { attempt, lastFailure } = only(events, 'ActivityTaskStarted');
  assert.deepEqual({ attempt, lastFailure }, { attempt: 2, lastFailure: broken.failure });
});

test('the last attempt that the policy has closes the activity as failed', () => {
  const { run, claim } = started({ retryPolicy: { maximumAttempts: 1 } });
  const events = play(run, failActivity(run, claim, broken, at(20)), 20);
  assert.deepEqual(typesOf(events), ['ActivityTaskStarted', 'ActivityTaskFailed', 'WorkflowTaskScheduled']);
  const { failure, retryState, identity } = only(events, 'ActivityTaskFailed');
  assert.deepEqual({ failure, retryState, identity }, { ...broken, retryState: 'MAXIMUM_ATTEMPTS_REACHED' });
});

test('a failure whose type the policy names, or that says so itself, is not retried', () => {
  const stateAfter = (failure: typeof broken.failure) => {
    const { run, claim } = started({ retryPolicy: { nonRetryableErrorTypes: ['AuthenticationError'] } });
    const decision = failActivity(run, claim, { ...answerer, failure }, at(20));
    return decision.facts.flatMap((fact) => (fact.type === 'ActivityTaskFailed' ? [fact.attributes.retryState] : []));
  };
  assert.deepEqual(stateAfter(applicationFailure('no', 'AuthenticationError')), ['NON_RETRYABLE_FAILURE']);
  assert.deepEqual(stateAfter({ message: 'no', applicationFailureInfo: { type: 'x', nonRetryable: true } }), [
    'NON_RETRYABLE_FAILURE',
  ]);
  assert.deepEqual(stateAfter(applicationFailure('no', 'Other')), []);
});

test('a failure that comes with a delay of its own is retried after that, whatever the maximum interval', () => {
  const { run, claim, scheduledEventId } = started({ retryPolicy: { maximumIntervalMs: 2_000 } });
  const failure = { message: 'busy', applicationFailureInfo: { nextRetryDelayMs: 60_000 } };
  play(run, failActivity(run, claim, { ...answerer, failure }, at(20)), 20);
  assert.equal(activityOf(run, scheduledEventId).nextAttemptAtMs, 60_020);
});

test('a failure for whose retry schedule-to-close leaves no time stays what it is', () => {
  const { run, claim } = started({ scheduleToCloseTimeoutMs: 1_000 });
  const events = play(run, failActivity(run, claim, broken, at(20)), 20);
  const { failure, retryState } = only(events, 'ActivityTaskFailed');
  assert.deepEqual({ failure, retryState }, { failure: broken.failure, retryState: 'TIMEOUT' });
});

test('no attempt begins after the run is over by its own time', () => {
  const run = openRun({ workflowRunTimeoutMs: 1_000 });
  const { scheduledEventId } = withActivity(run, {}, 500);
  const claim = takeActivity(run, scheduledEventId, 510);
  const events = play(run, failActivity(run, claim, broken, at(520)), 520);
  assert.equal(only(events, 'ActivityTaskFailed').retryState, 'TIMEOUT');
});

test('an activity that was asked to cancel is not retried', () => {
  const { run, claim, scheduledEventId } = started();
  askToCancel(run, scheduledEventId, 20);
  const events = play(run, failActivity(run, claim, broken, at(30)), 30);
  assert.equal(only(events, 'ActivityTaskFailed').retryState, 'CANCEL_REQUESTED');
});

test('a heartbeat keeps its details for the next attempt, and none takes them away', () => {
  const { run, claim, scheduledEventId } = started({ heartbeatTimeoutMs: 5_000 });
  play(run, heartbeat(run, claim, [payload('half')]), 20);
  play(run, heartbeat(run, claim, undefined), 30);
  assert.equal(activityOf(run, scheduledEventId).lastHeartbeatTimeMs, 30);
  play(run, failActivity(run, claim, broken, at(40)), 40);
  assert.deepEqual(activityOf(run, scheduledEventId).heartbeatDetails, [payload('half')]);
  assert.equal(activityOf(run, scheduledEventId).lastHeartbeatTimeMs, undefined);
});

test('the details that a failure comes with are newer than those of the last heartbeat', () => {
  const { run, claim, scheduledEventId } = started();
  play(run, heartbeat(run, claim, [payload('half')]), 20);
  play(run, failActivity(run, claim, { ...broken, heartbeatDetails: [payload('most')] }, at(40)), 40);
  assert.deepEqual(activityOf(run, scheduledEventId).heartbeatDetails, [payload('most')]);
});

test('a heartbeat is answered with whether the activity is asked to cancel', () => {
  const { run, claim, scheduledEventId } = started();
  assert.equal(heartbeat(run, claim, undefined).cancelRequested, false);
  const [, requested] = askToCancel(run, scheduledEventId, 20);
  assert.equal(requested?.type, 'ActivityTaskCancelRequested');
  assert.equal(heartbeat(run, claim, undefined).cancelRequested, true);
});

test('an activity that was asked to cancel may say that it did', () => {
  const { run, claim, scheduledEventId } = started();
  const [, requested] = askToCancel(run, scheduledEventId, 20);
  const events = play(run, cancelActivity(run, claim, { ...answerer, details: [payload('cleaned up')] }), 30);
  assert.deepEqual(typesOf(events), ['ActivityTaskStarted', 'ActivityTaskCanceled', 'WorkflowTaskScheduled']);
  assert.deepEqual(only(events, 'ActivityTaskCanceled'), {
    details: [payload('cleaned up')],
    identity: 'worker',
    scheduledEventId,
    startedEventId: events[0]?.eventId,
    latestCancelRequestedEventId: requested?.eventId,
  });
});

test('an activity that was asked to cancel may complete all the same', () => {
  const { run, claim, scheduledEventId } = started();
  askToCancel(run, scheduledEventId, 20);
  assert.deepEqual(typesOf(play(run, completeActivity(run, claim, answerer), 30)), [
    'ActivityTaskStarted',
    'ActivityTaskCompleted',
    'WorkflowTaskScheduled',
  ]);
});

test('an activity that nobody asked to cancel cannot say that it did', () => {
  const { run, claim } = started();
  const { refusal } = cancelActivity(run, claim, answerer);
  assert.equal(refusal?.code, 'INVALID_ARGUMENT');
  assert.match(refusal?.message ?? '', /activity "1" was not asked to cancel/);
});

test('a stale attempt is told that it is gone, whatever it says', () => {
  const { run, claim } = started();
  play(run, failActivity(run, claim, broken, at(20)), 20);
  const answers = [
    completeActivity(run, claim, answerer),
    failActivity(run, claim, broken, at(30)),
    cancelActivity(run, claim, answerer),
    heartbeat(run, claim, undefined),
  ];
  for (const { facts, refusal } of answers) {
    assert.deepEqual(facts, []);
    assert.deepEqual(refusal, {
      code: 'NOT_FOUND',
      message: goneMessage,
      detail: { type: 'NotFoundFailure' },
    });
  }
});

test('an attempt of a run that has closed is told that it is gone, by token or by id', () => {
  const { run, claim } = started();
  play(run, signalWorkflow(run, { signalName: 's' }), 20);
  answer(run, [complete], 30);
  assert.equal(completeActivity(run, claim, answerer).refusal?.message, goneMessage);
  assert.equal(completeActivity(run, { activityId: '1' }, answerer).refusal?.message, goneMessage);
});

test('an activity is completed by its id, whichever attempt is under way', () => {
  const { run, claim, scheduledEventId } = started();
  play(run, failActivity(run, claim, broken, at(20)), 20);
  passTime(run, 1_020);
  takeActivity(run, scheduledEventId, 1_030);
  const events = play(run, completeActivity(run, { activityId: '1' }, answerer), 1_040);
  assert.equal(only(events, 'ActivityTaskStarted').attempt, 2);
});

test('an id that no started activity has is refused by name', () => {
  const run = openRun();
  withActivity(run);
  const message = (activityId: string) => completeActivity(run, { activityId }, answerer).refusal?.message;
  assert.match(message('9') ?? '', /^cannot find pending activity with ActivityID 9, /);
  assert.match(message('1') ?? '', /^cannot find pending activity with ActivityID 1, /);
});

test('of a failure between attempts only the beginning of its stacks is kept', () => {
  const { run, claim, scheduledEventId } = started();
  const stackTrace = 'x'.repeat(5_000);
  const failure = { message: 'outer', stackTrace, cause: { message: 'inner', stackTrace, cause: { message: 'root' } } };
  play(run, failActivity(run, claim, { ...answerer, failure }, at(20)), 20);
  const { lastFailure } = activityOf(run, scheduledEventId);
  const cut = `${'x'.repeat(4_096)}…`;
  assert.deepEqual(lastFailure, {
    message: 'outer',
    stackTrace: cut,
    cause: { message: 'inner', stackTrace: cut, cause: { message: 'root' } },
  });
});

test('an attempt that ends between two completions of the workflow is in history once', () => {
  const { run, claim } = started();
  play(run, completeActivity(run, claim, answerer), 20);
  answer(run, [], 30);
  assert.equal(historyOf(run).filter(({ type }) => type === 'ActivityTaskStarted').length, 1);
});
