import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fittingFailure } from './fitting-failure.ts';

const payload = (sizeBytes: number) => ({ data: new Uint8Array(sizeBytes) });

test('a failure that a service would not take keeps its type and the beginning of what it says', () => {
  const failure = {
    message: 'x'.repeat(2_000_000),
    source: 'perdure',
    cause: { message: 'why', cause: { message: 'deeper' } },
    applicationFailureInfo: { type: 'T', nonRetryable: true, details: [payload(10)] },
  };
  const cut = fittingFailure(failure);
  assert.ok(cut.message.length < 5000);
  assert.match(cut.message, /^x+… \(2000000 characters\)$/);
  assert.deepEqual(cut.applicationFailureInfo, { type: 'T', nonRetryable: true });
  assert.equal(cut.cause?.message, 'why');
  assert.equal(cut.cause?.cause, undefined);
});

test('details and encoded attributes count too, and a failure that fits is left alone', () => {
  const large = { message: 'm', applicationFailureInfo: { type: 'T', details: [payload(2_000_000)] } };
  assert.equal(fittingFailure(large).applicationFailureInfo?.details, undefined);
  assert.equal(fittingFailure({ message: 'm', encodedAttributes: payload(2_000_000) }).encodedAttributes, undefined);
  const small = { message: 'm', cause: { message: 'why', canceledFailureInfo: { details: [payload(1)] } } };
  assert.equal(fittingFailure(small), small);
});
