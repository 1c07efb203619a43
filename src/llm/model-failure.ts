// Between what a model call threw and what the engine does with it.

import { ApplicationFailure, CancelledFailure } from '../sdk/activity/index.ts';
import { classifyModelError } from './model-error.ts';
import { redactSecrets } from './redact.ts';

/**
 * Makes of any error of a model call the failure to throw from an activity, so that the engine retries when it makes sense, and
 * not before the endpoint wants it to.
 *
 * The failure's type is that of `classifyModelError`, which a retry policy's `nonRetryableErrorTypes` may name; what makes no
 * sense to repeat is marked as not retryable whatever the policy says; `Retry-After` becomes the next retry's delay. Neither
 * message nor cause holds a credential: there is no cause, and `secrets` are removed from the message wherever they stand. A
 * cancellation comes back as it is.
 */
export function modelFailure(error: unknown, nowMs: number, secrets: readonly string[] = []): Error {
  if (error instanceof CancelledFailure || error instanceof ApplicationFailure) return error;
  const { type, retryable, retryAfterMs, message } = classifyModelError(error, nowMs);
  return ApplicationFailure.create({
    type,
    message: redactSecrets(message, secrets),
    nonRetryable: !retryable,
    // "At once" leaves the delay to the policy: its backoff is the better guess for an endpoint in trouble.
    ...(retryAfterMs ? { nextRetryDelay: retryAfterMs } : {}),
  });
}
