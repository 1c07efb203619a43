import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ActivityFailure, ApplicationFailure, activityInfo, log } from '../../src/sdk/activity/index.ts';
import { type ActivityOptions, rootCause, type WorkflowFailedError } from '../../src/sdk/client/index.ts';
import { type WithWorker, withWorker } from './with-worker.ts';
import { call } from './workflows/calls.ts';

/** The failure of a workflow that called one activity: the activity's, and what it was caused by. */
async function failureOf(sdk: WithWorker, name: string, options: ActivityOptions = {}, ...args: unknown[]) {
  const handle = await sdk.start(call, name, options, ...args);
  const error = await handle.result().then(
    () => assert.fail('it completed'),
    (thrown: WorkflowFailedError) => thrown,
  );
  assert.ok(error.cause instanceof ActivityFailure, `${error.cause}`);
  assert.equal(error.cause.activityType, name);
  const { cause } = error.cause;
  assert.ok(cause instanceof ApplicationFailure, `${cause}`);
  return { activity: error.cause, cause };
}

const twice = { retry: { initialInterval: 1, maximumAttempts: 2 } };

test('an activity gets its arguments, and the workflow its result', async () => {
  const activities = {
    join: async (...args: unknown[]) => args,
    nothing: async () => undefined,
    bytes: async (bytes: Uint8Array) => bytes.length,
    atOnce: () => 'not even a promise',
  };
  await using sdk = await withWorker('calls.ts', activities);
  const args = [1, 'two', { three: [3] }, null];
  assert.deepEqual(await (await sdk.start(call, 'join', {}, ...args)).result(), args);
  assert.equal(await (await sdk.start(call, 'nothing', {})).result(), undefined);
  assert.equal(await (await sdk.start(call, 'atOnce', {})).result(), 'not even a promise');
  assert.equal(await (await sdk.start(call, 'bytes', {}, new Uint8Array(3))).result(), 3);
});

test('an activity knows its workflow, its attempt and its options', async () => {
  const activities = {
    info: async () => {
      const { taskToken, base64TaskToken, ...info } = activityInfo();
      assert.equal(Buffer.from(taskToken).toString('base64'), base64TaskToken);
      return info;
    },
  };
  await using sdk = await withWorker('calls.ts', activities);
  const options = { heartbeatTimeout: '5 s', retry: { maximumAttempts: 3 }, activityId: 'my own' } as const;
  const handle = await sdk.start(call, 'info', options);
  const info = (await handle.result()) as Record<string, unknown>;
  assert.equal(info.activityType, 'info');
  assert.equal(info.activityId, 'my own');
  assert.equal(info.attempt, 1);
  assert.equal(info.taskQueue, 'q');
  assert.equal(info.workflowType, 'call');
  assert.deepEqual(info.workflowExecution, { workflowId: handle.workflowId, runId: handle.firstExecutionRunId });
  assert.equal(info.startToCloseTimeoutMs, 10_000);
  assert.equal(info.heartbeatTimeoutMs, 5_000);
  assert.deepEqual(info.retryPolicy, {
    initialInterval: 1000,
    backoffCoefficient: 2,
    maximumInterval: 100_000,
    maximumAttempts: 3,
    nonRetryableErrorTypes: [],
  });
});

test('a failed attempt is followed by another, until one succeeds', async () => {
  const activities = {
    flaky: async () => {
      const { attempt } = activityInfo();
      if (attempt < 3) throw new Error(`attempt ${attempt}`);
      return `attempt ${attempt}`;
    },
  };
  await using sdk = await withWorker('calls.ts', activities);
  const handle = await sdk.start(call, 'flaky', { retry: { initialInterval: 1 } });
  assert.equal(await handle.result(), 'attempt 3');
  const types = (await handle.fetchHistory()).events.map(({ type }) => type);
  assert.equal(types.filter((type) => type === 'ActivityTaskStarted').length, 1);
});

test('after its last attempt the activity fails with what that attempt said', async () => {
  let attempts = 0;
  const activities = {
    failing: async () => {
      attempts += 1;
      throw new RangeError(`attempt ${attempts}`, { cause: new Error('socket closed') });
    },
  };
  await using sdk = await withWorker('calls.ts', activities);
  const { activity, cause } = await failureOf(sdk, 'failing', twice);
  assert.equal(attempts, 2);
  assert.equal(activity.retryState, 'MAXIMUM_ATTEMPTS_REACHED');
  assert.equal(cause.type, 'RangeError');
  assert.equal(cause.message, 'attempt 2');
  assert.equal(rootCause(activity), 'socket closed');
  assert.match(cause.stack ?? '', /activities\.test\.ts/);
  assert.doesNotMatch(cause.stack ?? '', /sdk\/worker/);
});

test('a failure of a listed type, or one that says so itself, is not retried', async () => {
  class AuthenticationError extends Error {}
  let attempts = 0;
  const activities = {
    wrongKey: async () => {
      attempts += 1;
      throw new AuthenticationError('401');
    },
    hopeless: async () => {
      attempts += 1;
      throw ApplicationFailure.nonRetryable('broken file', 'BrokenDocument', { page: 3 });
    },
  };
  await using sdk = await withWorker('calls.ts', activities);
  const retry = { initialInterval: 1, nonRetryableErrorTypes: ['AuthenticationError'] };
  const listed = await failureOf(sdk, 'wrongKey', { retry });
  assert.equal(listed.activity.retryState, 'NON_RETRYABLE_FAILURE');
  const own = await failureOf(sdk, 'hopeless', { retry });
  assert.equal(own.cause.type, 'BrokenDocument');
  assert.deepEqual(own.cause.details, [{ page: 3 }]);
  assert.equal(attempts, 2);
});

test('a failure may say when the next attempt is due, whatever the policy says', async () => {
  const activities = {
    limited: async () => {
      const { attempt, currentAttemptScheduledTimestampMs, scheduledTimestampMs } = activityInfo();
      if (attempt === 1) throw ApplicationFailure.create({ message: '429', nextRetryDelay: 30 });
      return currentAttemptScheduledTimestampMs - scheduledTimestampMs;
    },
  };
  await using sdk = await withWorker('calls.ts', activities);
  const handle = await sdk.start(call, 'limited', { retry: { initialInterval: '1 hour' } });
  const delayMs = (await handle.result()) as number;
  assert.ok(delayMs >= 30 && delayMs < 5_000, `${delayMs} ms`);
});

test('an activity that is not registered fails with the names of those that are', async () => {
  await using sdk = await withWorker('calls.ts', { fetchDocument: async () => 1, summarise: async () => 2 });
  const { cause } = await failureOf(sdk, 'sumarise', twice);
  assert.equal(cause.type, 'NotFoundError');
  assert.equal(cause.nonRetryable, false);
  assert.match(cause.message, /'sumarise' is not registered .* registered are 'fetchDocument', 'summarise'/);
});

test('an activity called default takes the names that nobody else has', async () => {
  await using sdk = await withWorker('calls.ts', { default: async () => activityInfo().activityType });
  assert.equal(await (await sdk.start(call, 'anything', {})).result(), 'anything');
});

test('a result that cannot be sent fails the activity at once, with the path of the part and the remedy', async () => {
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  const activities = {
    bigInt: async () => ({ id: 1n }),
    circular: async () => circle,
    tooLarge: async () => 'x'.repeat(3 * 1024 * 1024),
  };
  await using sdk = await withWorker('calls.ts', activities);
  const bigInt = await failureOf(sdk, 'bigInt');
  assert.match(
    bigInt.cause.message,
    /the result of the activity 'bigInt' cannot be sent: .*the value\.id, a BigInt: turn it/,
  );
  assert.equal(bigInt.activity.retryState, 'NON_RETRYABLE_FAILURE');
  const circular = await failureOf(sdk, 'circular');
  assert.match(circular.cause.message, /the value\.self, which contains itself/);
  const tooLarge = await failureOf(sdk, 'tooLarge');
  assert.match(
    tooLarge.cause.message,
    /'tooLarge' is 3\.0 MiB and a history takes at most 2\.0 MiB: .* pass a reference/,
  );
});

test('what is thrown and is no error is shown in the failure', async () => {
  const activities = {
    text: async () => {
      throw 'out of paper';
    },
    nothing: async () => {
      throw undefined;
    },
    enormous: async () => {
      throw new Error('x'.repeat(3 * 1024 * 1024));
    },
  };
  await using sdk = await withWorker('calls.ts', activities);
  assert.match((await failureOf(sdk, 'text', twice)).cause.message, /^out of paper \[not an Error was thrown/);
  assert.match((await failureOf(sdk, 'nothing', twice)).cause.message, /^undefined \[not an Error/);
  assert.match((await failureOf(sdk, 'enormous', twice)).cause.message, /^x{4096}… \(3145728 characters\)$/);
});

test('no more activities run at once than the worker has places', async () => {
  let running = 0;
  let most = 0;
  const activities = {
    work: async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
    },
  };
  await using sdk = await withWorker('calls.ts', activities, { maxConcurrentActivityTaskExecutions: 2 });
  const handles = await Promise.all(Array.from({ length: 10 }, () => sdk.start(call, 'work', {})));
  await Promise.all(handles.map((handle) => handle.result()));
  assert.equal(most, 2);
});

test('what an activity logs says which one it is, and its failures are logged with their attempt', async () => {
  const activities = {
    talk: async () => {
      log.info('reading', { page: 3 });
      if (activityInfo().attempt === 1) throw new Error('paper jam');
      throw ApplicationFailure.create({ message: 'as expected', nonRetryable: true, category: 'BENIGN' });
    },
  };
  await using sdk = await withWorker('calls.ts', activities);
  await failureOf(sdk, 'talk', { retry: { initialInterval: 1 } });
  const [first, failed, , benign] = sdk.lines.filter(({ meta }) => meta.activityType === 'talk');
  assert.deepEqual([first?.level, first?.message, first?.meta.page, first?.meta.attempt], ['INFO', 'reading', 3, 1]);
  assert.deepEqual([failed?.level, failed?.message], ['WARN', 'Activity failed']);
  assert.match(String(failed?.meta.error), /paper jam/);
  assert.equal(benign?.level, 'DEBUG');
});
