import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createContext, runInContext } from 'node:vm';
import { brandError, isError } from './error-brand.ts';
import { CompleteAsyncError, PayloadConverterError, ValueError, WorkflowNotFoundError } from './errors.ts';
import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  ensureApplicationFailure,
  ensureTemporalFailure,
  isCancellation,
  RetryState,
  rootCause,
  ServerFailure,
  TemporalFailure,
  TerminatedFailure,
  TimeoutFailure,
  TimeoutType,
} from './failure.ts';

const activityFailure = (cause?: Error) => new ActivityFailure('failed', 'fetch', '1', RetryState.TIMEOUT, 'me', cause);

test('every failure has its own name and is a TemporalFailure and an Error', () => {
  const failures = [
    new TemporalFailure('x'),
    new ServerFailure('x', true),
    new ApplicationFailure('x'),
    new CancelledFailure('x'),
    new TerminatedFailure('x'),
    new TimeoutFailure('x', undefined, TimeoutType.HEARTBEAT),
    activityFailure(),
    new ChildWorkflowFailure('ns', { workflowId: 'w', runId: 'r' }, 'type', undefined),
  ];
  for (const failure of failures) {
    assert.equal(failure.name, failure.constructor.name);
    assert.ok(failure instanceof TemporalFailure);
    assert.ok(failure instanceof Error);
    assert.match(String(failure.stack), new RegExp(`^${failure.name}: `));
  }
  assert.ok(!(new CancelledFailure('x') instanceof ApplicationFailure));
});

test('instanceof holds for another copy of the class, also one of another realm', () => {
  const context = createContext({ brandError });
  const copy = runInContext(
    "class Renamed extends Error {}; brandError(Renamed, 'ApplicationFailure'); new Renamed('from the sandbox')",
    context,
  );
  assert.ok(copy instanceof ApplicationFailure);
  assert.equal(copy.name, 'ApplicationFailure');
  assert.ok(!(copy instanceof CancelledFailure));
});

test('instanceof of a subclass that users made asks for the subclass', () => {
  class RateLimited extends ApplicationFailure {}
  assert.ok(new RateLimited('x') instanceof RateLimited);
  assert.ok(new RateLimited('x') instanceof ApplicationFailure);
  assert.ok(!(new ApplicationFailure('x') instanceof RateLimited));
  for (const value of [undefined, null, 'text', {}]) {
    assert.equal((value as unknown) instanceof ApplicationFailure, false);
    assert.equal((value as unknown) instanceof RateLimited, false);
  }
});

test('an error of any realm is an error, and nothing else is', () => {
  assert.ok(isError(runInContext("new TypeError('x')", createContext())));
  assert.ok(isError({ name: 'E', message: 'm' }));
  for (const value of [null, 'text', { message: 'm' }, { name: 'E', message: 'm', stack: 1 }])
    assert.ok(!isError(value));
});

test('an ApplicationFailure is retryable unless it says otherwise', () => {
  assert.equal(ApplicationFailure.create({ message: 'm' }).nonRetryable, false);
  const retryable = ApplicationFailure.retryable('m', 'T', 1, 'two');
  assert.deepEqual([retryable.nonRetryable, retryable.type, retryable.details], [false, 'T', [1, 'two']]);
  const final = ApplicationFailure.nonRetryable('m');
  assert.deepEqual([final.nonRetryable, final.type, final.details], [true, 'Error', []]);
});

test('an ApplicationFailure says how long to wait, why, and that it is part of normal operation', () => {
  const cause = new Error('429');
  const failure = ApplicationFailure.create({ message: 'm', nextRetryDelay: '3 s', category: 'BENIGN', cause });
  assert.equal(failure.nextRetryDelay, '3 s');
  assert.equal(failure.category, 'BENIGN');
  assert.equal(failure.cause, cause);
});

test('fromError says some of it otherwise and leaves the error as it was', () => {
  class AuthenticationError extends Error {}
  const error = new AuthenticationError('no key');
  const failure = ApplicationFailure.fromError(error, { nonRetryable: true, details: [401] });
  assert.equal(failure.message, 'no key');
  assert.equal(failure.type, 'AuthenticationError');
  assert.equal(failure.nonRetryable, true);
  assert.deepEqual(failure.details, [401]);
  assert.equal(failure.stack, error.stack);

  const first = ApplicationFailure.create({ message: 'm', type: 'T', details: [1] });
  const second = ApplicationFailure.fromError(first, { type: 'U' });
  assert.deepEqual([second.type, second.message, second.details], ['U', 'm', [1]]);
  assert.equal(first.type, 'T');
});

test('an error becomes an ApplicationFailure of its class, with its message, stack and cause', () => {
  const cause = new Error('socket closed');
  const error = new TypeError('fetch failed', { cause });
  const failure = ensureApplicationFailure(error);
  assert.deepEqual([failure.message, failure.type, failure.nonRetryable], ['fetch failed', 'TypeError', false]);
  assert.equal(failure.cause, cause);
  assert.equal(failure.stack, error.stack);
});

test('an error whose class says nothing takes the name that it was given', () => {
  const named = Object.assign(new Error('no key'), { name: 'InvalidAPIKeyError' });
  assert.equal(ensureApplicationFailure(named).type, 'InvalidAPIKeyError');
  assert.equal(ensureApplicationFailure(new Error('x')).type, 'Error');
  assert.equal(ensureApplicationFailure({ name: 'Odd', message: 'm' }).type, 'Odd');
  assert.equal(ensureApplicationFailure(Object.create(null, { toString: { value: () => 'bare' } })).type, undefined);
});

test('what is thrown and is no error becomes the message', () => {
  assert.equal(ensureApplicationFailure('just text').message, 'just text');
  assert.equal(ensureApplicationFailure(undefined).message, 'undefined');
  assert.equal(ensureApplicationFailure(new Error('')).message, 'Error');
});

test('a failure stays itself', () => {
  const cancelled = new CancelledFailure('x');
  assert.equal(ensureTemporalFailure(cancelled), cancelled);
  const application = new ApplicationFailure('x');
  assert.equal(ensureApplicationFailure(application), application);
  assert.ok(ensureTemporalFailure(new Error('x')) instanceof ApplicationFailure);
});

test('the root cause is the text at the bottom', () => {
  assert.equal(rootCause(activityFailure(new TimeoutFailure('late', undefined, 'HEARTBEAT', new Error('why')))), 'why');
  assert.equal(rootCause(new Error('own', { cause: new Error('not a failure of ours') })), 'own');
  assert.equal(rootCause('text'), 'text');
  assert.equal(rootCause(7), undefined);
});

test('a cancellation is recognised through the failure of the activity or child that it ended', () => {
  const cancelled = new CancelledFailure('x');
  assert.ok(isCancellation(cancelled));
  assert.ok(isCancellation(activityFailure(cancelled)));
  assert.ok(
    isCancellation(new ChildWorkflowFailure(undefined, { workflowId: '', runId: '' }, 't', undefined, cancelled)),
  );
  assert.ok(!isCancellation(activityFailure(new Error('x'))));
  assert.ok(!isCancellation(new ApplicationFailure('x', 'T', false, [], cancelled)));
});

test('the errors of the SDK have names and fields', () => {
  const notFound = new WorkflowNotFoundError('gone', 'w1', 'r1');
  assert.deepEqual([notFound.name, notFound.workflowId, notFound.runId], ['WorkflowNotFoundError', 'w1', 'r1']);
  assert.ok(new PayloadConverterError('x') instanceof ValueError);
  assert.equal(new ValueError('x', 'why').cause, 'why');
  assert.equal(new CompleteAsyncError().name, 'CompleteAsyncError');
});
