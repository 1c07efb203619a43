import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesIn, whyTooLarge } from './payload-size.ts';

const payload = (sizeBytes: number) => ({ data: new Uint8Array(sizeBytes) });

test('payloads of up to 2 MiB pass, and larger ones are refused with the remedy', () => {
  assert.equal(whyTooLarge([payload(2 * 1024 * 1024)], 'the result'), undefined);
  assert.equal(
    whyTooLarge([payload(2 * 1024 * 1024), payload(1)], "the result of the activity 'read'"),
    "the result of the activity 'read' is 2.0 MiB and a history takes at most 2.0 MiB: store it, in a file or a blob store, and pass a reference to it",
  );
});

test('payloads count wherever they stand', () => {
  assert.equal(bytesIn(undefined), 0);
  assert.equal(
    bytesIn({ type: 'X', attributes: { input: [payload(2)], failure: { cause: { details: [payload(3)] } } } }),
    5,
  );
  assert.equal(bytesIn({ metadata: { encoding: new Uint8Array(4) }, data: new Uint8Array(1) }), 5);
});
