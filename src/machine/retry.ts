// May a failed attempt be followed by another, and when? One rule for activities and for workflows (Temporal's retry policy:
// https://docs.temporal.io/encyclopedia/retry-policies).

import type { RetryPolicy } from '../api/messages/common.ts';
import type { RetryState, TimeoutType } from '../api/messages/enums.ts';
import type { Failure } from '../api/messages/failure.ts';
import { backoffMs, withJitter } from '../base/backoff.ts';
import type { Millis, Moment } from './fact.ts';

const DEFAULT_INITIAL_INTERVAL_MS = 1000;
const DEFAULT_BACKOFF_COEFFICIENT = 2;
/** Without a maximum interval, pauses stop growing at this many initial intervals. */
const MAXIMUM_INTERVALS = 100;

/** Every field of a policy, filled in with Temporal's defaults: what stands in ActivityTaskScheduled. */
export interface FilledPolicy {
  readonly initialIntervalMs: Millis;
  readonly backoffCoefficient: number;
  readonly maximumIntervalMs: Millis;
  /** 0: no limit. */
  readonly maximumAttempts: number;
  readonly nonRetryableErrorTypes: readonly string[];
}

export function filledPolicy(policy: RetryPolicy = {}): FilledPolicy {
  const initialIntervalMs = policy.initialIntervalMs || DEFAULT_INITIAL_INTERVAL_MS;
  return {
    initialIntervalMs,
    backoffCoefficient: policy.backoffCoefficient || DEFAULT_BACKOFF_COEFFICIENT,
    maximumIntervalMs: policy.maximumIntervalMs || initialIntervalMs * MAXIMUM_INTERVALS,
    maximumAttempts: policy.maximumAttempts ?? 0,
    nonRetryableErrorTypes: policy.nonRetryableErrorTypes ?? [],
  };
}

/** Why a policy cannot be used; undefined when it can. */
export function policyProblem(policy: RetryPolicy): string | undefined {
  const { initialIntervalMs = 0, backoffCoefficient = 0, maximumIntervalMs = 0, maximumAttempts = 0 } = policy;
  if (initialIntervalMs < 0) return 'InitialInterval cannot be negative on retry policy.';
  if (backoffCoefficient !== 0 && !(backoffCoefficient >= 1))
    return 'BackoffCoefficient cannot be less than 1 on retry policy.';
  if (maximumIntervalMs < 0) return 'MaximumInterval cannot be negative on retry policy.';
  if (maximumIntervalMs > 0 && maximumIntervalMs < initialIntervalMs) {
    return 'MaximumInterval cannot be less than InitialInterval on retry policy.';
  }
  if (maximumAttempts < 0) return 'MaximumAttempts cannot be negative on retry policy.';
  return undefined;
}

export type RetryVerdict = { readonly retryAtMs: Millis } | { readonly state: Exclude<RetryState, 'IN_PROGRESS'> };

export interface FailedAttempt {
  readonly policy: RetryPolicy | undefined;
  readonly attempt: number;
  readonly failure: Failure;
  /** No attempt may begin after this. */
  readonly expiresAtMs?: Millis | undefined;
}

export function retryVerdict({ policy, attempt, failure, expiresAtMs }: FailedAttempt, moment: Moment): RetryVerdict {
  if (!policy) return { state: 'RETRY_POLICY_NOT_SET' };
  const filled = filledPolicy(policy);
  if (!isRetryable(failure, filled.nonRetryableErrorTypes)) return { state: 'NON_RETRYABLE_FAILURE' };
  if (filled.maximumAttempts > 0 && attempt >= filled.maximumAttempts) return { state: 'MAXIMUM_ATTEMPTS_REACHED' };
  const retryAtMs = moment.nowMs + pauseMs(filled, attempt, failure, moment);
  if (expiresAtMs !== undefined && retryAtMs > expiresAtMs) return { state: 'TIMEOUT' };
  return { retryAtMs };
}

/** What the failure itself asks for comes before the policy, and is not held to its maximum interval. */
function pauseMs(policy: FilledPolicy, attempt: number, failure: Failure, { settings, random }: Moment): Millis {
  const askedMs = failure.applicationFailureInfo?.nextRetryDelayMs;
  if (askedMs !== undefined) return Math.max(askedMs, 0);
  const pause = backoffMs(attempt, policy.initialIntervalMs, policy.backoffCoefficient, policy.maximumIntervalMs);
  return Math.round(settings.retryJitter > 0 ? withJitter(pause, settings.retryJitter, random()) : pause);
}

function isRetryable(failure: Failure, nonRetryableTypes: readonly string[]): boolean {
  if (failure.terminatedFailureInfo || failure.canceledFailureInfo) return false;
  if (failure.timeoutFailureInfo) {
    const { timeoutType } = failure.timeoutFailureInfo;
    const type = `TemporalTimeout:${TIMEOUT_NAMES[timeoutType]}`;
    return (timeoutType === 'START_TO_CLOSE' || timeoutType === 'HEARTBEAT') && !nonRetryableTypes.includes(type);
  }
  if (failure.serverFailureInfo) return !failure.serverFailureInfo.nonRetryable;
  if (failure.applicationFailureInfo) {
    const { nonRetryable, type = '' } = failure.applicationFailureInfo;
    return !nonRetryable && !nonRetryableTypes.includes(type);
  }
  return true;
}

/** Timeout types as error messages and retry policies spell them. */
export const TIMEOUT_NAMES: Readonly<Record<TimeoutType, string>> = {
  UNSPECIFIED: 'Unspecified',
  START_TO_CLOSE: 'StartToClose',
  SCHEDULE_TO_START: 'ScheduleToStart',
  SCHEDULE_TO_CLOSE: 'ScheduleToClose',
  HEARTBEAT: 'Heartbeat',
};
