import assert from 'node:assert/strict';
import { test } from 'node:test';
import { officialEncode, officialType } from '../../test/official-proto.ts';
import { seededRandom } from '../../test/seeded-random.ts';
import { randomValue } from '../../test/table-values.ts';
import { encodeEvent, type HistoryEvent, historyEvent } from './event.ts';
import {
  decodeHistory,
  EMPTY_HISTORY,
  encodeHistory,
  eventBytes,
  historyOf,
  joinHistory,
  sliceHistory,
} from './history.ts';

const History = officialType('temporal.api.history.v1.History');
const HistoryEventType = officialType('temporal.api.history.v1.HistoryEvent');

function someEvents(seed: number, count: number): HistoryEvent[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => randomValue(random, historyEvent, HistoryEventType) as HistoryEvent);
}

test('a history is the official History message of its events', () => {
  const events = someEvents(1, 40);
  const encoded = encodeHistory(events);
  assert.equal(Buffer.compare(officialEncode(History, History.decode(encoded)), encoded), 0);
  assert.deepEqual(decodeHistory(encoded), events);
  assert.deepEqual(decodeHistory(EMPTY_HISTORY), []);
  assert.deepEqual(encodeHistory([]), EMPTY_HISTORY);
});

test('the events of a history are handed out one by one as they were encoded', () => {
  const events = someEvents(2, 40);
  const encoded = [...eventBytes(encodeHistory(events))];
  assert.deepEqual(encoded, events.map(encodeEvent));
  assert.deepEqual(historyOf(encoded), encodeHistory(events));
});

test('a slice of a history is the history of a slice, and slices joined are the whole again', () => {
  const random = seededRandom(3);
  for (let round = 0; round < 200; round += 1) {
    const events = someEvents(random.integer(1, 1e9), random.integer(0, 12));
    const whole = encodeHistory(events);
    const skip = random.integer(0, 14);
    const take = random.pick([0, 1, random.integer(0, 14), Number.POSITIVE_INFINITY]);
    assert.deepEqual(sliceHistory(whole, skip, take), encodeHistory(events.slice(skip, skip + take)));

    const pieces: Uint8Array[] = [];
    for (let at = 0; at < events.length; ) {
      const length = random.integer(1, 5);
      pieces.push(sliceHistory(whole, at, length));
      at += length;
    }
    assert.deepEqual(joinHistory(pieces), whole);
  }
});

test('a history that was joined of one piece is that piece, and of none is empty', () => {
  const only = encodeHistory(someEvents(4, 2));
  assert.equal(joinHistory([only]), only);
  assert.deepEqual(joinHistory([]), EMPTY_HISTORY);
});

test('a field that a newer protocol added to a history is no event', () => {
  const events = someEvents(5, 3);
  const [first, ...rest] = events.map((event) => encodeHistory([event])) as [Uint8Array, ...Uint8Array[]];
  const newer = joinHistory([new Uint8Array([0x10, 7]), first, new Uint8Array([0x1a, 1, 65]), ...rest]);
  assert.deepEqual(decodeHistory(newer), events);
  assert.deepEqual([...eventBytes(newer)], events.map(encodeEvent));
  for (let skip = 0; skip < 4; skip += 1) {
    for (let take = 0; take < 4; take += 1) {
      assert.deepEqual(decodeHistory(sliceHistory(newer, skip, take)), events.slice(skip, skip + take));
    }
  }
});

test('a history that ends too early is refused', () => {
  const encoded = encodeHistory(someEvents(6, 2));
  const early = encoded.subarray(0, encoded.length - 1);
  assert.throws(() => decodeHistory(early), { name: 'RangeError', message: /ends in the middle of a field$/ });
  assert.throws(() => [...eventBytes(early)], RangeError);
  assert.throws(() => sliceHistory(early, 0, 2), RangeError);
  assert.deepEqual(sliceHistory(early, 0, 1), sliceHistory(encoded, 0, 1));
});
