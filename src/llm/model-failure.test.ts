import assert from 'node:assert/strict';
import { test } from 'node:test';
import { APICallError } from '@ai-sdk/provider';
import { ApplicationFailure, CancelledFailure } from '../sdk/activity/index.ts';
import { ModelAnswerError } from './model-error.ts';
import { modelFailure } from './model-failure.ts';

function refusal(statusCode: number, message: string, responseHeaders: Record<string, string> = {}): APICallError {
  return new APICallError({ message, url: '', requestBodyValues: { prompt: 'long' }, statusCode, responseHeaders });
}

function failureOf(error: unknown, secrets?: readonly string[]): ApplicationFailure {
  const failure = modelFailure(error, 0, secrets);
  assert.ok(failure instanceof ApplicationFailure);
  return failure;
}

test('what may be repeated is retried after the time that the endpoint asks for', () => {
  const { type, nonRetryable, nextRetryDelay } = failureOf(refusal(429, 'Slow down', { 'retry-after': '7' }));
  assert.deepEqual(
    { type, nonRetryable, nextRetryDelay },
    { type: 'RateLimitError', nonRetryable: false, nextRetryDelay: 7_000 },
  );
});

test("without a hint, or with one that says at once, the policy's own delay holds", () => {
  assert.equal(failureOf(refusal(500, 'Oops')).nextRetryDelay, undefined);
  assert.equal(failureOf(refusal(429, 'Now', { 'retry-after': '0' })).nextRetryDelay, undefined);
});

test('what makes no sense to repeat is not retried, whatever the policy says', () => {
  const { type, nonRetryable } = failureOf(refusal(401, 'No'));
  assert.deepEqual({ type, nonRetryable }, { type: 'AuthenticationError', nonRetryable: true });
  assert.equal(
    failureOf(new ModelAnswerError('ContentFilterError', 'withheld', { retryable: false })).nonRetryable,
    true,
  );
});

test('a failure carries neither the secret nor the request', () => {
  const failure = failureOf(refusal(400, 'bad header hunter-2-hunter'), ['hunter-2-hunter']);
  assert.match(failure.message, /bad header \[redacted\]/);
  assert.equal(failure.cause, undefined);
  assert.equal(JSON.stringify(failure.details ?? []).includes('prompt'), false);
});

test('a cancellation and a failure that is made already come back as they are', () => {
  const cancelled = new CancelledFailure('CANCELLED');
  assert.equal(modelFailure(cancelled, 0), cancelled);
  const failure = ApplicationFailure.create({ type: 'Mine' });
  assert.equal(modelFailure(failure, 0), failure);
});
