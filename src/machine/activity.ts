// Activities: work that the workflow asks for, done outside it, once or several times until it succeeds.
//
//                    ,--- attempt failed or timed out, may be retried ---> waiting --time passes--.
//                    |                                                        |                   |
//   absent --ScheduleActivityTask--> ready --worker takes it--> started       |cancel             |
//                                      ^ |cancel                  |           v                   |
//                                      | `----------------> absent, closed <--' completed, failed,|
//                                      |                                        timed out,        |
//                                      `-------------------------------------- canceled ---------'
//
// History says Scheduled when it is asked for, and Started only together with how it ended: attempts between leave no event.

import type { NewEvent, NewEventOf } from '../api/event.ts';
import type { Payloads } from '../api/messages/common.ts';
import type { Failure } from '../api/messages/failure.ts';
import {
  type Decision,
  decided,
  type Fact,
  type Millis,
  type Moment,
  notFound,
  nothing,
  refuse,
  type Start,
} from './fact.ts';
import { retryVerdict } from './retry.ts';
import { findActivity, isOpen, type PendingActivity, type ReadonlyRun } from './run.ts';
import { wake } from './workflow-task.ts';

/** Which attempt an answer is for: by its task token, or by the activity's id (then whichever attempt is under way). */
export type AttemptClaim =
  | { readonly scheduledEventId: number; readonly attempt: number }
  | { readonly activityId: string };

/** Stands in a closing event for the id that its ActivityTaskStarted gets when both are written (record.ts). */
export const STARTED_WITH_CLOSING = -1;

/** A worker takes an attempt. It may be gone or taken by now: then there is nothing to start. */
export function startActivity(
  run: ReadonlyRun,
  claim: { readonly scheduledEventId: number; readonly attempt: number; readonly start: Start },
): Decision {
  const activity = run.activities.get(claim.scheduledEventId);
  if (activity?.state !== 'ready' || activity.attempt !== claim.attempt) return nothing;
  return decided({ type: 'ActivityAttemptStarted', scheduledEventId: claim.scheduledEventId, ...claim.start });
}

export function completeActivity(
  run: ReadonlyRun,
  claim: AttemptClaim,
  answer: { readonly result?: Payloads | undefined; readonly identity: string },
): Decision {
  const activity = claimedAttempt(run, claim);
  if (!activity) return gone(run, claim);
  const { result, identity } = answer;
  const { scheduledEventId } = activity;
  const attributes = { result, identity, scheduledEventId, startedEventId: STARTED_WITH_CLOSING };
  return closeActivity(run, activity, { type: 'ActivityTaskCompleted', attributes });
}

export interface FailedAnswer {
  readonly failure: Failure;
  readonly identity: string;
  readonly heartbeatDetails?: Payloads | undefined;
}

/** The attempt failed: another follows if the policy has one, and if nobody asked to cancel. */
export function failActivity(run: ReadonlyRun, claim: AttemptClaim, answer: FailedAnswer, moment: Moment): Decision {
  const activity = claimedAttempt(run, claim);
  if (!activity) return gone(run, claim);
  const { failure, identity, heartbeatDetails } = answer;
  const { scheduledEventId } = activity;
  const verdict = activityVerdict(run, activity, failure, moment);
  if ('retryAtMs' in verdict) {
    return decided(attemptEnded(scheduledEventId, failure, verdict.retryAtMs, heartbeatDetails));
  }
  const attributes = {
    failure,
    identity,
    scheduledEventId,
    startedEventId: STARTED_WITH_CLOSING,
    retryState: verdict.state,
  };
  return closeActivity(run, activity, { type: 'ActivityTaskFailed', attributes });
}

export function activityVerdict(run: ReadonlyRun, activity: PendingActivity, failure: Failure, moment: Moment) {
  if (activity.cancelRequestedEventId !== undefined) return { state: 'CANCEL_REQUESTED' } as const;
  const timeoutType = failure.timeoutFailureInfo?.timeoutType;
  if (timeoutType === 'SCHEDULE_TO_START' || timeoutType === 'SCHEDULE_TO_CLOSE') return { state: 'TIMEOUT' } as const;
  const { retryPolicy: policy, attempt } = activity;
  return retryVerdict({ policy, attempt, failure, expiresAtMs: activityExpiresAtMs(run, activity) }, moment);
}

export function attemptEnded(
  scheduledEventId: number,
  failure: Failure,
  nextAttemptAtMs: Millis,
  heartbeatDetails?: Payloads | undefined,
): Fact {
  return {
    type: 'ActivityAttemptEnded',
    scheduledEventId,
    failure: briefly(failure),
    nextAttemptAtMs,
    heartbeatDetails,
  };
}

/** The worker says that it stopped because it was asked to. */
export function cancelActivity(
  run: ReadonlyRun,
  claim: AttemptClaim,
  { details, identity }: { readonly details?: Payloads | undefined; readonly identity: string },
): Decision {
  const activity = claimedAttempt(run, claim);
  if (!activity) return gone(run, claim);
  if (activity.cancelRequestedEventId === undefined) {
    return refuse(
      'INVALID_ARGUMENT',
      `activity "${activity.activityId}" was not asked to cancel: only a requested cancellation can be reported; fail the activity instead`,
    );
  }
  const attributes = {
    details,
    identity,
    scheduledEventId: activity.scheduledEventId,
    startedEventId: STARTED_WITH_CLOSING,
    latestCancelRequestedEventId: activity.cancelRequestedEventId,
  };
  return closeActivity(run, activity, { type: 'ActivityTaskCanceled', attributes });
}

export function heartbeat(
  run: ReadonlyRun,
  claim: AttemptClaim,
  details: Payloads | undefined,
): Decision & { readonly cancelRequested?: boolean } {
  const activity = claimedAttempt(run, claim);
  if (!activity) return gone(run, claim);
  const { scheduledEventId, cancelRequestedEventId } = activity;
  const decision = decided({ type: 'HeartbeatRecorded', scheduledEventId, details });
  return { ...decision, cancelRequested: cancelRequestedEventId !== undefined };
}

/** Started and closing event together, and the workflow woken to see them. */
export function closeActivity(run: ReadonlyRun, activity: PendingActivity, closing: NewEvent): Decision {
  return decided(...startedFacts(activity), closing, ...wake(run));
}

function startedFacts(activity: PendingActivity): NewEventOf<'ActivityTaskStarted'>[] {
  const { started, scheduledEventId, attempt, lastFailure } = activity;
  if (!started) return [];
  const { identity, requestId, timeMs } = started;
  return [
    {
      type: 'ActivityTaskStarted',
      eventTimeMs: timeMs,
      attributes: { scheduledEventId, identity, requestId, attempt, lastFailure },
    },
  ];
}

function claimedAttempt(run: ReadonlyRun, claim: AttemptClaim): PendingActivity | undefined {
  if (!isOpen(run)) return undefined;
  if ('activityId' in claim) {
    const activity = findActivity(run, claim.activityId);
    return activity?.state === 'started' ? activity : undefined;
  }
  const activity = run.activities.get(claim.scheduledEventId);
  return activity?.state === 'started' && activity.attempt === claim.attempt ? activity : undefined;
}

function gone(run: ReadonlyRun, claim: AttemptClaim): Decision {
  if ('activityId' in claim && isOpen(run)) {
    return notFound(
      `cannot find pending activity with ActivityID ${claim.activityId}, check if activity is completed, failed or not started yet`,
    );
  }
  return notFound('invalid activityID or activity already timed out or invoking workflow is completed');
}

/** When the activity is over at the latest, by its schedule-to-close timeout; undefined without one. */
export function activityExpiresAtMs(run: ReadonlyRun, activity: PendingActivity): Millis | undefined {
  const { scheduledTimeMs, scheduleToCloseTimeoutMs } = activity;
  const own = scheduleToCloseTimeoutMs > 0 ? scheduledTimeMs + scheduleToCloseTimeoutMs : undefined;
  const { runExpiresAtMs } = run.birth;
  if (own === undefined || runExpiresAtMs === undefined) return own ?? runExpiresAtMs;
  return Math.min(own, runExpiresAtMs);
}

const LONGEST_STACK = 4096;

/** What is kept of a failure between attempts: its stack is cut, because the row is written again with every attempt. */
function briefly(failure: Failure): Failure {
  const { stackTrace, cause } = failure;
  const cut =
    stackTrace && stackTrace.length > LONGEST_STACK ? { stackTrace: `${stackTrace.slice(0, LONGEST_STACK)}…` } : {};
  return { ...failure, ...cut, ...(cause ? { cause: briefly(cause) } : {}) };
}
