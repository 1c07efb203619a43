import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bucketResetMs, type Headers, retryAfterMs } from './retry-after.ts';

const now = Date.parse('1994-11-06T08:49:00Z');

const hints: readonly (readonly [string, Headers, number | undefined])[] = [
  ['no header means no hint', {}, undefined],
  ['whole seconds', { 'retry-after': '7' }, 7_000],
  ['a fraction of a second', { 'retry-after': '1.5' }, 1_500],
  ['zero seconds: at once', { 'retry-after': '0' }, 0],
  ['blanks around the value', { 'retry-after': ' 3 ' }, 3_000],
  ['milliseconds win over seconds', { 'retry-after': '7', 'retry-after-ms': '250' }, 250],
  ['unreadable milliseconds leave it to the seconds', { 'retry-after': '7', 'retry-after-ms': 'soon' }, 7_000],
  ['an IMF date', { 'retry-after': 'Sun, 06 Nov 1994 08:49:37 GMT' }, 37_000],
  ['an RFC 850 date', { 'retry-after': 'Sunday, 06-Nov-94 08:49:37 GMT' }, 37_000],
  ['an asctime date is UTC too', { 'retry-after': 'Sun Nov  6 08:49:37 1994' }, 37_000],
  ['a date in the past: at once', { 'retry-after': 'Sun, 06 Nov 1994 08:00:00 GMT' }, 0],
  [
    "a date counts from the server's clock",
    { 'retry-after': 'Sun, 06 Nov 1994 12:00:10 GMT', date: 'Sun, 06 Nov 1994 12:00:00 GMT' },
    10_000,
  ],
  ['nonsense is no hint', { 'retry-after': 'in 5 minutes' }, undefined],
  ['a negative number is no hint', { 'retry-after': '-5' }, undefined],
  ['a day is cut to an hour', { 'retry-after': '86400' }, 3_600_000],
];

for (const [name, headers, expected] of hints) {
  test(`Retry-After: ${name}`, () => assert.equal(retryAfterMs(headers, now), expected));
}

const buckets: readonly (readonly [string, Headers, number | undefined])[] = [
  ['a bucket with something left does not matter', bucket('requests', '3', '6m0s'), undefined],
  ['minutes and seconds', bucket('requests', '0', '6m0s'), 360_000],
  ['milliseconds', bucket('tokens', '0', '120ms'), 120],
  ['seconds with a fraction', bucket('tokens', '0', '2m59.56s'), 179_560],
  ['hours are cut to one', bucket('requests', '0', '2h0m0s'), 3_600_000],
  ['the longest of two', { ...bucket('requests', '0', '1s'), ...bucket('tokens', '0', '4s') }, 4_000],
  ['an unreadable reset is no hint', bucket('requests', '0', 'later'), undefined],
  ['an empty remainder is no hint', bucket('requests', '', '1s'), undefined],
  ['a missing reset is no hint', { 'x-ratelimit-remaining-requests': '0' }, undefined],
  [
    'an RFC 3339 time',
    {
      'anthropic-ratelimit-input-tokens-remaining': '0',
      'anthropic-ratelimit-input-tokens-reset': '1994-11-06T08:49:05Z',
    },
    5_000,
  ],
];

for (const [name, headers, expected] of buckets) {
  test(`an empty rate-limit bucket: ${name}`, () => assert.equal(bucketResetMs(headers, now), expected));
}

function bucket(kind: string, remaining: string, reset: string): Headers {
  return { [`x-ratelimit-remaining-${kind}`]: remaining, [`x-ratelimit-reset-${kind}`]: reset };
}
