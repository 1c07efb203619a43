import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as activity from '../activity/index.ts';
import { CancelledFailure, CompleteAsyncError, Context } from '../activity/index.ts';
import { type LogMetadata, makeLogger } from '../common/logger.ts';
import { defaultActivityInfo, MockActivityEnvironment } from '../testing/index.ts';
import { ActivityAttempt, type CancelReason } from './activity-attempt.ts';
import type { ActivityInterceptorsFactory } from './interceptors.ts';

function attemptOf(interceptors: readonly ActivityInterceptorsFactory[] = []) {
  const beats: unknown[] = [];
  const lines: [string, LogMetadata][] = [];
  const attempt = new ActivityAttempt({
    info: { ...defaultActivityInfo, activityType: 'fetch' },
    heartbeat: (details) => beats.push(details),
    logger: makeLogger((_level, message, meta) => lines.push([message, meta])),
    interceptors,
  });
  return { attempt, beats, lines };
}

const none = { args: [], headers: {} };

test('an activity finds its attempt from wherever it is called', async () => {
  const { attempt, beats, lines } = attemptOf();
  const end = await attempt.run(
    async (a: number, b: number) => {
      await Promise.resolve();
      activity.heartbeat({ page: 1 });
      activity.heartbeat();
      activity.log.info('half way', { page: 1 });
      assert.equal(Context.current().info, activity.activityInfo());
      assert.equal(activity.cancellationDetails(), undefined);
      assert.equal(activity.cancellationSignal().aborted, false);
      return a + b;
    },
    { args: [1, 2], headers: {} },
  );
  assert.deepEqual(end, { kind: 'completed', result: 3 });
  assert.deepEqual(beats, [{ page: 1 }, undefined]);
  assert.equal(lines[0]?.[0], 'half way');
  assert.equal(lines[0]?.[1].activityType, 'fetch');
  assert.equal(lines[0]?.[1].workflowId, 'test');
  assert.equal(lines[0]?.[1].page, 1);
});

test('outside of an activity there is no attempt, and the error says how to get one', () => {
  assert.throws(() => activity.activityInfo(), /does not run in an activity: call it from an activity function/);
});

test('what an activity throws, at once or later, is how its attempt failed', async () => {
  for (const throwing of [
    () => {
      throw new TypeError('at once');
    },
    async () => {
      throw new TypeError('later');
    },
  ]) {
    const end = await attemptOf().attempt.run(throwing, none);
    assert.equal(end.kind, 'failed');
    assert.ok(end.kind === 'failed' && end.error instanceof TypeError);
  }
});

test('an activity that others complete ends without an answer', async () => {
  const end = await attemptOf().attempt.run(async () => {
    throw new CompleteAsyncError();
  }, none);
  assert.deepEqual(end, { kind: 'async' });
});

/** An activity that goes on until it is told to end, in one of the ways in which code hears of it. */
const waiting = {
  signal: () =>
    new Promise((_, reject) => {
      const signal = activity.cancellationSignal();
      signal.addEventListener('abort', () => reject(signal.reason));
    }),
  promise: () => activity.cancelled(),
  sleep: () => activity.sleep('1 hour'),
  abortError: () =>
    new Promise((_, reject) => {
      const stopped = new DOMException('stopped', 'AbortError');
      activity.cancellationSignal().addEventListener('abort', () => reject(stopped));
    }),
};

async function endAfter(reason: CancelReason, fn: () => unknown, cause?: unknown) {
  const { attempt } = attemptOf();
  const end = attempt.run(fn, none);
  attempt.cancel(reason, cause);
  // Only the first reason counts.
  attempt.cancel('PAUSED');
  return end;
}

test('a cancelled activity hears of it by its signal, its promise and its sleep, and ends as cancelled', async () => {
  for (const fn of Object.values(waiting)) {
    assert.deepEqual(await endAfter('CANCELLED', fn), { kind: 'cancelled', details: [] });
  }
});

test('a cancelled activity may say what it leaves behind, or end in its own way', async () => {
  const leaving = async () => {
    await activity.cancelled().catch(() => undefined);
    assert.equal(activity.cancellationDetails()?.cancelRequested, true);
    throw new CancelledFailure('stopped', ['page 7']);
  };
  assert.deepEqual(await endAfter('CANCELLED', leaving), { kind: 'cancelled', details: ['page 7'] });
  const finishing = async () => {
    await activity.sleep(1).catch(() => undefined);
    return 'done anyway';
  };
  assert.deepEqual(await endAfter('CANCELLED', finishing), { kind: 'completed', result: 'done anyway' });
  const failing = async () => {
    await activity.sleep(1).catch(() => undefined);
    throw new RangeError('cleanup failed');
  };
  const end = await endAfter('CANCELLED', failing);
  assert.ok(end.kind === 'failed' && end.error instanceof RangeError);
});

test('an activity that is already cancelled hears of it at once', async () => {
  const { attempt } = attemptOf();
  attempt.cancel('CANCELLED');
  assert.equal((await attempt.run(() => activity.sleep('1 day'), none)).kind, 'cancelled');
  assert.equal((await attempt.run(() => activity.cancelled(), none)).kind, 'cancelled');
});

test('an attempt that the service has given up has nobody to answer to', async () => {
  for (const reason of ['NOT_FOUND', 'TIMED_OUT'] as const) {
    assert.deepEqual(await endAfter(reason, waiting.sleep), { kind: 'gone' });
  }
});

test('an attempt that has to end for the worker, or is paused or reset, is tried again', async () => {
  const types: readonly (readonly [CancelReason, string])[] = [
    ['WORKER_SHUTDOWN', 'WorkerShutdown'],
    ['PAUSED', 'ActivityPause'],
    ['RESET', 'ActivityReset'],
  ];
  for (const [reason, type] of types) {
    const end = await endAfter(reason, waiting.sleep);
    assert.ok(end.kind === 'failed' && end.error instanceof activity.ApplicationFailure);
    assert.equal(end.error.type, type);
    assert.equal(end.error.nonRetryable, false);
  }
});

test('an attempt whose heartbeat details cannot be sent fails with that', async () => {
  const cause = new Error('a BigInt');
  const end = await endAfter('HEARTBEAT_DETAILS_CONVERSION_FAILED', waiting.sleep, cause);
  assert.deepEqual(end, { kind: 'failed', error: cause });
});

test('a cancellation that nobody asked for is a failure like any other', async () => {
  const end = await attemptOf().attempt.run(async () => {
    throw new CancelledFailure('by myself');
  }, none);
  assert.equal(end.kind, 'failed');
});

test('interceptors stand around the attempt and see its context', async () => {
  const order: string[] = [];
  const factory: ActivityInterceptorsFactory = (context) => ({
    inbound: {
      execute: async (input, next) => {
        order.push(`before ${context.info.activityType}`);
        const result = await next({ ...input, args: [...input.args, 'added'] });
        order.push('after');
        return result;
      },
    },
    outbound: { getLogAttributes: (attributes, next) => next({ ...attributes, tenant: 'a' }) },
  });
  const { attempt, lines } = attemptOf([factory, () => ({})]);
  const end = await attempt.run(
    async (...args: unknown[]) => {
      activity.log.warn('inside');
      return args;
    },
    { args: [1], headers: {} },
  );
  assert.deepEqual(end, { kind: 'completed', result: [1, 'added'] });
  assert.deepEqual(order, ['before fetch', 'after']);
  assert.equal(lines[0]?.[1].tenant, 'a');
});

test('a mock environment runs an activity without a workflow', async () => {
  const environment = new MockActivityEnvironment({ attempt: 2, heartbeatDetails: 5 });
  const beats: unknown[] = [];
  environment.on('heartbeat', (details) => beats.push(details));
  const resume = async (last: number) => {
    const { attempt, heartbeatDetails } = activity.activityInfo();
    activity.log.info('goes nowhere');
    activity.heartbeat(last);
    return [attempt, heartbeatDetails];
  };
  assert.deepEqual(await environment.run(resume, 9), [2, 5]);
  assert.deepEqual(beats, [9]);
});

test('a mock environment cancels, and rejects as the activity does', async () => {
  const environment = new MockActivityEnvironment();
  const running = environment.run(async () => activity.sleep('1 day'));
  environment.cancel();
  await assert.rejects(running, CancelledFailure);
  assert.equal(environment.context.cancellationDetails?.cancelRequested, true);
});

test('a sleep in an activity ends by itself too', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const running = new MockActivityEnvironment().run(async () => activity.sleep('1 hour'));
  t.mock.timers.tick(3_600_000);
  await running;
});
