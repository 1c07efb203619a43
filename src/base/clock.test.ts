import assert from 'node:assert/strict';
import { test } from 'node:test';
import { steadyClock, systemClock } from './clock.ts';

/** A steady clock over a wall clock and a stopwatch that the test sets. */
function underTest() {
  const source = { wallMs: 1_000_000, elapsedMs: 0 };
  const clock = steadyClock(
    () => source.wallMs,
    () => source.elapsedMs,
  );
  const pass = (ms: number) => {
    source.wallMs += ms;
    source.elapsedMs += ms;
  };
  return { source, clock, pass };
}

test('as long as nobody sets the clock, time is what the clock says', () => {
  const { source, clock, pass } = underTest();
  for (const ms of [0, 1, 50, 100_000]) {
    pass(ms);
    assert.equal(clock.now(), source.wallMs);
  }
});

test('a clock that is set back leaves time going on from where it was', () => {
  const { source, clock, pass } = underTest();
  pass(10);
  const beforeMs = clock.now();
  source.wallMs -= 3_600_000;
  pass(20);
  assert.equal(clock.now(), beforeMs + 20);
  pass(30);
  assert.equal(clock.now(), beforeMs + 50);
});

test('a clock that is set back and put right again is believed again', () => {
  const { source, clock, pass } = underTest();
  source.wallMs -= 3_600_000;
  clock.now();
  source.wallMs += 3_600_000;
  pass(5);
  assert.equal(clock.now(), source.wallMs);
});

test('a clock that is put forward is followed, as after the machine was suspended', () => {
  const { source, clock, pass } = underTest();
  source.wallMs += 3_600_000;
  pass(5);
  assert.equal(clock.now(), source.wallMs);
});

test('a clock that is set back a little stands still until that is made up for', () => {
  const { source, clock, pass } = underTest();
  const beforeMs = clock.now();
  source.wallMs -= 100;
  pass(40);
  assert.equal(clock.now(), beforeMs);
  pass(80);
  assert.equal(clock.now(), source.wallMs);
});

test('what lies far away is waited for in pieces, each of which looks at the clock again', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 0 });
  let called = 0;
  systemClock.at(24 * 3_600_000, () => void called++);
  t.mock.timers.setTime(24 * 3_600_000 - 10_000);
  assert.equal(called, 0);
  t.mock.timers.tick(30_000);
  assert.equal(called, 1);
});

test('what was taken back is not called', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 0 });
  let called = 0;
  systemClock.at(10, () => void called++)();
  t.mock.timers.tick(100);
  assert.equal(called, 0);
});
