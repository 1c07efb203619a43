import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, only, openRun, passTime, play, typesOf } from '../../test/machine/play.ts';
import {
  activityOf,
  answer,
  applicationFailure,
  cancelActivity,
  payload,
  takeActivity,
  withActivity,
  worker,
} from '../../test/machine/worker.ts';
import { failActivity, heartbeat } from './activity.ts';
import { attendedBy, dueAtMs, endOrphans } from './due.ts';
import { signalWorkflow } from './signal.ts';

type Schedule = Parameters<typeof withActivity>[1];

function scheduled(attributes: Schedule) {
  const run = openRun();
  const { scheduledEventId } = withActivity(run, attributes);
  return { run, scheduledEventId };
}

/** A started activity. */
function started(attributes: Schedule, start = worker) {
  const { run, scheduledEventId } = scheduled(attributes);
  return { run, scheduledEventId, claim: takeActivity(run, scheduledEventId, 100, start) };
}

const once = { maximumAttempts: 1 };

test('an attempt that does not end in time ends as start-to-close, and is retried', () => {
  const { run, scheduledEventId } = started({ startToCloseTimeoutMs: 5_000 });
  assert.equal(dueAtMs(run), 5_100);
  assert.deepEqual(typesOf(passTime(run, 5_100)), []);
  const { state, attempt, nextAttemptAtMs, lastFailure } = activityOf(run, scheduledEventId);
  assert.deepEqual({ state, attempt, nextAttemptAtMs }, { state: 'waiting', attempt: 2, nextAttemptAtMs: 6_100 });
  assert.equal(lastFailure?.message, 'activity StartToClose timeout');
  assert.equal(lastFailure?.source, 'Server');
  assert.equal(lastFailure?.timeoutFailureInfo?.timeoutType, 'START_TO_CLOSE');
});

test('the last attempt that does not end in time closes the activity', () => {
  const { run, scheduledEventId } = started({ startToCloseTimeoutMs: 5_000, retryPolicy: once });
  const events = passTime(run, 5_100);
  assert.deepEqual(typesOf(events), ['ActivityTaskStarted', 'ActivityTaskTimedOut', 'WorkflowTaskScheduled']);
  const timedOut = only(events, 'ActivityTaskTimedOut');
  assert.equal(timedOut.retryState, 'MAXIMUM_ATTEMPTS_REACHED');
  assert.equal(timedOut.failure?.timeoutFailureInfo?.timeoutType, 'START_TO_CLOSE');
  assert.deepEqual([timedOut.scheduledEventId, timedOut.startedEventId], [scheduledEventId, events[0]?.eventId]);
});

test('a policy may name the timeouts that it does not retry', () => {
  const retryPolicy = { nonRetryableErrorTypes: ['TemporalTimeout:StartToClose'] };
  const { run } = started({ startToCloseTimeoutMs: 5_000, retryPolicy });
  assert.equal(only(passTime(run, 5_100), 'ActivityTaskTimedOut').retryState, 'NON_RETRYABLE_FAILURE');
});

test('an attempt that no worker takes in time closes the activity, which never started', () => {
  const { run } = scheduled({ scheduleToStartTimeoutMs: 2_000 });
  const events = passTime(run, 2_000);
  assert.deepEqual(typesOf(events), ['ActivityTaskTimedOut', 'WorkflowTaskScheduled']);
  const timedOut = only(events, 'ActivityTaskTimedOut');
  assert.equal(timedOut.startedEventId, 0);
  assert.equal(timedOut.retryState, 'TIMEOUT');
  assert.equal(timedOut.failure?.message, 'activity ScheduleToStart timeout');
});

test('schedule-to-start counts anew for each attempt', () => {
  const { run, scheduledEventId, claim } = started({ scheduleToStartTimeoutMs: 2_000, startToCloseTimeoutMs: 60_000 });
  const failure = applicationFailure('broken');
  play(run, failActivity(run, claim, { failure, identity: 'worker' }, at(30_000)), 30_000);
  passTime(run, 31_000);
  assert.equal(activityOf(run, scheduledEventId).state, 'ready');
  assert.equal(dueAtMs(run), 33_000);
  const timedOut = only(passTime(run, 33_000), 'ActivityTaskTimedOut');
  assert.deepEqual(timedOut.failure?.cause, failure);
});

test('schedule-to-close ends an activity that waits, that runs, and that waits for its next attempt', () => {
  const attributes = { scheduleToCloseTimeoutMs: 3_000 };
  const waits = scheduled(attributes);
  assert.equal(only(passTime(waits.run, 3_000), 'ActivityTaskTimedOut').startedEventId, 0);
  const runs = started(attributes);
  const timedOut = only(passTime(runs.run, 3_000), 'ActivityTaskTimedOut');
  assert.equal(timedOut.failure?.message, 'activity ScheduleToClose timeout');
  assert.equal(timedOut.retryState, 'TIMEOUT');
  const { run, claim } = started({ ...attributes, retryPolicy: { initialIntervalMs: 2_900 } });
  play(run, failActivity(run, claim, { failure: applicationFailure('x'), identity: 'w' }, at(100)), 100);
  assert.deepEqual(typesOf(passTime(run, 3_000)), ['ActivityTaskTimedOut', 'WorkflowTaskScheduled']);
});

test('an attempt that times out with no time left for another closes the activity as schedule-to-close', () => {
  const first = { startToCloseTimeoutMs: 5_000, scheduleToCloseTimeoutMs: 13_000 };
  const { run, scheduledEventId } = started({ ...first, heartbeatTimeoutMs: 1_000 });
  const claim = { scheduledEventId, attempt: 1 };
  play(run, heartbeat(run, claim, [payload('half')]), 200);
  assert.deepEqual(typesOf(passTime(run, 1_200)), []);
  passTime(run, 2_200);
  takeActivity(run, scheduledEventId, 12_000);
  const events = passTime(run, 13_000);
  const { failure, retryState } = only(events, 'ActivityTaskTimedOut');
  assert.equal(retryState, 'TIMEOUT');
  assert.equal(failure?.timeoutFailureInfo?.timeoutType, 'SCHEDULE_TO_CLOSE');
  assert.deepEqual(failure?.timeoutFailureInfo?.lastHeartbeatDetails, [payload('half')]);
  assert.equal(failure?.cause?.message, 'activity Heartbeat timeout');
});

test('a timeout that cannot be retried for want of time says so', () => {
  const { run } = started({ startToCloseTimeoutMs: 5_000, scheduleToCloseTimeoutMs: 5_500 });
  const { failure, retryState } = only(passTime(run, 5_100), 'ActivityTaskTimedOut');
  assert.equal(
    failure?.message,
    'Not enough time to schedule next retry before activity ScheduleToClose timeout, giving up retrying',
  );
  assert.equal(failure?.timeoutFailureInfo?.timeoutType, 'SCHEDULE_TO_CLOSE');
  assert.equal(retryState, 'TIMEOUT');
});

test('when several times are over at once, the one that ends more is met', () => {
  const { run } = started({ startToCloseTimeoutMs: 1_000, heartbeatTimeoutMs: 1_000, retryPolicy: once });
  const { failure } = only(passTime(run, 1_100), 'ActivityTaskTimedOut');
  assert.equal(failure?.timeoutFailureInfo?.timeoutType, 'START_TO_CLOSE');
});

test('a heartbeat timeout counts from the start, and anew from each heartbeat', () => {
  const { run, claim, scheduledEventId } = started({ heartbeatTimeoutMs: 1_000 });
  assert.equal(dueAtMs(run), 1_100);
  play(run, heartbeat(run, claim, [payload(1)]), 900);
  assert.equal(dueAtMs(run), 1_900);
  passTime(run, 1_900);
  const { lastFailure, heartbeatDetails, attempt } = activityOf(run, scheduledEventId);
  assert.equal(attempt, 2);
  assert.deepEqual(heartbeatDetails, [payload(1)]);
  assert.deepEqual(lastFailure?.timeoutFailureInfo, { timeoutType: 'HEARTBEAT', lastHeartbeatDetails: [payload(1)] });
});

test('a next attempt starts its heartbeats anew', () => {
  const { run, claim, scheduledEventId } = started({ heartbeatTimeoutMs: 1_000 });
  play(run, heartbeat(run, claim, undefined), 900);
  passTime(run, 1_900);
  passTime(run, 2_900);
  takeActivity(run, scheduledEventId, 2_900);
  assert.equal(dueAtMs(run), 3_900);
});

test('an attempt that times out after the activity was asked to cancel is the last one', () => {
  const { run, scheduledEventId } = started({ startToCloseTimeoutMs: 5_000 });
  play(run, signalWorkflow(run, { signalName: 's' }), 200);
  answer(run, [cancelActivity(scheduledEventId)], 300);
  assert.equal(only(passTime(run, 5_100), 'ActivityTaskTimedOut').retryState, 'CANCEL_REQUESTED');
});

test('an activity without schedule timeouts waits for a worker as long as it takes', () => {
  const { run } = scheduled({});
  assert.equal(dueAtMs(run), undefined);
});

test('an attempt whose process died ends when another process takes over, counts, and is retried by policy', () => {
  const { run, scheduledEventId } = started({}, { ...worker, processId: 'dead' });
  assert.equal(attendedBy(run), 'dead');
  play(run, endOrphans(run, 'alive', at(200)), 200);
  const { attempt, state, lastFailure } = activityOf(run, scheduledEventId);
  assert.deepEqual({ attempt, state }, { attempt: 2, state: 'waiting' });
  assert.equal(lastFailure?.message, 'the process that ran attempt 1 of activity fetch ended before the attempt did');
  assert.equal(attendedBy(run), undefined);
});

test('the last attempt whose process died closes the activity as a timeout that says so', () => {
  const start = { ...worker, processId: 'dead' };
  const { run } = started({ retryPolicy: once }, start);
  const events = play(run, endOrphans(run, 'alive', at(200)), 200);
  assert.deepEqual(typesOf(events), ['ActivityTaskStarted', 'ActivityTaskTimedOut', 'WorkflowTaskScheduled']);
  const { failure, retryState } = only(events, 'ActivityTaskTimedOut');
  assert.match(failure?.message ?? '', /^the process that ran attempt 1/);
  assert.equal(retryState, 'MAXIMUM_ATTEMPTS_REACHED');
});

test('an attempt of this process, or of a worker elsewhere, is no orphan', () => {
  const own = started({}, { ...worker, processId: 'alive' });
  assert.deepEqual(endOrphans(own.run, 'alive', at(200)).facts, []);
  const elsewhere = started({});
  assert.deepEqual(endOrphans(elsewhere.run, 'alive', at(200)).facts, []);
});
