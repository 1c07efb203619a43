import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type DataConverter,
  decodeError,
  decodeOptionalError,
  decodeRecord,
  decodeValue,
  decodeValues,
  defaultDataConverter,
  encodeError,
  encodeRecord,
  encodeValues,
  loadDataConverter,
  type PayloadCodec,
} from './data-converter.ts';
import { ApplicationFailure, CancelledFailure, TimeoutFailure } from './failure.ts';
import { DefaultFailureConverter } from './failure-converter.ts';
import { payloadEncoding } from './payload-converter.ts';

/** Wraps each payload in one that says its name, so that the order of codecs can be seen. */
function wrapping(name: string): PayloadCodec {
  const encoding = new TextEncoder().encode(name);
  return {
    encode: async (payloads) =>
      payloads.map((payload) => ({
        metadata: { encoding },
        data: Buffer.from(
          JSON.stringify([payloadEncoding(payload), Buffer.from(payload.data ?? []).toString('base64')]),
        ),
      })),
    decode: async (payloads) =>
      payloads.map((payload) => {
        assert.equal(payloadEncoding(payload), name);
        const [inner, data] = JSON.parse(Buffer.from(payload.data ?? []).toString());
        return { metadata: { encoding: Buffer.from(inner) }, data: Buffer.from(data, 'base64') };
      }),
  };
}

const coded = (options: DataConverter = {}) =>
  loadDataConverter({ payloadCodecs: [wrapping('inner'), wrapping('outer')], ...options });

test('without codecs a payload is what the converter made', async () => {
  const payloads = await encodeValues(defaultDataConverter, [1, 'x']);
  assert.deepEqual(payloads?.map(payloadEncoding), ['json/plain', 'json/plain']);
  assert.deepEqual(await decodeValues(defaultDataConverter, payloads), [1, 'x']);
  assert.equal(await encodeValues(defaultDataConverter, []), undefined);
  assert.deepEqual(await decodeValues(defaultDataConverter, undefined), []);
  assert.equal(await decodeValue(defaultDataConverter, undefined), undefined);
});

test('codecs are applied in order on the way out and in reverse on the way in', async () => {
  const payloads = await encodeValues(coded(), ['x', undefined]);
  assert.deepEqual(payloads?.map(payloadEncoding), ['outer', 'outer']);
  assert.deepEqual(await decodeValues(coded(), payloads), ['x', undefined]);
  assert.equal(await decodeValue(coded(), payloads), 'x');
});

test('records pass the codecs with their keys', async () => {
  const memo = await encodeRecord(coded(), { a: 1, b: [2] });
  assert.deepEqual(Object.values(memo ?? {}).map(payloadEncoding), ['outer', 'outer']);
  assert.deepEqual(await decodeRecord(coded(), memo), { a: 1, b: [2] });
  assert.equal(await encodeRecord(coded(), undefined), undefined);
  assert.deepEqual(await encodeRecord(coded(), {}), {});
  assert.deepEqual(await decodeRecord(coded(), undefined), {});
});

test('the details of a failure and of its causes pass the codecs', async () => {
  const cause = new TimeoutFailure('late', { page: 7 }, 'HEARTBEAT', new CancelledFailure('stop', ['why']));
  const failure = await encodeError(coded(), new ApplicationFailure('m', 'T', false, ['detail'], cause));
  assert.equal(payloadEncoding(failure.applicationFailureInfo?.details?.[0] ?? {}), 'outer');
  const lastDetails = failure.cause?.timeoutFailureInfo?.lastHeartbeatDetails?.[0];
  assert.equal(payloadEncoding(lastDetails ?? {}), 'outer');
  assert.equal(payloadEncoding(failure.cause?.cause?.canceledFailureInfo?.details?.[0] ?? {}), 'outer');

  const error = await decodeError(coded(), failure);
  assert.deepEqual((error as ApplicationFailure).details, ['detail']);
  assert.deepEqual((error.cause as TimeoutFailure).lastHeartbeatDetails, { page: 7 });
  assert.deepEqual(((error.cause as Error).cause as CancelledFailure).details, ['why']);
  assert.deepEqual(await encodeError(coded(), error), failure);
  assert.equal(await decodeOptionalError(coded(), undefined), undefined);
});

test('a message that is hidden in a payload passes the codecs', async () => {
  const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
  const failure = await encodeError(coded({ failureConverter }), new Error('secret'));
  assert.ok(!JSON.stringify(failure).includes('secret'));
  assert.equal(payloadEncoding(failure.encodedAttributes ?? {}), 'outer');
  assert.equal((await decodeError(coded({ failureConverter }), failure)).message, 'secret');
});

test('the heartbeat details of a reset pass the codecs', async () => {
  const lastHeartbeatDetails = await encodeValues(coded(), [1]);
  const error = await decodeError(coded(), { message: 'm', resetWorkflowFailureInfo: { lastHeartbeatDetails } });
  assert.deepEqual((error as ApplicationFailure).details, [1]);
});

test('a codec that loses a payload is caught', async () => {
  const losing: PayloadCodec = { encode: async () => [], decode: async () => [] };
  const converter = loadDataConverter({ payloadCodecs: [losing] });
  await assert.rejects(encodeValues(converter, [1]), /encode returned 0 payloads for 1: return one for each, in order/);
  await assert.rejects(decodeValues(converter, [{}]), /decode returned 0 payloads for 1/);
});
