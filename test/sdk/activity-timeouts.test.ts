import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ActivityFailure,
  activityInfo,
  cancellationSignal,
  heartbeat,
  TimeoutFailure,
} from '../../src/sdk/activity/index.ts';
import type { ActivityOptions, WorkflowFailedError } from '../../src/sdk/client/index.ts';
import { event, type WithWorker, withWorker } from './with-worker.ts';
import { call } from './workflows/calls.ts';

/** Goes on until it is told to end. */
const endless = () =>
  new Promise((_, reject) => {
    const signal = cancellationSignal();
    signal.addEventListener('abort', () => reject(signal.reason));
  });
/** Goes on whatever it is told, until the test ends. */
const deaf = event();
const once = { retry: { maximumAttempts: 1 } };

async function timeoutOf(sdk: WithWorker, name: string, options: ActivityOptions) {
  const handle = await sdk.start(call, name, options);
  const error = await handle.result().then(
    () => assert.fail('it completed'),
    (thrown: WorkflowFailedError) => thrown,
  );
  assert.ok(error.cause instanceof ActivityFailure, `${error.cause}`);
  const { cause } = error.cause;
  assert.ok(cause instanceof TimeoutFailure, `${cause}`);
  return { timeout: cause, activity: error.cause, handle };
}

test('an attempt that takes too long is given up, and told to end', async () => {
  const ended = event<unknown>();
  const activities = { endless: () => endless().catch((reason) => ended.happen(reason)) };
  await using sdk = await withWorker('calls.ts', activities);
  const { timeout, activity } = await timeoutOf(sdk, 'endless', { startToCloseTimeout: 30, ...once });
  assert.equal(timeout.timeoutType, 'START_TO_CLOSE');
  assert.equal(activity.retryState, 'MAXIMUM_ATTEMPTS_REACHED');
  assert.match(String(await ended.happened), /TIMED_OUT/);
});

test('after a timeout there is another attempt', async () => {
  const activities = { slowOnce: async () => (activityInfo().attempt === 1 ? endless() : 'second attempt') };
  await using sdk = await withWorker('calls.ts', activities);
  const handle = await sdk.start(call, 'slowOnce', { startToCloseTimeout: 30, retry: { initialInterval: 1 } });
  assert.equal(await handle.result(), 'second attempt');
});

test('an activity that no worker takes in time is not tried again', async () => {
  await using sdk = await withWorker('calls.ts');
  const options = { scheduleToStartTimeout: 20, taskQueue: 'nobody' };
  const { timeout, activity, handle } = await timeoutOf(sdk, 'anything', options);
  assert.equal(timeout.timeoutType, 'SCHEDULE_TO_START');
  assert.notEqual(activity.retryState, 'MAXIMUM_ATTEMPTS_REACHED');
  const types = (await handle.fetchHistory()).events.map(({ type }) => type);
  assert.ok(!types.includes('ActivityTaskStarted'));
});

test('all attempts together have a limit too, and the last failure is the cause', async () => {
  const activities = {
    failing: async () => {
      throw new Error(`attempt ${activityInfo().attempt}`);
    },
  };
  await using sdk = await withWorker('calls.ts', activities);
  const handle = await sdk.start(call, 'failing', { scheduleToCloseTimeout: 400, retry: { initialInterval: 150 } });
  const error = await handle.result().then(
    () => assert.fail('it completed'),
    (thrown: WorkflowFailedError) => thrown,
  );
  assert.ok(error.cause instanceof ActivityFailure);
  assert.equal(error.cause.retryState, 'TIMEOUT');
  assert.match(String(error.cause.cause?.message), /attempt/);
});

test('a scheduled activity waits no longer than all its attempts may take', async () => {
  await using sdk = await withWorker('calls.ts');
  const options = { scheduleToCloseTimeout: 20, taskQueue: 'nobody', startToCloseTimeout: undefined };
  const { timeout } = await timeoutOf(sdk, 'anything', options);
  assert.match(String(timeout.timeoutType), /SCHEDULE_TO_(CLOSE|START)/);
});

test('an attempt that falls silent is given up, and what it had recorded last is in the failure', async () => {
  const activities = {
    silent: async () => {
      heartbeat({ page: 1 });
      heartbeat({ page: 2 });
      await deaf.happened;
    },
  };
  await using sdk = await withWorker('calls.ts', activities);
  const { timeout } = await timeoutOf(sdk, 'silent', { heartbeatTimeout: 50, ...once });
  assert.equal(timeout.timeoutType, 'HEARTBEAT');
  assert.deepEqual(timeout.lastHeartbeatDetails, { page: 2 });
  deaf.happen();
});

test('an attempt that keeps beating outlives its heartbeat timeout', async () => {
  // Longer than any pause of a busy machine, so that only a beat that did not count would end the attempt.
  const heartbeatTimeout = 2_000;
  const activities = {
    beating: async () => {
      const until = performance.now() + heartbeatTimeout * 1.2;
      while (performance.now() < until) {
        heartbeat();
        await new Promise(setImmediate);
      }
      return activityInfo().attempt;
    },
  };
  await using sdk = await withWorker('calls.ts', activities, { maxHeartbeatThrottleInterval: 10 });
  const handle = await sdk.start(call, 'beating', { heartbeatTimeout });
  assert.equal(await handle.result(), 1);
});
