import assert from 'node:assert/strict';
import { test } from 'node:test';
import { activityInfo, CancelledFailure, cancelled, heartbeat, isCancellation } from '../../src/sdk/activity/index.ts';
import type { ActivityOptions } from '../../src/sdk/client/index.ts';
import { event, withWorker } from './with-worker.ts';
import { call, callUntilStopped, callUntilStoppedAndStay, leave, stop } from './workflows/calls.ts';

/** An activity that beats until it is told to end, and the events of its life. */
function beatingActivity(end: () => unknown = () => cancelled()) {
  const started = event();
  const told = event<unknown>();
  const beating = async () => {
    const beats = setInterval(() => heartbeat(), 5);
    heartbeat();
    started.happen();
    try {
      return await cancelled().catch(async (error: unknown) => {
        told.happen(error);
        return end();
      });
    } finally {
      clearInterval(beats);
    }
  };
  return { started: started.happened, told: told.happened, beating };
}

/** Its heartbeats are sent so often that an activity hears of a cancellation at once. */
const hearsSoon = { maxHeartbeatThrottleInterval: 10 };

const options = (cancellationType?: ActivityOptions['cancellationType']): ActivityOptions => ({
  heartbeatTimeout: '10 s',
  cancellationType,
});

test('a call that waits for the cancellation ends when the activity has ended', async () => {
  const allowed = event();
  const { started, told, beating } = beatingActivity(async () => {
    await allowed.happened;
    throw new CancelledFailure('cleaned up');
  });
  await using sdk = await withWorker('calls.ts', { beating }, hearsSoon);
  const handle = await sdk.start(callUntilStopped, 'beating', options('WAIT_CANCELLATION_COMPLETED'));
  await started;
  await handle.signal(stop);
  assert.ok((await told) instanceof CancelledFailure);
  assert.equal((await handle.describe()).status.name, 'RUNNING');
  const [pending] = (await handle.describe()).pendingActivities;
  assert.equal(pending?.state, 'CANCEL_REQUESTED');
  allowed.happen();
  assert.equal(await handle.result(), 'cancelled');
  const types = (await handle.fetchHistory()).events.map(({ type }) => type);
  assert.ok(types.includes('ActivityTaskCancelRequested') && types.includes('ActivityTaskCanceled'));
});

test('waiting is the default, and an activity that completes all the same has completed', async () => {
  const { started, beating } = beatingActivity(() => 'finished anyway');
  await using sdk = await withWorker('calls.ts', { beating }, hearsSoon);
  const handle = await sdk.start(callUntilStopped, 'beating', options());
  await started;
  await handle.signal(stop);
  assert.equal(await handle.result(), 'completed: finished anyway');
});

test('a call that tries to cancel ends at once, and the activity is told', async () => {
  const { started, told, beating } = beatingActivity();
  await using sdk = await withWorker('calls.ts', { beating }, hearsSoon);
  const handle = await sdk.start(callUntilStoppedAndStay, 'beating', options('TRY_CANCEL'));
  await started;
  await handle.signal(stop);
  assert.ok((await told) instanceof CancelledFailure);
  await handle.signal(leave);
  assert.equal(await handle.result(), 'cancelled');
});

test('a call that abandons its activity ends at once, and the activity goes on', async () => {
  let wasTold = false;
  const finish = event();
  const finished = event();
  const started = event();
  const abandoned = async () => {
    cancelled().catch(() => {
      wasTold = true;
    });
    started.happen();
    await finish.happened;
    heartbeat();
    finished.happen();
  };
  await using sdk = await withWorker('calls.ts', { abandoned });
  const handle = await sdk.start(callUntilStoppedAndStay, 'abandoned', options('ABANDON'));
  await started.happened;
  await handle.signal(stop);
  await handle.signal(leave);
  assert.equal(await handle.result(), 'cancelled');
  finish.happen();
  await finished.happened;
  assert.equal(wasTold, false);
  const types = (await handle.fetchHistory()).events.map(({ type }) => type);
  assert.ok(!types.includes('ActivityTaskCancelRequested'));
});

test('an activity that no worker has taken is cancelled at once, whatever the call waits for', async () => {
  await using sdk = await withWorker('calls.ts');
  const handle = await sdk.start(callUntilStopped, 'anything', { ...options(), taskQueue: 'nobody' });
  await handle.signal(stop);
  assert.equal(await handle.result(), 'cancelled');
});

test('an activity that waits for its next attempt is cancelled at once', async () => {
  const failedOnce = event();
  const failing = async () => {
    failedOnce.happen();
    throw new Error(`attempt ${activityInfo().attempt}`);
  };
  await using sdk = await withWorker('calls.ts', { failing });
  const handle = await sdk.start(callUntilStopped, 'failing', { retry: { initialInterval: '1 hour' } });
  await failedOnce.happened;
  await handle.signal(stop);
  assert.equal(await handle.result(), 'cancelled');
});

test('cancelling a workflow cancels its activities, and the workflow with them', async () => {
  const { started, told, beating } = beatingActivity();
  await using sdk = await withWorker('calls.ts', { beating }, hearsSoon);
  const handle = await sdk.start(call, 'beating', options());
  await started;
  await handle.cancel();
  await told;
  await assert.rejects(handle.result(), (error: Error) => {
    assert.equal(error.message, 'Workflow execution cancelled');
    assert.ok(isCancellation(error.cause));
    return true;
  });
});
