import type { Duration } from './duration.ts';
import type { Priority } from './priority.ts';
import type { RetryPolicy } from './retry-policy.ts';

/** Whether an activity is told of a cancellation, and when the workflow's call of it ends. */
export const ActivityCancellationType = {
  /** The activity is told; the call ends at once, whatever the activity makes of it. */
  TRY_CANCEL: 'TRY_CANCEL',
  /** The activity is told; the call ends when the activity has ended. It must heartbeat to hear of it. The default. */
  WAIT_CANCELLATION_COMPLETED: 'WAIT_CANCELLATION_COMPLETED',
  /** The activity is not told and goes on; the call ends at once. */
  ABANDON: 'ABANDON',
} as const;
export type ActivityCancellationType = (typeof ActivityCancellationType)[keyof typeof ActivityCancellationType];

/** How a workflow wants its activities run. One of `startToCloseTimeout` and `scheduleToCloseTimeout` is required. */
export interface ActivityOptions {
  /** Default: a number that counts up. */
  readonly activityId?: string | undefined;
  /** Default: the workflow's own queue. */
  readonly taskQueue?: string | undefined;
  /** How long one attempt may take. */
  readonly startToCloseTimeout?: Duration | undefined;
  /** How long all attempts together, and the waits between them, may take. */
  readonly scheduleToCloseTimeout?: Duration | undefined;
  /** How long an attempt may wait for a worker. Never retried. */
  readonly scheduleToStartTimeout?: Duration | undefined;
  /** How long an attempt may be silent: it must call `heartbeat` more often than this. */
  readonly heartbeatTimeout?: Duration | undefined;
  /** Default: first after 1 s, each interval twice the last up to 100 s, without end. */
  readonly retry?: RetryPolicy | undefined;
  /** Default WAIT_CANCELLATION_COMPLETED. */
  readonly cancellationType?: ActivityCancellationType | undefined;
  /** Whether the service may hand the activity back in the answer to the workflow task. Default true. */
  readonly allowEagerDispatch?: boolean | undefined;
  /** One line about this call, for whoever looks at the run. */
  readonly summary?: string | undefined;
  readonly priority?: Priority | undefined;
}
