import assert from 'node:assert/strict';
import { test } from 'node:test';
import { APICallError, InvalidResponseDataError, JSONParseError, LoadAPIKeyError } from '@ai-sdk/provider';
import { classifyModelError, ModelAnswerError } from './model-error.ts';

const now = Date.parse('2026-11-24T12:00:00Z');

interface Refusal {
  readonly status: number;
  readonly error?: unknown;
  readonly headers?: Record<string, string>;
  readonly unparsed?: boolean;
}

/** What the AI SDK throws for a refusal; `unparsed` as for a body that did not match its schema. */
function refusal({ status, error, headers, unparsed }: Refusal): APICallError {
  return new APICallError({
    message: 'Refused',
    url: 'http://127.0.0.1/v1/chat/completions',
    requestBodyValues: {},
    statusCode: status,
    responseBody: JSON.stringify({ error }),
    ...(headers ? { responseHeaders: headers } : {}),
    ...(unparsed ? {} : { data: { error } }),
  });
}

function networkError(code: string): Error {
  const cause = Object.assign(new Error(`connect ${code} 127.0.0.1:1`), { code });
  return new APICallError({
    message: 'Cannot connect to API',
    url: '',
    requestBodyValues: {},
    cause,
    isRetryable: true,
  });
}

const aborted = new AbortController();
aborted.abort();

type Row = readonly [name: string, error: unknown, type: string, retryable: boolean, retryAfterMs?: number];

const rows: readonly Row[] = [
  ['400', refusal({ status: 400 }), 'BadRequestError', false],
  ['401', refusal({ status: 401 }), 'AuthenticationError', false],
  ['401 naming the key', refusal({ status: 401, error: { code: 'invalid_api_key' } }), 'InvalidAPIKeyError', false],
  [
    '401 naming the key in an unparsed body',
    refusal({ status: 401, error: { code: 'invalid_api_key' }, unparsed: true }),
    'InvalidAPIKeyError',
    false,
  ],
  [
    '400 in a list whose details name the key',
    new APICallError({
      message: 'Bad Request',
      url: '',
      requestBodyValues: {},
      statusCode: 400,
      responseBody: JSON.stringify([{ error: { code: 400, details: [{ reason: 'API_KEY_INVALID' }] } }]),
    }),
    'InvalidAPIKeyError',
    false,
  ],
  [
    "401 in Anthropic's words",
    refusal({ status: 401, error: { type: 'authentication_error' } }),
    'AuthenticationError',
    false,
  ],
  ['402', refusal({ status: 402 }), 'QuotaExhaustedError', false],
  ['403', refusal({ status: 403 }), 'AuthenticationError', false],
  ['404', refusal({ status: 404 }), 'NotFoundError', false],
  ['405', refusal({ status: 405 }), 'BadRequestError', false],
  ['408', refusal({ status: 408 }), 'TimeoutError', true],
  ['409', refusal({ status: 409 }), 'ConflictError', true],
  ['410', refusal({ status: 410 }), 'NotFoundError', false],
  ['413', refusal({ status: 413 }), 'RequestTooLargeError', false],
  ['415', refusal({ status: 415 }), 'BadRequestError', false],
  ['418', refusal({ status: 418 }), 'BadRequestError', false],
  ['422', refusal({ status: 422 }), 'BadRequestError', false],
  ['425', refusal({ status: 425 }), 'ConflictError', true],
  ['429', refusal({ status: 429 }), 'RateLimitError', true],
  ['429 with seconds', refusal({ status: 429, headers: { 'retry-after': '7' } }), 'RateLimitError', true, 7_000],
  [
    '429 with a date',
    refusal({ status: 429, headers: { 'retry-after': 'Tue, 24 Nov 2026 12:00:20 GMT' } }),
    'RateLimitError',
    true,
    20_000,
  ],
  [
    '429 with an empty bucket',
    refusal({
      status: 429,
      headers: { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '1m2s' },
    }),
    'RateLimitError',
    true,
    62_000,
  ],
  ['429 without credit', refusal({ status: 429, error: { code: 'insufficient_quota' } }), 'QuotaExhaustedError', false],
  ['429 when overloaded', refusal({ status: 429, error: { type: 'overloaded_error' } }), 'OverloadedError', true],
  ['451', refusal({ status: 451 }), 'BadRequestError', false],
  ['500', refusal({ status: 500 }), 'ServerError', true],
  ['501', refusal({ status: 501 }), 'ServerError', true],
  ['502', refusal({ status: 502 }), 'ServerError', true],
  ['503 with seconds', refusal({ status: 503, headers: { 'retry-after': '2' } }), 'ServerError', true, 2_000],
  ['504', refusal({ status: 504 }), 'ServerError', true],
  ['524', refusal({ status: 524 }), 'ServerError', true],
  ['529', refusal({ status: 529 }), 'OverloadedError', true],
  ['500 that asks not to', refusal({ status: 500, headers: { 'x-should-retry': 'false' } }), 'ServerError', false],
  ['400 that asks to', refusal({ status: 400, headers: { 'x-should-retry': 'true' } }), 'BadRequestError', true],
  [
    'a refused 429 keeps no delay',
    refusal({ status: 429, headers: { 'x-should-retry': 'false', 'retry-after': '7' } }),
    'RateLimitError',
    false,
  ],
  [
    'a prompt beyond the context, by code',
    refusal({ status: 400, error: { code: 'context_length_exceeded' } }),
    'ContextLengthError',
    false,
  ],
  [
    'a prompt beyond the context, by words',
    refusal({ status: 400, error: { message: 'prompt is too long: 250000 tokens > 200000 maximum' } }),
    'ContextLengthError',
    false,
  ],
  ['a content filter', refusal({ status: 400, error: { code: 'content_filter' } }), 'ContentFilterError', false],
  ["Ollama's bare words", refusal({ status: 404, error: 'model "x" not found' }), 'NotFoundError', false],

  ['in the stream: overloaded', { type: 'overloaded_error', message: 'Overloaded' }, 'OverloadedError', true],
  ['in the stream: a numeric code', { code: 502, message: 'Upstream' }, 'ServerError', true],
  ['in the stream: a numeric code as text', { code: '429', message: 'Slow down' }, 'RateLimitError', true],
  ['in the stream: rate limited', { error: { code: 'rate_limit_exceeded' } }, 'RateLimitError', true],
  ['in the stream: the server', { type: 'server_error', message: 'oops' }, 'ServerError', true],
  ['in the stream: the key', { code: 'invalid_api_key' }, 'InvalidAPIKeyError', false],
  ['in the stream: access', { type: 'permission_error' }, 'AuthenticationError', false],
  ['in the stream: the model', { code: 'model_not_found' }, 'NotFoundError', false],
  ['in the stream: the request', { type: 'invalid_request_error' }, 'BadRequestError', false],

  ['a refused connection', networkError('ECONNREFUSED'), 'NetworkError', true],
  ['a reset connection', networkError('ECONNRESET'), 'NetworkError', true],
  ['a name that does not resolve', networkError('ENOTFOUND'), 'NetworkError', true],
  ['a resolver that is away', networkError('EAI_AGAIN'), 'NetworkError', true],
  ["undici's own time-out", networkError('UND_ERR_BODY_TIMEOUT'), 'NetworkError', true],
  ['a certificate that is not trusted', networkError('DEPTH_ZERO_SELF_SIGNED_CERT'), 'NetworkError', true],
  ['a stream cut short', new TypeError('terminated'), 'NetworkError', true],
  [
    'a connection cut after 200',
    new APICallError({
      message: 'Failed to process successful response',
      url: '',
      requestBodyValues: {},
      statusCode: 200,
      cause: new TypeError('terminated', { cause: Object.assign(new Error('closed'), { code: 'UND_ERR_SOCKET' }) }),
    }),
    'NetworkError',
    true,
  ],
  ['a time-out signal', new DOMException('late', 'TimeoutError'), 'TimeoutError', true],
  ['a cancelled call', aborted.signal.reason, 'CancelledFailure', false],

  [
    'an answer that is no JSON',
    new JSONParseError({ text: '<', cause: new Error('x') }),
    'UnreadableAnswerError',
    true,
  ],
  [
    'a stream without an end',
    new InvalidResponseDataError({ data: undefined, message: 'no finish reason' }),
    'UnreadableAnswerError',
    true,
  ],
  [
    'a 200 that is no answer',
    new APICallError({ message: 'Invalid JSON response', url: '', requestBodyValues: {}, statusCode: 200 }),
    'UnreadableAnswerError',
    true,
  ],
  ['a missing key', new LoadAPIKeyError({ message: 'no key' }), 'AuthenticationError', false],
  [
    'our verdict on an answer',
    new ModelAnswerError('EmptyAnswerError', 'empty', { retryable: true }),
    'EmptyAnswerError',
    true,
  ],
  [
    "the AI SDK's own retries, unwrapped",
    Object.assign(new Error('gave up'), { name: 'AI_RetryError', lastError: refusal({ status: 403 }) }),
    'AuthenticationError',
    false,
  ],
  ['a full disk', Object.assign(new Error('no space'), { code: 'ENOSPC' }), 'UnknownModelError', true],
  ['an error nobody knows', new Error('boom'), 'UnknownModelError', true],
  ['a thrown string', 'boom', 'UnknownModelError', true],
  ['a thrown nothing', undefined, 'UnknownModelError', true],
];

for (const [name, error, type, retryable, retryAfterMs] of rows) {
  test(`${name} is ${type}, ${retryable ? 'retried' : 'not retried'}`, () => {
    const found = classifyModelError(error, now);
    assert.deepEqual(
      { type: found.type, retryable: found.retryable, retryAfterMs: found.retryAfterMs },
      { type, retryable, retryAfterMs },
    );
    assert.ok(found.message.length > 0);
  });
}

test('the message names the status, the code, the words of the provider and the remedy', () => {
  const error = refusal({ status: 401, error: { code: 'invalid_api_key', message: 'Incorrect API key provided.' } });
  assert.equal(
    classifyModelError(error, now).message,
    'the model endpoint does not accept the API key (HTTP 401, invalid_api_key): Incorrect API key provided; ' +
      'set a valid key and run again',
  );
});

test('the message never repeats a credential, whatever the provider quotes', () => {
  const quotes = [
    'Incorrect API key provided: sk-proj-abcdef1234567890.',
    'Incorrect API key provided: topsecret-abcdef1234567890.',
    'Headers.append: "Bearer abcdef1234567890" is an invalid header value.',
    'no route to https://user:abcdef1234567890@example.org/v1?api_key=abcdef1234567890',
    'key AIzaabcdef1234567890 is restricted',
  ];
  for (const message of quotes) {
    const { message: shown } = classifyModelError(refusal({ status: 401, error: { message } }), now);
    assert.doesNotMatch(shown, /abcdef1234567890/, message);
  }
});

test('a chain of causes that bites its own tail is read once round', () => {
  const error: Error & { cause?: unknown } = new Error('round');
  error.cause = error;
  assert.equal(classifyModelError(error, now).type, 'UnknownModelError');
});
