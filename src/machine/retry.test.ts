import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at } from '../../test/machine/play.ts';
import { applicationFailure } from '../../test/machine/worker.ts';
import type { RetryPolicy } from '../api/messages/common.ts';
import type { TimeoutType } from '../api/messages/enums.ts';
import type { Failure } from '../api/messages/failure.ts';
import { type FailedAttempt, filledPolicy, policyProblem, retryVerdict } from './retry.ts';

const broken = applicationFailure('broken');

function verdict(attempt: Partial<FailedAttempt>, moment = at(0)) {
  return retryVerdict({ policy: {}, attempt: 1, failure: broken, ...attempt }, moment);
}

test('a policy is filled with the defaults of Temporal', () => {
  assert.deepEqual(filledPolicy(), {
    initialIntervalMs: 1_000,
    backoffCoefficient: 2,
    maximumIntervalMs: 100_000,
    maximumAttempts: 0,
    nonRetryableErrorTypes: [],
  });
});

test('the longest pause is a hundred first ones unless it is set, and zeros count as not set', () => {
  assert.equal(filledPolicy({ initialIntervalMs: 50 }).maximumIntervalMs, 5_000);
  assert.equal(
    filledPolicy({ initialIntervalMs: 0, backoffCoefficient: 0, maximumIntervalMs: 0 }).maximumIntervalMs,
    100_000,
  );
  const policy = {
    initialIntervalMs: 5,
    backoffCoefficient: 1,
    maximumIntervalMs: 9,
    maximumAttempts: 3,
    nonRetryableErrorTypes: ['x'],
  };
  assert.deepEqual(filledPolicy(policy), policy);
});

test('pauses grow by the coefficient up to the longest one', () => {
  const pauses = [1, 2, 3, 4, 5, 10_000].map((attempt) =>
    verdict({ attempt, policy: { initialIntervalMs: 10, backoffCoefficient: 3, maximumIntervalMs: 500 } }, at(1_000)),
  );
  assert.deepEqual(
    pauses,
    [1_010, 1_030, 1_090, 1_270, 1_500, 1_500].map((retryAtMs) => ({ retryAtMs })),
  );
});

test('with jitter, which is off by default, a part of the pause is left to chance', () => {
  assert.deepEqual(verdict({}, at(0, { retryJitter: 0.5 })), { retryAtMs: 750 });
});

test('without a policy there is no retry', () => {
  assert.deepEqual(verdict({ policy: undefined }), { state: 'RETRY_POLICY_NOT_SET' });
});

test('a policy counts the first attempt', () => {
  const policy = { maximumAttempts: 2 };
  assert.deepEqual(verdict({ policy, attempt: 1 }), { retryAtMs: 1_000 });
  assert.deepEqual(verdict({ policy, attempt: 2 }), { state: 'MAXIMUM_ATTEMPTS_REACHED' });
});

test('no retry begins after its time is over', () => {
  assert.deepEqual(verdict({ expiresAtMs: 1_000 }), { retryAtMs: 1_000 });
  assert.deepEqual(verdict({ expiresAtMs: 999 }), { state: 'TIMEOUT' });
});

test('the delay that a failure asks for is taken as it is, only never into the past', () => {
  const asking = (nextRetryDelayMs: number): Failure => ({
    message: 'x',
    applicationFailureInfo: { nextRetryDelayMs },
  });
  assert.deepEqual(verdict({ failure: asking(500_000) }), { retryAtMs: 500_000 });
  assert.deepEqual(verdict({ failure: asking(0) }), { retryAtMs: 0 });
  assert.deepEqual(verdict({ failure: asking(-5) }), { retryAtMs: 0 });
});

test('what is retried depends on the failure', () => {
  const isRetried = (failure: Partial<Failure>, types: readonly string[] = []) =>
    'retryAtMs' in verdict({ policy: { nonRetryableErrorTypes: types }, failure: { message: 'x', ...failure } });
  const timedOut = (timeoutType: TimeoutType) => ({ timeoutFailureInfo: { timeoutType } });
  assert.equal(isRetried({}), true);
  assert.equal(isRetried({ terminatedFailureInfo: {} }), false);
  assert.equal(isRetried({ canceledFailureInfo: {} }), false);
  assert.equal(isRetried({ serverFailureInfo: {} }), true);
  assert.equal(isRetried({ serverFailureInfo: { nonRetryable: true } }), false);
  assert.equal(isRetried({ applicationFailureInfo: {} }), true);
  assert.equal(isRetried({ applicationFailureInfo: { nonRetryable: true } }), false);
  assert.equal(isRetried({ applicationFailureInfo: { type: 'a' } }, ['a']), false);
  assert.equal(isRetried({ applicationFailureInfo: { type: 'b' } }, ['a']), true);
  assert.equal(isRetried(timedOut('START_TO_CLOSE')), true);
  assert.equal(isRetried(timedOut('HEARTBEAT')), true);
  assert.equal(isRetried(timedOut('START_TO_CLOSE'), ['TemporalTimeout:StartToClose']), false);
  assert.equal(isRetried(timedOut('HEARTBEAT'), ['TemporalTimeout:Heartbeat']), false);
  assert.equal(isRetried(timedOut('HEARTBEAT'), ['TemporalTimeout:StartToClose']), true);
  assert.equal(isRetried(timedOut('SCHEDULE_TO_START')), false);
  assert.equal(isRetried(timedOut('SCHEDULE_TO_CLOSE')), false);
});

test('a policy that cannot be meant is refused, saying why', () => {
  const problems: readonly [RetryPolicy, string | undefined][] = [
    [{}, undefined],
    [{ initialIntervalMs: 1, backoffCoefficient: 1, maximumIntervalMs: 1, maximumAttempts: 1 }, undefined],
    [{ initialIntervalMs: -1 }, 'InitialInterval cannot be negative on retry policy.'],
    [{ backoffCoefficient: 0.9 }, 'BackoffCoefficient cannot be less than 1 on retry policy.'],
    [{ backoffCoefficient: Number.NaN }, 'BackoffCoefficient cannot be less than 1 on retry policy.'],
    [{ maximumIntervalMs: -1 }, 'MaximumInterval cannot be negative on retry policy.'],
    [
      { initialIntervalMs: 2, maximumIntervalMs: 1 },
      'MaximumInterval cannot be less than InitialInterval on retry policy.',
    ],
    [{ maximumAttempts: -1 }, 'MaximumAttempts cannot be negative on retry policy.'],
  ];
  for (const [policy, problem] of problems) assert.equal(policyProblem(policy), problem);
});
