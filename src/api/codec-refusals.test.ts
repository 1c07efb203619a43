// What is not a message is refused in words, whatever it is: never a hang, never an error of another kind. What is more than
// our tables know is skipped or kept.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { OfficialWriter, officialEncode, officialFiller, officialType } from '../../test/official-proto.ts';
import { seededRandom } from '../../test/seeded-random.ts';
import { decode, encode } from './codec.ts';
import { command } from './command.ts';
import { decodeEvent, encodeEvent, historyEvent } from './event.ts';
import {
  header,
  payload,
  payloads,
  priority,
  retryPolicy,
  type TaskQueue,
  taskQueue,
  workflowExecution,
  workflowTaskCompletedMetadata,
} from './messages/common.ts';
import { type Failure as FailureMessage, failure } from './messages/failure.ts';
import { bool, duration, field, type Kind, list, map, message, text } from './schema.ts';

const HistoryEvent = officialType('temporal.api.history.v1.HistoryEvent');
const Command = officialType('temporal.api.command.v1.Command');
const Failure = officialType('temporal.api.failure.v1.Failure');

const subjects = [
  [historyEvent, HistoryEvent],
  [command, Command],
  [failure, Failure],
] as const;

/** Reads rubbish: it may turn out to mean something, and otherwise must be refused in words. */
function readsOrRefuses(kind: Kind<unknown>, rubbish: Uint8Array): void {
  try {
    decode<unknown>(kind, rubbish);
  } catch (error) {
    assert(error instanceof RangeError || error instanceof TypeError, String(error));
    assert.match(
      error.message,
      /not a protocol buffer|another kind|beyond 2\^53|knows no|another type|deep in each other/,
    );
  }
}

test('a message that ends too early is refused, wherever it ends', () => {
  const filler = officialFiller(seededRandom(5), 1);
  for (const [kind, type] of subjects) {
    for (let round = 0; round < 5; round += 1) {
      const whole = officialEncode(type, filler.fill(type)).subarray(0, 2000);
      for (let length = 0; length < whole.length; length += 1) readsOrRefuses(kind, whole.subarray(0, length));
    }
  }
});

test('bytes at random, and messages with some bytes changed, are read or refused', () => {
  const random = seededRandom(6);
  const filler = officialFiller(random, 0.3);
  for (let round = 0; round < 3000; round += 1) {
    const [kind, type] = random.pick(subjects);
    readsOrRefuses(kind, random.bytes(random.integer(0, 60)));
    const changed = officialEncode(type, filler.fill(type));
    for (let change = random.integer(1, 4); change > 0 && changed.length > 0; change -= 1) {
      changed[random.integer(0, changed.length - 1)] = random.integer(0, 255);
    }
    readsOrRefuses(kind, changed);
  }
});

const hex = (digits: string) => new Uint8Array(Buffer.from(digits.replaceAll(' ', ''), 'hex'));

test('a field of another wire type is refused by name', () => {
  assert.throws(() => decode(historyEvent, hex('0a 01 41')), {
    name: 'RangeError',
    message: 'eventId: this is another kind of message: wire type 2 is not that of a int',
  });
  assert.throws(() => decode(failure, hex('22 02 08 01')), { name: 'RangeError', message: /^cause\.message: / });
  assert.throws(() => decode(workflowTaskCompletedMetadata, hex('0d 00000000')), { message: /^coreUsedFlags: / });
  assert.throws(() => decode(payload, hex('08 01')), { message: /^metadata: / });
});

test('fields that no table knows are skipped, of every wire type and in every message', () => {
  const known = encode(workflowExecution, { workflowId: 'w', runId: 'r' });
  for (const unknown of ['f8 07 05', 'f9 07 0102030405060708', 'fa 07 02 0102', 'fd 07 01020304']) {
    const both = new Uint8Array([...hex(unknown), ...known, ...hex(unknown)]);
    assert.deepEqual(decode(workflowExecution, both), { workflowId: 'w', runId: 'r' });
  }
  assert.deepEqual(decode(payloads, hex('f8 07 05')), []);
  assert.deepEqual(decode(duration, hex('f8 07 05 08 01')), 1000);
  const entryWithMore = hex('0a 09 0a 01 6b 12 01 76 f8 07 05');
  assert.deepEqual(decode(message({ header: field(1, map(text)) }), entryWithMore), { header: { k: 'v' } });
  assert.deepEqual(decode(historyEvent, hex('08 01 18 05 f8 7f 05')).eventId, 1);
});

test('a message that comes in pieces is the sum of them', () => {
  const both = new Uint8Array([
    ...encode(retryPolicy, { maximumAttempts: 3, nonRetryableErrorTypes: ['A'], initialIntervalMs: 1 }),
    ...encode(retryPolicy, { nonRetryableErrorTypes: ['B'], initialIntervalMs: 2000 }),
  ]);
  assert.deepEqual(decode(retryPolicy, both), {
    maximumAttempts: 3,
    nonRetryableErrorTypes: ['A', 'B'],
    initialIntervalMs: 2000,
  });
  assert.deepEqual(decode(workflowTaskCompletedMetadata, hex('08 01 0a 02 02 03')), { coreUsedFlags: [1, 2, 3] });
});

test('an enum value of a newer protocol keeps its number', () => {
  for (const number of [17, 2 ** 31 - 1, -1]) {
    const encoded = encode(taskQueue, { name: 'q', kind: `#${number}` as TaskQueue['kind'] });
    assert.deepEqual(decode(taskQueue, encoded), { name: 'q', kind: `#${number}` });
  }
});

test('an event or command of an unknown type is refused, and so are the attributes of another type', () => {
  assert.throws(() => decodeEvent(hex('08 05 18 e707')), {
    name: 'TypeError',
    message: 'this version of perdure knows no event of the type #999: update perdure',
  });
  assert.throws(() => decode(command, new Uint8Array(0)), { name: 'TypeError', message: /Unspecified/ });
  assert.throws(() => encodeEvent({ eventId: 1, eventTimeMs: 0, type: 'toString' } as never), TypeError);
  const timerFired = encodeEvent({
    eventId: 1,
    eventTimeMs: 0,
    type: 'TimerFired',
    attributes: { timerId: 't', startedEventId: 1 },
  });
  assert.throws(() => decodeEvent(new Uint8Array([...timerFired, ...hex('18 11')])), {
    name: 'RangeError',
    message: "this event, a TimerStarted, has another type's attributes",
  });
});

test('of an event with several attributes the last ones count, and absent ones are those of their type at zero', () => {
  const twice = new Uint8Array([...hex('52 00'), ...hex('aa 01 03 0a 01 74'), ...hex('18 12')]);
  assert.deepEqual(decodeEvent(twice).attributes, { timerId: 't', startedEventId: 0 });
  assert.deepEqual(decodeEvent(hex('18 12')).attributes, { timerId: '', startedEventId: 0 });
});

test('a chain of causes is read and written a hundred deep, and refused beyond', () => {
  const chain = (length: number): FailureMessage =>
    length === 1 ? { message: 'last' } : { message: 'one', cause: chain(length - 1) };
  assert.deepEqual(decode(failure, encode(failure, chain(101))), chain(101));
  assert.throws(() => encode(failure, chain(102)), { name: 'RangeError', message: /shorten the chain of causes$/ });
  const circle: { message: string; cause?: FailureMessage } = { message: 'round' };
  circle.cause = circle;
  assert.throws(() => encode(failure, circle), RangeError);

  let nested = new Uint8Array(0);
  for (let depth = 0; depth < 1000; depth += 1) {
    nested = new Uint8Array(OfficialWriter.create().uint32(34).bytes(nested).finish());
  }
  assert.throws(() => decode(failure, nested), RangeError);
  assert.equal(encode(failure, chain(50)).length, officialEncode(Failure, { ...chain(50) }).length);
});

test('a map may have any key, __proto__ too', () => {
  const metadata = Object.fromEntries(['__proto__', 'constructor', 'toString', '', '1'].map((key) => [key, hex('41')]));
  const read = decode(payload, encode(payload, { metadata }));
  assert.deepEqual(Object.entries(read.metadata ?? {}).toSorted(), Object.entries(metadata).toSorted());
  assert.equal(Object.getPrototypeOf(read.metadata), Object.prototype);
  assert.equal(({} as Record<string, unknown>).constructor, Object);
  assert.deepEqual(decode(payload, encode(payload, { metadata: { a: undefined } as never })), {});
});

test('a map entry without key or value has the empty ones', () => {
  assert.deepEqual(decode(payload, hex('0a 00')), { metadata: { '': new Uint8Array(0) } });
  assert.deepEqual(decode(header, hex('0a 03 0a 01 6b')), { k: {} });
});

test('a value that its field cannot hold is refused by the path that leads to it', () => {
  const event = (attributes: object) =>
    encodeEvent({ eventId: 1, eventTimeMs: 0, type: 'TimerStarted', attributes } as never);
  const wrong: readonly [object, string][] = [
    [{ timerId: 5 }, 'attributes.timerId: 5 is not a string'],
    [{ startToFireTimeoutMs: Number.NaN }, 'attributes.startToFireTimeoutMs: NaN is not a number of milliseconds'],
    [{ startToFireTimeoutMs: '1s' }, 'attributes.startToFireTimeoutMs: 1s is not a number of milliseconds'],
    [
      { workflowTaskCompletedEventId: 1.5 },
      'attributes.workflowTaskCompletedEventId: 1.5 is not a whole number below 2^53',
    ],
    [{ workflowTaskCompletedEventId: 2 ** 53 }, /2\^53$/.source],
    [{ workflowTaskCompletedEventId: Number.POSITIVE_INFINITY }, /below 2\^53$/.source],
    [{ workflowTaskCompletedEventId: null }, /below 2\^53$/.source],
  ];
  for (const [attributes, problem] of wrong) {
    assert.throws(
      () => event(attributes),
      (error) => error instanceof Error && (error.message === problem || new RegExp(problem).test(error.message)),
      problem,
    );
  }
  const other: readonly [() => unknown, string][] = [
    [
      () => encode(priority, { priorityKey: 2 ** 31 }),
      'priorityKey: 2147483648 is not a whole number from -2147483648 to 2147483647',
    ],
    [
      () => encode(workflowTaskCompletedMetadata, { coreUsedFlags: [-1] }),
      'coreUsedFlags: -1 is not a whole number from 0 to 4294967295',
    ],
    [
      () => encode(taskQueue, { name: 'q', kind: 'GLUED' as never }),
      'kind: "GLUED" is not a value of TASK_QUEUE_KIND: UNSPECIFIED, NORMAL, STICKY, WORKER_COMMANDS',
    ],
    [
      () => encode(taskQueue, { name: 'q', kind: '#99999999999' as never }),
      'kind: 99999999999 is not a whole number from -2147483648 to 2147483647',
    ],
    [() => encode(payload, { data: 'text' as never }), 'data: "text" is not a Uint8Array'],
    [() => encode(payload, { data: null as never }), 'data: null is not a Uint8Array'],
    [() => encode(payload, { metadata: 'x' as never }), 'metadata: "x" is not an object'],
    [() => encode(payloads, {} as never), 'an object is not an array'],
    [() => encode(retryPolicy, { backoffCoefficient: '2' as never }), 'backoffCoefficient: "2" is not a number'],
    [() => encode(priority, { fairnessWeight: [] as never }), 'fairnessWeight: an array is not a number'],
    [() => encode(workflowExecution, null as never), 'null is not an object'],
    [() => encode(message({ on: field(1, bool) }), { on: 1 as never }), 'on: 1 is not a boolean'],
    [() => encode(failure, { message: 'a'.repeat(50), source: 5 as never }), 'source: 5 is not a string'],
    [() => encode(text, 'x'), 'a text is not a message: give the message that holds it'],
    [() => decode(text, hex('')), 'a text is not a message: give the message that holds it'],
    [() => encode(message({ a: field(1, list(list(text))) }), {}), 'a list in a list needs a message around it'],
    [
      () => encodeEvent({ eventId: 1, eventTimeMs: 0, type: 'TimerFired' } as never),
      'this event, a TimerFired, has no attributes',
    ],
  ];
  for (const [act, problem] of other) assert.throws(act, { message: problem });
});

test('what a getter of the message throws comes out as it was thrown', () => {
  const message = {
    workflowId: 'w',
    get runId(): string {
      throw 'not an error';
    },
  };
  assert.throws(
    () => encode(workflowExecution, message),
    (thrown) => thrown === 'not an error',
  );
});

test('a message that could not be written leaves nothing behind for the next one', () => {
  assert.throws(() => encode(workflowExecution, { workflowId: 'long enough to see', runId: 7 as never }));
  assert.equal(Buffer.from(encode(workflowExecution, { workflowId: 'w', runId: '' })).toString('hex'), '0a0177');
});

test('the bytes that a message holds are in memory of their own', () => {
  const encoded = encode(payload, { data: new Uint8Array(100).fill(7) });
  const { data } = decode(payload, encoded);
  encoded.fill(0);
  assert.deepEqual(data, new Uint8Array(100).fill(7));
  assert.equal(data?.buffer.byteLength, 100);
});

test('bytes of another realm are bytes', () => {
  const foreign = runInNewContext('new Uint8Array([1, 2, 3])') as Uint8Array;
  assert.deepEqual(decode(payload, encode(payload, { data: foreign })), { data: new Uint8Array([1, 2, 3]) });
});
