import assert from 'node:assert/strict';
import { test } from 'node:test';
import { activityInfo, cancellationDetails, cancelled, heartbeat } from '../../src/sdk/activity/index.ts';
import { rootCause, type WorkflowFailedError } from '../../src/sdk/client/index.ts';
import { event, eventually, withWorker } from './with-worker.ts';
import { call } from './workflows/calls.ts';

const quickly = { heartbeatTimeout: '10 s', retry: { initialInterval: 1, maximumAttempts: 3 } } as const;

test('the next attempt finds what the last one recorded, even what was not sent yet', async () => {
  const activities = {
    pages: async () => {
      const from = activityInfo().heartbeatDetails ?? 0;
      for (let page = from + 1; page <= from + 10; page += 1) heartbeat(page);
      if (activityInfo().attempt < 3) throw new Error('paper jam');
      return from;
    },
  };
  await using sdk = await withWorker('calls.ts', activities);
  assert.equal(await (await sdk.start(call, 'pages', quickly)).result(), 20);
});

test('an attempt that records nothing leaves what the one before had recorded', async () => {
  const activities = {
    pages: async () => {
      const { attempt, heartbeatDetails } = activityInfo();
      if (attempt === 1) heartbeat({ page: 7 });
      if (attempt < 3) throw new Error('paper jam');
      return heartbeatDetails;
    },
  };
  await using sdk = await withWorker('calls.ts', activities);
  assert.deepEqual(await (await sdk.start(call, 'pages', quickly)).result(), { page: 7 });
});

test('what an attempt records can be seen while it runs', async () => {
  const seen = event();
  const activities = {
    pages: async () => {
      heartbeat({ page: 3 });
      await seen.happened;
    },
  };
  await using sdk = await withWorker('calls.ts', activities);
  const handle = await sdk.start(call, 'pages', quickly);
  const { pendingActivities } = await eventually(
    () => handle.describe(),
    (description) => description.pendingActivities[0]?.heartbeatDetails.length === 1,
  );
  const [pending] = pendingActivities;
  assert.deepEqual(pending?.heartbeatDetails, [{ page: 3 }]);
  assert.deepEqual([pending?.activityType, pending?.state, pending?.attempt], ['pages', 'STARTED', 1]);
  seen.happen();
  await handle.result();
});

test('how the last attempt failed can be seen while the next one is waited for', async () => {
  const activities = {
    failing: async () => {
      throw new RangeError('paper jam');
    },
  };
  await using sdk = await withWorker('calls.ts', activities);
  const handle = await sdk.start(call, 'failing', { retry: { initialInterval: '1 hour' } });
  const { pendingActivities } = await eventually(
    () => handle.describe(),
    (description) => description.pendingActivities[0]?.lastFailure !== undefined,
  );
  const [pending] = pendingActivities;
  assert.equal(pending?.lastFailure?.message, 'paper jam');
  assert.deepEqual([pending?.state, pending?.attempt], ['SCHEDULED', 2]);
  assert.ok(Number(pending?.nextAttemptScheduleTime) > Date.now());
});

test('details that cannot be sent end the attempt, and the failure says which part and what to do', async () => {
  const activities = {
    pages: async () => {
      heartbeat({ id: 1n });
      await cancelled();
    },
  };
  await using sdk = await withWorker('calls.ts', activities);
  const error = await (await sdk.start(call, 'pages', quickly)).result().then(
    () => assert.fail('it completed'),
    (thrown: WorkflowFailedError) => thrown,
  );
  assert.match(
    rootCause(error.cause) ?? '',
    /the heartbeat details of the activity 'pages' cannot be sent: .*\.id, a BigInt/,
  );
});

test('an attempt whose workflow has closed hears of it in the answer to its next heartbeat', async () => {
  const closed = event();
  const heard = event<unknown>();
  const started = event();
  const activities = {
    pages: async () => {
      started.happen();
      await closed.happened;
      heartbeat();
      await cancelled().catch(() => heard.happen(cancellationDetails()));
    },
  };
  await using sdk = await withWorker('calls.ts', activities);
  const handle = await sdk.start(call, 'pages', quickly);
  await started.happened;
  await handle.terminate();
  closed.happen();
  assert.deepEqual(await heard.happened, {
    cancelRequested: false,
    notFound: true,
    timedOut: false,
    workerShutdown: false,
    paused: false,
    reset: false,
  });
});
