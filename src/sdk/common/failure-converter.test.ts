import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decode, encode } from '../../api/codec.ts';
import { type Failure, failure as failureKind } from '../../api/messages/failure.ts';
import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  ServerFailure,
  TemporalFailure,
  TerminatedFailure,
  TimeoutFailure,
} from './failure.ts';
import { DefaultFailureConverter } from './failure-converter.ts';
import { defaultPayloadConverter } from './payload-converter.ts';

const converter = new DefaultFailureConverter();
const toFailure = (error: unknown) => converter.errorToFailure(error, defaultPayloadConverter);
const toError = (failure: Failure) => converter.failureToError(failure, defaultPayloadConverter);
/** Over the wire, as bytes. */
const across = (error: unknown) => toError(decode(failureKind, encode(failureKind, toFailure(error))));

const visible = ({ name, message, cause, ...fields }: Error) => ({ name, message, ...fields });

test('every failure comes back from the wire as what it was', () => {
  const failures = [
    new ApplicationFailure('m', 'T', true, [1, { two: 2 }, undefined], undefined, 1500, 'BENIGN'),
    new ApplicationFailure('m', 'T', false, []),
    new CancelledFailure('m', ['why']),
    new CancelledFailure('m'),
    new TerminatedFailure('m'),
    new ServerFailure('m', true),
    new TimeoutFailure('m', { page: 7 }, 'HEARTBEAT'),
    new TimeoutFailure('m', undefined, 'START_TO_CLOSE'),
    new ActivityFailure('m', 'fetch', '5', 'MAXIMUM_ATTEMPTS_REACHED', 'me@host'),
    new ChildWorkflowFailure('ns', { workflowId: 'w', runId: 'r' }, 'Child', 'TIMEOUT'),
  ];
  for (const failure of failures) {
    const copy = across(failure);
    assert.equal(copy.constructor, failure.constructor);
    assert.deepEqual(visible(copy), visible(failure));
  }
});

test('causes come along, each with its type', () => {
  const cause = new TypeError('fetch failed', { cause: new RangeError('port') });
  const error = across(new ActivityFailure('Activity task failed', 'fetch', '1', undefined, undefined, cause));
  assert.ok(error.cause instanceof ApplicationFailure);
  assert.deepEqual([error.cause.type, error.cause.message], ['TypeError', 'fetch failed']);
  assert.ok(error.cause.cause instanceof ApplicationFailure);
  assert.equal(error.cause.cause.type, 'RangeError');
});

test('a chain of causes that bites its tail ends', () => {
  const first = new Error('first');
  const second = new Error('second', { cause: first });
  first.cause = second;
  let depth = 0;
  for (let at: Failure | undefined = toFailure(first); at; at = at.cause) depth += 1;
  assert.ok(depth > 2 && depth < 50, `${depth} causes`);
});

test('a failure that passes through is written as it was read, whatever this version knows of it', () => {
  const origin: Failure = {
    message: 'from Go',
    source: 'GoSDK',
    stackTrace: 'main.go:7',
    nexusHandlerFailureInfo: { type: 'INTERNAL' },
    cause: { message: 'inner', source: 'GoSDK', applicationFailureInfo: { type: 'T' } },
  };
  const error = toError(origin);
  assert.ok(error instanceof TemporalFailure);
  assert.equal(error.stack, 'TemporalFailure: from Go\nmain.go:7');
  assert.deepEqual(toFailure(error), origin);
  assert.deepEqual(toFailure(new ActivityFailure('m', 'a', '1', undefined, undefined, error)).cause, origin);
  assert.ok(!Object.keys(error).includes('failure'), 'the message is not shown whenever the error is printed');
});

test('a stack ends where the code of the user ends, and begins there too', () => {
  const failure = ApplicationFailure.create({ message: 'm' });
  const [, first] = (toFailure(failure).stackTrace ?? '').split('\n');
  assert.match(String(first), /failure-converter\.test\.ts/);

  const error = new Error('m');
  error.stack = [
    'Error: m',
    '    at fetchIt (/home/me/app/activities.ts:3:9)',
    '    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)',
    '    at load (/home/me/app/activities.ts:9:1)',
    '    at runActivity (/home/me/node_modules/perdure/dist/sdk/worker/run-activity.js:40:3)',
    '    at async node:internal/timers:7:1',
  ].join('\n');
  assert.deepEqual(toFailure(error).stackTrace?.split('\n').length, 4);
  error.stack = 'Error: m\n    at runActivity (/x/perdure/dist/sdk/worker/run-activity.js:40:3)';
  assert.equal(toFailure(error).stackTrace, error.stack);
  assert.equal(toFailure(Object.assign(new Error('m'), { stack: undefined })).stackTrace, '');
});

test('what is thrown and is no error is shown, with the advice to throw errors', () => {
  const shown: readonly (readonly [unknown, string])[] = [
    ['just text', 'just text'],
    [undefined, 'undefined'],
    [{ status: 429 }, '{"status":429}'],
    [{ id: 1n }, '[object Object]'],
  ];
  for (const [value, text] of shown) {
    const { message, stackTrace, applicationFailureInfo } = toFailure(value);
    assert.equal(message, `${text} [not an Error was thrown: throw Errors, which know their stack]`);
    assert.equal(stackTrace, '');
    assert.deepEqual(applicationFailureInfo, {});
  }
});

test('message and stack can be put where a codec hides them', () => {
  const hiding = new DefaultFailureConverter({ encodeCommonAttributes: true });
  const error = new ApplicationFailure('secret', 'T', false, [], new Error('deeper secret'));
  const failure = hiding.errorToFailure(error, defaultPayloadConverter);
  assert.equal(failure.message, 'Encoded failure');
  assert.equal(failure.stackTrace, '');
  assert.equal(failure.cause?.message, 'Encoded failure');
  const read = toError(failure);
  assert.equal(read.message, 'secret');
  assert.equal((read.cause as Error).message, 'deeper secret');
  assert.match(String(read.stack), /failure-converter\.test\.ts/);
});

test('attributes that do not have the expected shape change nothing', () => {
  const odd = { message: 'm', encodedAttributes: defaultPayloadConverter.toPayload({ message: 7 }) };
  assert.equal(toError(odd).message, 'm');
  assert.equal(toError({ ...odd, encodedAttributes: defaultPayloadConverter.toPayload(null) }).message, 'm');
});

test('a failure of the service, a reset, and one that says nothing can be read', () => {
  assert.ok(toError({ message: 'm' }) instanceof TemporalFailure);
  const reset = toError({ message: 'm', resetWorkflowFailureInfo: {} });
  assert.ok(reset instanceof ApplicationFailure);
  assert.equal(reset.type, 'ResetWorkflow');
  const child = { initiatedEventId: 0, startedEventId: 0, retryState: 'UNSPECIFIED' } as const;
  const empty = toError({ message: 'm', childWorkflowExecutionFailureInfo: child });
  assert.ok(empty instanceof ChildWorkflowFailure);
  assert.deepEqual(empty.execution, { workflowId: '', runId: '' });
  assert.equal(empty.retryState, undefined);
});

test('a TemporalFailure of no known kind keeps its name', () => {
  assert.deepEqual(toFailure(new TemporalFailure('m')).applicationFailureInfo, { type: 'TemporalFailure' });
});
