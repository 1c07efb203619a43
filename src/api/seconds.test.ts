import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../test/seeded-random.ts';
import { millisOf, secondsOfPoint, secondsOfSpan } from './seconds.ts';

const tenYears = 315_576_000;

test('a span of whole microseconds survives, up to centuries and in both directions', () => {
  const random = seededRandom(1);
  for (let round = 0; round < 20_000; round += 1) {
    const sign = random.pick([1, -1]);
    const seconds = sign * random.integer(0, random.pick([1, 100, tenYears, 20 * tenYears]));
    const nanos = sign * random.integer(0, 999_999) * 1000;
    assert.deepEqual(secondsOfSpan(millisOf(seconds, nanos)), { seconds: seconds + 0, nanos: nanos + 0 });
  }
});

test('a span of nanoseconds survives up to three months', () => {
  const random = seededRandom(2);
  for (let round = 0; round < 20_000; round += 1) {
    const seconds = random.integer(0, random.pick([0, 10, 90 * 86_400]));
    const nanos = random.integer(0, 999_999_999);
    assert.deepEqual(secondsOfSpan(millisOf(seconds, nanos)), { seconds, nanos });
  }
});

test('a point in time keeps its microseconds, and until 2039 is at most a quarter of one off', () => {
  const random = seededRandom(3);
  for (let round = 0; round < 20_000; round += 1) {
    const seconds = random.integer(-tenYears * 3, tenYears * 10);
    const micros = random.integer(0, 999_999);
    assert.deepEqual(secondsOfPoint(millisOf(seconds, micros * 1000)), { seconds, nanos: micros * 1000 });
    const nanos = random.integer(0, 999_999_999);
    const before2039 = Math.min(seconds, 2e9);
    const read = secondsOfPoint(millisOf(before2039, nanos));
    assert(Math.abs((read.seconds - before2039) * 1e9 + read.nanos - nanos) <= 250);
  }
});

test('reading and writing again changes nothing further', () => {
  const random = seededRandom(4);
  for (let round = 0; round < 20_000; round += 1) {
    const ms = random.integer(-1e13, 1e13) + random.fraction();
    const once = secondsOfPoint(ms);
    const twice = secondsOfPoint(millisOf(once.seconds, once.nanos));
    assert.deepEqual(twice, once);
  }
});

test('nanoseconds have the sign of a span, and count forward from a point in time', () => {
  assert.deepEqual(secondsOfSpan(-1500), { seconds: -1, nanos: -5e8 });
  assert.deepEqual(secondsOfPoint(-1500), { seconds: -2, nanos: 5e8 });
  assert.deepEqual(secondsOfSpan(-0.000001), { seconds: 0, nanos: -1 });
  assert.deepEqual(secondsOfPoint(-0.000001), { seconds: -1, nanos: 999_999_999 });
});

test('nanoseconds that round up to a second are a second', () => {
  assert.deepEqual(secondsOfSpan(999.9999999), { seconds: 1, nanos: 0 });
  assert.deepEqual(secondsOfSpan(-999.9999999), { seconds: -1, nanos: 0 });
  assert.deepEqual(secondsOfPoint(-0.0000001), { seconds: 0, nanos: 0 });
});

test('what is no number of milliseconds is refused', () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 1e300]) {
    assert.throws(() => secondsOfSpan(value), {
      name: 'RangeError',
      message: `${value} is not a number of milliseconds`,
    });
    assert.throws(() => secondsOfPoint(value), RangeError);
  }
});
