import type { RetryPolicy as CompiledRetryPolicy } from '../../api/messages/common.ts';
import { type Duration, msOptionalToNumber, msToNumber } from './duration.ts';
import { ValueError } from './errors.ts';

export type { RetryPolicy as CompiledRetryPolicy } from '../../api/messages/common.ts';

/** How an activity or a workflow is tried again after it failed. */
export interface RetryPolicy {
  /** Before the second attempt. Default 1 s. */
  readonly initialInterval?: Duration | undefined;
  /** What each further interval is multiplied by. Default 2, at least 1. */
  readonly backoffCoefficient?: number | undefined;
  /** No interval is longer. Default 100 times the initial one. */
  readonly maximumInterval?: Duration | undefined;
  /** Counting the first; 1 means no retry. Default: no limit. */
  readonly maximumAttempts?: number | undefined;
  /** Types of ApplicationFailure that are not retried; for other errors the type is their class's name. */
  readonly nonRetryableErrorTypes?: readonly string[] | undefined;
}

/** Checks a retry policy and turns it into the protocol's words. Throws a ValueError that names the field. */
export function compileRetryPolicy(policy: RetryPolicy): CompiledRetryPolicy {
  const initialIntervalMs = msToNumber(policy.initialInterval ?? 1_000);
  const maximumIntervalMs = msOptionalToNumber(policy.maximumInterval);
  check(initialIntervalMs > 0, 'initialInterval', policy.initialInterval, 'it must be longer than 0');
  check(
    maximumIntervalMs === undefined || maximumIntervalMs >= initialIntervalMs,
    'maximumInterval',
    policy.maximumInterval,
    `it must not be shorter than initialInterval (${initialIntervalMs} ms)`,
  );
  const { backoffCoefficient, nonRetryableErrorTypes } = policy;
  check(
    backoffCoefficient === undefined || backoffCoefficient >= 1,
    'backoffCoefficient',
    backoffCoefficient,
    'it must be at least 1',
  );
  const maximumAttempts = policy.maximumAttempts === Number.POSITIVE_INFINITY ? undefined : policy.maximumAttempts;
  check(
    maximumAttempts === undefined || (Number.isInteger(maximumAttempts) && maximumAttempts > 0),
    'maximumAttempts',
    maximumAttempts,
    'it must be a positive integer, or absent for no limit',
  );
  return { initialIntervalMs, maximumIntervalMs, backoffCoefficient, maximumAttempts, nonRetryableErrorTypes };
}

/** The policy as users write it, of one in the protocol's words. */
export function decompileRetryPolicy(policy: CompiledRetryPolicy | undefined): RetryPolicy | undefined {
  if (policy === undefined) return undefined;
  const { initialIntervalMs, maximumIntervalMs, backoffCoefficient, maximumAttempts, nonRetryableErrorTypes } = policy;
  return {
    initialInterval: initialIntervalMs,
    maximumInterval: maximumIntervalMs,
    backoffCoefficient,
    maximumAttempts: maximumAttempts || undefined,
    nonRetryableErrorTypes,
  };
}

function check(holds: boolean, field: string, value: unknown, remedy: string): void {
  if (!holds) throw new ValueError(`RetryPolicy.${field} is ${JSON.stringify(value)}: ${remedy}`);
}
