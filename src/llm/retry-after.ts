// How long a model endpoint asks its caller to stay away.
//
// Providers say it in several dialects, and some of them twice in one answer. The most exact one wins:
//
//   retry-after-ms  >  retry-after (seconds, or an HTTP date)  >  the reset time of a bucket that is empty
//
// Only waiting that the endpoint asked for is reported: without a hint the caller's own backoff decides.

export type Headers = Readonly<Record<string, string | undefined>>;

/** A longer hint is cut to this: past an hour it is an outage or a mistake, and asking again costs one request. */
const LONGEST_HINT_MS = 3_600_000;

const WEEKDAY = /^(mon|tue|wed|thu|fri|sat|sun)/i;
const SECONDS = /^\d+(\.\d+)?$/;
const GO_DURATION = /^(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?$/;

/**
 * Reads `retry-after-ms` and `retry-after` (RFC 9110, section 10.2.3: seconds, or one of its three date formats).
 *
 * A date is measured against the answer's own `date` header where there is one, so that a clock that is off on either
 * side does not matter. Milliseconds, never negative, at most one hour; `undefined` when there is no readable hint.
 */
export function retryAfterMs(headers: Headers, nowMs: number): number | undefined {
  const exactMs = headers['retry-after-ms']?.trim();
  if (exactMs !== undefined && SECONDS.test(exactMs)) return bounded(Number(exactMs));

  const hint = headers['retry-after']?.trim();
  if (hint === undefined) return undefined;
  if (SECONDS.test(hint)) return bounded(Number(hint) * 1000);

  const retryAtMs = parseHttpDate(hint);
  if (retryAtMs === undefined) return undefined;
  return bounded(retryAtMs - (parseHttpDate(headers.date ?? '') ?? nowMs));
}

/**
 * Reads the reset time of every rate-limit bucket that the answer says is empty and returns the longest wait.
 *
 * Understands OpenAI's family (`x-ratelimit-remaining-tokens: 0` with `x-ratelimit-reset-tokens: 6m0s`) and
 * Anthropic's (`anthropic-ratelimit-input-tokens-remaining: 0` with a reset time in RFC 3339). Milliseconds, at most
 * one hour; `undefined` when no bucket is empty.
 */
export function bucketResetMs(headers: Headers, nowMs: number): number | undefined {
  const waits: number[] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || !name.includes('ratelimit') || !name.includes('remaining')) continue;
    if (Number(value) !== 0 || value.trim() === '') continue;
    const wait = parseReset(headers[name.replace('remaining', 'reset')]?.trim() ?? '', nowMs);
    if (wait !== undefined) waits.push(wait);
  }
  return waits.length > 0 ? bounded(Math.max(...waits)) : undefined;
}

function parseReset(value: string, nowMs: number): number | undefined {
  const duration = GO_DURATION.exec(value);
  if (value !== '' && duration !== null) {
    const [hours, minutes, seconds, millis] = duration.slice(1).map((part) => Number(part ?? 0));
    return (hours ?? 0) * 3_600_000 + (minutes ?? 0) * 60_000 + (seconds ?? 0) * 1000 + (millis ?? 0);
  }
  const resetAtMs = /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(resetAtMs) ? undefined : resetAtMs - nowMs;
}

/** `Date.parse` reads nearly anything, and a date without a zone as local time: both are wrong for HTTP. */
function parseHttpDate(value: string): number | undefined {
  if (!WEEKDAY.test(value)) return undefined;
  const parsed = Date.parse(/(gmt|utc|[+-]\d{4})$/i.test(value) ? value : `${value} GMT`);
  return Number.isNaN(parsed) ? undefined : parsed;
}

function bounded(delayMs: number): number {
  return Math.ceil(Math.min(Math.max(delayMs, 0), LONGEST_HINT_MS));
}
