import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createContext, runInContext } from 'node:vm';
import { PayloadConverterError, ValueError } from './errors.ts';
import {
  arrayFromPayloads,
  CompositePayloadConverter,
  defaultPayloadConverter,
  fromPayloadsAtIndex,
  JsonPayloadConverter,
  mapFromPayloads,
  mapToPayloads,
  payloadEncoding,
  toPayloads,
  UndefinedPayloadConverter,
} from './payload-converter.ts';

const back = (value: unknown) => defaultPayloadConverter.fromPayload(defaultPayloadConverter.toPayload(value));
const encodingOf = (value: unknown) => payloadEncoding(defaultPayloadConverter.toPayload(value));

test('undefined, bytes and everything else have the encodings that every SDK gives them', () => {
  assert.equal(encodingOf(undefined), 'binary/null');
  assert.equal(encodingOf(new Uint8Array([1])), 'binary/plain');
  assert.equal(encodingOf(Buffer.from('x')), 'binary/plain');
  for (const value of [null, 0, '', true, [], {}, 'Grüße']) assert.equal(encodingOf(value), 'json/plain');
  assert.equal(defaultPayloadConverter.toPayload(undefined).data, undefined);
});

test('a value comes back as it was', () => {
  for (const value of [undefined, null, 0, -1.5, '', 'Grüße 🎉', false, [1, [2]], { a: { b: [null] } }]) {
    assert.deepEqual(back(value), value);
  }
  assert.deepEqual(back(new Uint8Array([0, 255])), new Uint8Array([0, 255]));
  assert.deepEqual(back({ at: new Date(0), none: undefined }), { at: '1970-01-01T00:00:00.000Z' });
});

test('bytes are recognised whatever their realm, and read as bytes of this realm', () => {
  const foreign = runInContext('new Uint8Array([1, 2])', createContext());
  assert.ok(!(foreign instanceof Uint8Array));
  assert.equal(encodingOf(foreign), 'binary/plain');
  const read = defaultPayloadConverter.fromPayload(defaultPayloadConverter.toPayload(foreign));
  assert.ok(read instanceof Uint8Array);
  assert.equal(encodingOf(new Float32Array([1])), 'json/plain');
});

test('what JSON cannot hold is refused with the path of the part and the remedy', () => {
  const circle: Record<string, unknown> = { list: [] };
  (circle.list as unknown[]).push({ again: circle });
  const refusals: readonly (readonly [unknown, RegExp])[] = [
    [1n, /^JSON cannot hold the value, a BigInt: turn it into a text or a number$/],
    [{ rows: [{ id: 1n }] }, /the value\.rows\[0\]\.id, a BigInt/],
    [circle, /the value\.list\[0\]\.again, which contains itself: give plain data without circles/],
    [() => 1, /the value, a function: give plain data/],
    [Symbol('s'), /the value, a symbol/],
    [{ toJSON: () => undefined }, /^JSON cannot hold the value: give plain data$/],
    [
      {
        toJSON: () => {
          throw new Error('not now');
        },
      },
      /^JSON cannot hold the value: not now: give plain data$/,
    ],
  ];
  for (const [value, message] of refusals) {
    assert.throws(() => defaultPayloadConverter.toPayload(value), { name: 'ValueError', message });
  }
});

test('the search for the part that cannot be held ends in deep values too', () => {
  let deep: unknown = 1n;
  for (let depth = 0; depth < 200; depth += 1) deep = { deep };
  assert.throws(() => defaultPayloadConverter.toPayload(deep), /BigInt/);
});

test('a payload of an unknown encoding, without one, or with broken JSON is refused', () => {
  const encrypted = { metadata: { encoding: new TextEncoder().encode('binary/encrypted') }, data: new Uint8Array(1) };
  assert.throws(() => defaultPayloadConverter.fromPayload(encrypted), {
    name: 'ValueError',
    message: /'binary\/encrypted', which no converter here reads: .*payloadCodecs/,
  });
  assert.throws(() => defaultPayloadConverter.fromPayload({}), /the encoding ''/);
  const broken = { ...defaultPayloadConverter.toPayload({}), data: new TextEncoder().encode('{oops') };
  assert.throws(() => defaultPayloadConverter.fromPayload(broken), /says that it is JSON and is not: \{oops/);
});

test('a composite asks its converters in order, and needs at least one', () => {
  assert.throws(() => new CompositePayloadConverter(), PayloadConverterError);
  const onlyUndefined = new CompositePayloadConverter(new UndefinedPayloadConverter());
  assert.throws(() => onlyUndefined.toPayload('x'), ValueError);
  const upper = {
    encodingType: 'test/upper',
    toPayload: (value: unknown) =>
      typeof value === 'string'
        ? { metadata: { encoding: new TextEncoder().encode('test/upper') }, data: Buffer.from(value.toUpperCase()) }
        : undefined,
    fromPayload: <T>(payload: { data?: Uint8Array | undefined }) => Buffer.from(payload.data ?? []).toString() as T,
  };
  const composite = new CompositePayloadConverter(upper, new JsonPayloadConverter());
  assert.equal(composite.fromPayload(composite.toPayload('shout')), 'SHOUT');
  assert.equal(composite.fromPayload(composite.toPayload(7)), 7);
});

test('lists and records of values become payloads and come back', () => {
  assert.equal(toPayloads(defaultPayloadConverter, []), undefined);
  const payloads = toPayloads(defaultPayloadConverter, [1, undefined, 'x']);
  assert.deepEqual(arrayFromPayloads(defaultPayloadConverter, payloads), [1, undefined, 'x']);
  assert.deepEqual(arrayFromPayloads(defaultPayloadConverter, undefined), []);
  assert.equal(fromPayloadsAtIndex(defaultPayloadConverter, 2, payloads), 'x');
  assert.equal(fromPayloadsAtIndex(defaultPayloadConverter, 3, payloads), undefined);
  assert.equal(fromPayloadsAtIndex(defaultPayloadConverter, 0, undefined), undefined);
  const memo = mapToPayloads(defaultPayloadConverter, { a: 1, b: [2] });
  assert.deepEqual(mapFromPayloads(defaultPayloadConverter, memo), { a: 1, b: [2] });
  assert.deepEqual(mapFromPayloads(defaultPayloadConverter, undefined), {});
});
