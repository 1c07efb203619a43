// The four timeouts of an activity, its retry's time, and the end of the process that ran it (activity.ts draws its life).
//
//   schedule-to-close  from the first schedule, across attempts; ends the activity
//   schedule-to-start  of each attempt, while no worker takes it; ends the activity
//   start-to-close     of each attempt; may be retried
//   heartbeat          since the last heartbeat, or the start; may be retried

import type { RetryState, TimeoutType } from '../api/messages/enums.ts';
import type { Failure } from '../api/messages/failure.ts';
import { activityVerdict, attemptEnded, closeActivity, STARTED_WITH_CLOSING } from './activity.ts';
import { type Decision, decided, type Millis, type Moment } from './fact.ts';
import { TIMEOUT_NAMES } from './retry.ts';
import type { PendingActivity, ReadonlyRun } from './run.ts';

export type ActivityDeadline =
  | { readonly atMs: Millis; readonly what: 'retry' }
  | { readonly atMs: Millis; readonly what: 'timeout'; readonly timeoutType: TimeoutType };

/** The earliest thing that time alone does to the activity. */
export function activityDeadline(activity: PendingActivity): ActivityDeadline | undefined {
  let earliest: ActivityDeadline | undefined;
  for (const deadline of deadlines(activity)) if (!earliest || deadline.atMs < earliest.atMs) earliest = deadline;
  return earliest;
}

function* deadlines(activity: PendingActivity): Generator<ActivityDeadline> {
  const { scheduledTimeMs, scheduleToCloseTimeoutMs, state, nextAttemptAtMs } = activity;
  if (scheduleToCloseTimeoutMs > 0) yield timeout('SCHEDULE_TO_CLOSE', scheduledTimeMs + scheduleToCloseTimeoutMs);
  if (nextAttemptAtMs !== undefined) yield { atMs: nextAttemptAtMs, what: 'retry' };
  if (state === 'ready' && activity.scheduleToStartTimeoutMs > 0) {
    yield timeout('SCHEDULE_TO_START', activity.attemptScheduledTimeMs + activity.scheduleToStartTimeoutMs);
  }
  if (activity.started) {
    const { timeMs } = activity.started;
    yield timeout('START_TO_CLOSE', timeMs + activity.startToCloseTimeoutMs);
    if (activity.heartbeatTimeoutMs > 0) {
      yield timeout('HEARTBEAT', (activity.lastHeartbeatTimeMs ?? timeMs) + activity.heartbeatTimeoutMs);
    }
  }
}

function timeout(timeoutType: TimeoutType, atMs: Millis): ActivityDeadline {
  return { atMs, what: 'timeout', timeoutType };
}

export function meetActivityDeadline(
  run: ReadonlyRun,
  activity: PendingActivity,
  deadline: ActivityDeadline,
  moment: Moment,
): Decision {
  if (deadline.what === 'retry') return decided({ type: 'ActivityReady', scheduledEventId: activity.scheduledEventId });
  return timeOutActivity(run, activity, deadline.timeoutType, moment);
}

function timeOutActivity(
  run: ReadonlyRun,
  activity: PendingActivity,
  timeoutType: TimeoutType,
  moment: Moment,
): Decision {
  const failure = timeoutFailure(activity, timeoutType, `activity ${TIMEOUT_NAMES[timeoutType]} timeout`);
  const verdict = activityVerdict(run, activity, failure, moment);
  if ('retryAtMs' in verdict) return decided(attemptEnded(activity.scheduledEventId, failure, verdict.retryAtMs));
  const wantsRetry = timeoutType === 'START_TO_CLOSE' || timeoutType === 'HEARTBEAT';
  const closing = wantsRetry && verdict.state === 'TIMEOUT' ? notEnoughTime(activity) : failure;
  return closeTimedOut(run, activity, closing, verdict.state);
}

/** The process that ran the attempt is gone: as an attempt that timed out it counts, and is retried as the policy says. */
export function endOrphanedAttempt(run: ReadonlyRun, activity: PendingActivity, moment: Moment): Decision {
  const message = `the process that ran attempt ${activity.attempt} of activity ${activity.activityType} ended before the attempt did`;
  const failure = timeoutFailure(activity, 'START_TO_CLOSE', message);
  const verdict = activityVerdict(run, activity, failure, moment);
  if ('retryAtMs' in verdict) return decided(attemptEnded(activity.scheduledEventId, failure, verdict.retryAtMs));
  return closeTimedOut(run, activity, failure, verdict.state);
}

/** The user sees why the attempt before failed, not only that time ran out in the end. */
function closeTimedOut(
  run: ReadonlyRun,
  activity: PendingActivity,
  failure: Failure,
  retryState: RetryState,
): Decision {
  const { scheduledEventId, started, lastFailure } = activity;
  const startedEventId = started ? STARTED_WITH_CLOSING : 0;
  const closing = lastFailure ? { ...failure, cause: lastFailure } : failure;
  const attributes = { failure: closing, scheduledEventId, startedEventId, retryState };
  return closeActivity(run, activity, { type: 'ActivityTaskTimedOut', attributes });
}

function timeoutFailure(activity: PendingActivity, timeoutType: TimeoutType, message: string): Failure {
  const { heartbeatDetails } = activity;
  return { message, source: 'Server', timeoutFailureInfo: { timeoutType, lastHeartbeatDetails: heartbeatDetails } };
}

function notEnoughTime(activity: PendingActivity): Failure {
  const message = 'Not enough time to schedule next retry before activity ScheduleToClose timeout, giving up retrying';
  return timeoutFailure(activity, 'SCHEDULE_TO_CLOSE', message);
}
