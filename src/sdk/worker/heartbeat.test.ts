import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { throttledHeartbeats, throttleIntervalMs } from './heartbeat.ts';

/** Heartbeats whose clock the test turns, and what they sent. */
function underTest(t: TestContext, send?: (details: unknown) => Promise<void>) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const sent: unknown[] = [];
  const heartbeats = throttledHeartbeats(800, async (details) => {
    sent.push(details);
    await send?.(details);
  });
  const pass = async (ms: number) => {
    t.mock.timers.tick(ms);
    // What the timer sets off runs in promises.
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
  return { heartbeats, sent, pass };
}

test('the interval is 0.8 of the heartbeat timeout, and never longer than the maximum', () => {
  const intervals = { defaultIntervalMs: 30_000, maximumIntervalMs: 60_000 };
  assert.equal(throttleIntervalMs({ heartbeatTimeoutMs: 1000, ...intervals }), 800);
  assert.equal(throttleIntervalMs({ heartbeatTimeoutMs: 600_000, ...intervals }), 60_000);
  assert.equal(throttleIntervalMs({ heartbeatTimeoutMs: 0, ...intervals }), 30_000);
  assert.equal(throttleIntervalMs({ heartbeatTimeoutMs: undefined, ...intervals }), 30_000);
});

test('the first heartbeat is sent at once, those that follow in the interval as one, with the newest details', async (t) => {
  const { heartbeats, sent, pass } = underTest(t);
  heartbeats.beat(1);
  assert.deepEqual(sent, [1]);
  heartbeats.beat(2);
  heartbeats.beat(3);
  await pass(799);
  assert.deepEqual(sent, [1]);
  await pass(1);
  assert.deepEqual(sent, [1, 3]);
});

test('a heartbeat after a quiet interval is sent at once', async (t) => {
  const { heartbeats, sent, pass } = underTest(t);
  heartbeats.beat(1);
  await pass(800);
  await pass(800);
  assert.deepEqual(sent, [1]);
  heartbeats.beat(2);
  assert.deepEqual(sent, [1, 2]);
});

test('a heartbeat waits for the answer to the one before, however long that takes', async (t) => {
  let answer = () => {};
  const { heartbeats, sent, pass } = underTest(t, () => new Promise((resolve) => (answer = resolve)));
  heartbeats.beat(1);
  heartbeats.beat(2);
  await pass(5000);
  assert.deepEqual(sent, [1]);
  answer();
  await pass(0);
  assert.deepEqual(sent, [1, 2]);
});

test('after its end an attempt sends nothing, and its newest details are known', async (t) => {
  const { heartbeats, sent, pass } = underTest(t);
  assert.equal(heartbeats.last, undefined);
  heartbeats.beat(1);
  heartbeats.beat(2);
  heartbeats.stop();
  heartbeats.beat(3);
  await pass(10_000);
  assert.deepEqual(sent, [1]);
  assert.deepEqual(heartbeats.last, { details: 2 });
});

test('an attempt that ends while its heartbeat is under way sends no further one', async (t) => {
  let answer = () => {};
  const { heartbeats, sent, pass } = underTest(t, () => new Promise((resolve) => (answer = resolve)));
  heartbeats.beat(1);
  heartbeats.beat(2);
  await pass(800);
  heartbeats.stop();
  answer();
  await pass(0);
  assert.deepEqual(sent, [1]);
});
