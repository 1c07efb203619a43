// Should a failed model call be made again, and when?
//
// The engine retries; this file only says whether it makes sense. The rules are read from top to bottom and the first
// that fits decides the type, so the more telling sign (a provider's code) stands above the less telling one (a
// status). Two things may then correct the answer: the endpoint's own `x-should-retry`, and its hint how long to wait.
//
//   cancelled ─▶ our own verdict on an answer ─▶ provider code ─▶ HTTP status ─▶ network ─▶ kind of error ─▶ unknown

import { type ErrorFacts, readErrorFacts } from './error-facts.ts';
import { redactSecrets } from './redact.ts';
import { bucketResetMs, retryAfterMs } from './retry-after.ts';

/** What {@link classifyModelError} concludes from an error. */
export interface ModelErrorClass {
  /** Name for retry policies and `nonRetryableErrorTypes`, e.g. `RateLimitError`, `InvalidAPIKeyError`. */
  readonly type: string;
  readonly retryable: boolean;
  /** How long the endpoint asked to wait, in milliseconds, at most one hour; absent when it did not say. */
  readonly retryAfterMs?: number;
  /** One sentence with status, the provider's words and the remedy. Holds no credential. */
  readonly message: string;
}

/**
 * The endpoint answered, but what it said is of no use: empty, unreadable, cut off, withheld, or it fell silent.
 * Thrown by `generateOnce`; {@link classifyModelError} takes its verdict as it stands.
 */
export class ModelAnswerError extends Error {
  readonly type: string;
  readonly retryable: boolean;

  constructor(type: string, message: string, options: { readonly retryable: boolean; readonly cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = type;
    this.type = type;
    this.retryable = options.retryable;
  }
}

interface Verdict {
  readonly type: string;
  readonly retryable: boolean;
  readonly what: string;
  readonly remedy?: string;
}

type Rule = readonly [fits: (facts: ErrorFacts) => boolean, verdict: Verdict];

const cancelled: Verdict = { type: 'CancelledFailure', retryable: false, what: 'the model call was cancelled' };

const invalidKey: Verdict = {
  type: 'InvalidAPIKeyError',
  retryable: false,
  what: 'the model endpoint does not accept the API key',
  remedy: 'set a valid key and run again',
};
const notAuthenticated: Verdict = {
  type: 'AuthenticationError',
  retryable: false,
  what: 'the model endpoint refused access',
  remedy: 'check the key and what it may use, and run again',
};
const quotaExhausted: Verdict = {
  type: 'QuotaExhaustedError',
  retryable: false,
  what: 'the account at the model endpoint has no credit left',
  remedy: 'waiting does not help: raise the limit or add credit, and run again',
};
const overloaded = retried('OverloadedError', 'the model endpoint is overloaded');
const rateLimited = retried('RateLimitError', 'the model endpoint limits the rate of requests');
const serverFailed = retried('ServerError', 'the model endpoint failed');
const timedOut = retried('TimeoutError', 'the model endpoint took too long');
const contextTooLong: Verdict = {
  type: 'ContextLengthError',
  retryable: false,
  what: 'the prompt is longer than the model can read',
  remedy: 'shorten the prompt, or use a model with a larger context',
};
const contentFiltered: Verdict = {
  type: 'ContentFilterError',
  retryable: false,
  what: "the provider's content filter withheld the answer",
  remedy: 'change the input',
};
const badRequest: Verdict = {
  type: 'BadRequestError',
  retryable: false,
  what: 'the model endpoint does not accept the request',
  remedy: 'the same request would be refused again: change it',
};
const notFound: Verdict = {
  type: 'NotFoundError',
  retryable: false,
  what: 'the model endpoint knows no such model or path',
  remedy: "check the model's name and the base URL",
};
const tooLarge: Verdict = {
  type: 'RequestTooLargeError',
  retryable: false,
  what: 'the request is larger than the model endpoint takes',
  remedy: 'split the input',
};
const unreadable = retried('UnreadableAnswerError', "the model endpoint's answer could not be read");
const networkFailed = retried('NetworkError', 'the model endpoint could not be reached');
const unknown = retried('UnknownModelError', 'the model call failed for an unknown reason');

const CODE_RULES: readonly Rule[] = [
  [(facts) => statusIn(facts, 400, 401, 403) && hasCode(facts, /api_?key/), invalidKey],
  [(facts) => statusIn(facts, 401, 403), notAuthenticated],
  [(facts) => hasCode(facts, /insufficient_(quota|credits?|balance|funds)|^billing|credit_balance/), quotaExhausted],
  [(facts) => facts.status === 529 || hasCode(facts, /^overloaded/), overloaded],
  [(facts) => hasCode(facts, /context_length_exceeded|context_window/) || saysTooLong(facts), contextTooLong],
  [(facts) => hasCode(facts, /content_?filter|content_policy|responsibleaipolicy/), contentFiltered],
];

const STATUS_RULES: ReadonlyMap<number, Verdict> = new Map([
  [402, quotaExhausted],
  [404, notFound],
  [408, timedOut],
  [409, retried('ConflictError', 'the model endpoint reports a conflict')],
  [410, notFound],
  [413, tooLarge],
  [425, retried('ConflictError', 'the model endpoint says that the request came too early')],
  [429, rateLimited],
]);

/** Errors inside a stream that began with 200 often carry a code and no status. */
const STATUSLESS_CODE_RULES: readonly Rule[] = [
  [(facts) => hasCode(facts, /api_?key/), invalidKey],
  [(facts) => hasCode(facts, /^authentication|^permission|^unauthenticated|^unauthorized/), notAuthenticated],
  [(facts) => hasCode(facts, /rate_limit|^resource_exhausted|too_many_requests/), rateLimited],
  [(facts) => hasCode(facts, /^not_found|model_not_found/), notFound],
  [(facts) => hasCode(facts, /^invalid_request|^invalid_argument/), badRequest],
  [(facts) => hasCode(facts, /server_error|^api_error|^internal|^unavailable/), serverFailed],
];

const KIND_RULES: readonly Rule[] = [
  [(facts) => facts.networkCode !== undefined, networkFailed],
  [(facts) => hasName(facts, 'TimeoutError'), timedOut],
  [(facts) => hasName(facts, 'AI_LoadAPIKeyError'), notAuthenticated],
  [(facts) => hasName(facts, 'AI_NoSuchModelError'), notFound],
  [
    (facts) =>
      hasName(facts, 'AI_UnsupportedFunctionalityError', 'AI_InvalidPromptError', 'AI_InvalidArgumentError') &&
      facts.status === undefined,
    badRequest,
  ],
  [
    (facts) =>
      hasName(
        facts,
        'AI_JSONParseError',
        'AI_TypeValidationError',
        'AI_InvalidResponseDataError',
        'AI_EmptyResponseBodyError',
        'AI_NoContentGeneratedError',
        'AI_APICallError',
      ),
    unreadable,
  ],
];

/**
 * Says of any error that a model call threw whether the call should be made again, after how long, and under which
 * name a retry policy knows it.
 *
 * Understands the AI SDK's errors (`APICallError` and its kin), fetch and undici errors, error objects inside a
 * stream, and `ModelAnswerError`. Not retried: 400, 401, 402, 403 and every other 4xx but 408, 409, 425 and 429,
 * exhausted credit under any status, withheld content. Retried: those four, every 5xx with 529, network errors,
 * unreadable answers, and whatever nobody knows. `x-should-retry` overrides. A cancelled call is of the type
 * `CancelledFailure` and is no failure: pass the cancellation on.
 */
export function classifyModelError(error: unknown, nowMs: number): ModelErrorClass {
  if (error instanceof ModelAnswerError) {
    const { type, retryable } = error;
    return { type, retryable, message: redactSecrets(error.message) };
  }
  const facts = readErrorFacts(error);
  if (isCancellation(facts)) return conclude(cancelled, facts, undefined);
  const verdict = judge(facts);
  const waitMs = retryAfterMs(facts.headers, nowMs);
  return conclude(
    { ...verdict, retryable: endpointsWish(facts) ?? verdict.retryable },
    facts,
    waitMs ?? (verdict === rateLimited ? bucketResetMs(facts.headers, nowMs) : undefined),
  );
}

function judge(facts: ErrorFacts): Verdict {
  const byCode = matching(CODE_RULES, facts);
  if (byCode !== undefined) return byCode;
  if (facts.status !== undefined) {
    return STATUS_RULES.get(facts.status) ?? (facts.status < 500 ? badRequest : serverFailed);
  }
  return matching(STATUSLESS_CODE_RULES, facts) ?? matching(KIND_RULES, facts) ?? unknown;
}

function conclude(verdict: Verdict, facts: ErrorFacts, waitMs: number | undefined): ModelErrorClass {
  const { type, retryable } = verdict;
  const waits = retryable && waitMs !== undefined ? { retryAfterMs: waitMs } : {};
  return { type, retryable, ...waits, message: describe(verdict, facts) };
}

function describe(verdict: Verdict, facts: ErrorFacts): string {
  const signs = [
    facts.status === undefined ? undefined : `HTTP ${facts.status}`,
    facts.networkCode,
    ...facts.codes.slice(0, 2),
  ].filter((sign) => sign !== undefined);
  const where = signs.length > 0 ? ` (${signs.join(', ')})` : '';
  const words = redactSecrets(facts.message)
    .replace(/\s+/g, ' ')
    .slice(0, 300)
    .replace(/[\s.]+$/, '')
    .trim();
  return `${verdict.what}${where}${words === '' ? '' : `: ${words}`}${verdict.remedy ? `; ${verdict.remedy}` : ''}`;
}

function endpointsWish(facts: ErrorFacts): boolean | undefined {
  const wish = facts.headers['x-should-retry']?.trim().toLowerCase();
  return wish === 'true' ? true : wish === 'false' ? false : undefined;
}

/** A lost connection can surface as an AbortError too; then the socket's code is the truth. */
function isCancellation(facts: ErrorFacts): boolean {
  return (
    facts.status === undefined && facts.networkCode === undefined && hasName(facts, 'AbortError', 'CancelledFailure')
  );
}

function retried(type: string, what: string): Verdict {
  return { type, retryable: true, what };
}

function matching(rules: readonly Rule[], facts: ErrorFacts): Verdict | undefined {
  return rules.find(([fits]) => fits(facts))?.[1];
}

function statusIn(facts: ErrorFacts, ...statuses: readonly number[]): boolean {
  return facts.status !== undefined && statuses.includes(facts.status);
}

function hasCode(facts: ErrorFacts, pattern: RegExp): boolean {
  return facts.codes.some((code) => pattern.test(code));
}

function hasName(facts: ErrorFacts, ...names: readonly string[]): boolean {
  return facts.names.some((name) => names.includes(name));
}

function saysTooLong(facts: ErrorFacts): boolean {
  return statusIn(facts, 400, 413, 422) && /prompt is too long|maximum context length/i.test(facts.message);
}
