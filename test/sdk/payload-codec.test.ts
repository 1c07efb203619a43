import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heartbeat } from '../../src/sdk/activity/index.ts';
import type { DataConverter, PayloadCodec } from '../../src/sdk/client/index.ts';
import { withWorker } from './with-worker.ts';
import { call } from './workflows/calls.ts';
import { add, adder, finish, scaled } from './workflows/talks.ts';

/** Hides every byte, and says so in the metadata. */
const hiding: PayloadCodec = {
  encode: async (payloads) =>
    payloads.map(({ metadata, data }) => ({
      metadata: { encoding: Buffer.from('binary/hidden') },
      data: flipped(Buffer.from(JSON.stringify({ encoding: String(metadata?.encoding), data: [...(data ?? [])] }))),
    })),
  decode: async (payloads) =>
    payloads.map(({ metadata, data }) => {
      assert.equal(Buffer.from(metadata?.encoding ?? []).toString(), 'binary/hidden');
      const inner = JSON.parse(Buffer.from(flipped(data ?? new Uint8Array())).toString());
      return { metadata: { encoding: bytesOf(inner.encoding) }, data: Uint8Array.from(inner.data) };
    }),
};
const flipped = (bytes: Uint8Array) => bytes.map((byte) => 255 - byte);
const bytesOf = (list: string) => Uint8Array.from(list.split(',').map(Number));
const dataConverter: DataConverter = { payloadCodecs: [hiding] };

test('with a codec nothing that a pipeline says can be read in its history, and everything works', async () => {
  const secret = 'the secret report';
  const activities = {
    read: async (text: string) => {
      heartbeat(text);
      return `${text}, read`;
    },
    fail: async (text: string) => {
      throw new Error(text);
    },
  };
  await using sdk = await withWorker('calls.ts', activities, { dataConverter });
  const handle = await sdk.start(call, 'read', {}, secret);
  assert.equal(await handle.result(), `${secret}, read`);
  const { events } = await handle.fetchHistory();
  const bytes = Buffer.from(
    JSON.stringify(events, (_key, value) => (value instanceof Uint8Array ? Buffer.from(value).toString() : value)),
  ).toString();
  assert.ok(!bytes.includes('secret'));
  assert.ok(bytes.includes('binary/hidden'));
});

test('signals, queries and memos pass the codec too', async () => {
  await using sdk = await withWorker('talks.ts', {}, { dataConverter });
  const { workflow } = sdk.client;
  const options = { taskQueue: 'q', workflowId: 'w', args: [1], memo: { customer: 'acme' } } as const;
  const handle = await workflow.start(adder, { ...options, args: [1] });
  await handle.signal(add, 2);
  assert.equal(await handle.query(scaled, 10), 30);
  assert.deepEqual((await handle.describe()).memo, { customer: 'acme' });
  await handle.signal(finish);
  assert.equal(await handle.result(), 3);
});
