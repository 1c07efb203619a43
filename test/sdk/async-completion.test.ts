import assert from 'node:assert/strict';
import { test } from 'node:test';
import { activityInfo, CompleteAsyncError, type Info } from '../../src/sdk/activity/index.ts';
import {
  ActivityCancelledError,
  ActivityNotFoundError,
  type ActivityOptions,
  rootCause,
  type WorkflowFailedError,
} from '../../src/sdk/client/index.ts';
import { event, eventually, withWorker } from './with-worker.ts';
import { call, callUntilStopped, stop } from './workflows/calls.ts';

/** An activity that leaves its completion to others, and the info of each attempt. */
function leftToOthers() {
  const attempts: ((info: Info) => void)[] = [];
  const waiting: Info[] = [];
  const next = () => {
    const { happened, happen } = event<Info>();
    const info = waiting.shift();
    if (info) happen(info);
    else attempts.push(happen);
    return happened;
  };
  const approve = async () => {
    const attempt = attempts.shift();
    if (attempt) attempt(activityInfo());
    else waiting.push(activityInfo());
    throw new CompleteAsyncError();
  };
  return { next, activities: { approve } };
}

const options: ActivityOptions = { startToCloseTimeout: '1 day', retry: { initialInterval: 1, maximumAttempts: 2 } };
const idsOf = ({ workflowExecution, activityId }: Info) => ({ ...workflowExecution, activityId });

test('an activity is completed from outside, by its token', async () => {
  const { next, activities } = leftToOthers();
  await using sdk = await withWorker('calls.ts', activities);
  const handle = await sdk.start(call, 'approve', options);
  const { taskToken } = await next();
  await sdk.client.activity.complete(taskToken, { approved: true });
  assert.deepEqual(await handle.result(), { approved: true });
});

test('an activity is completed from outside, by the ids of its workflow and itself, with or without the run', async () => {
  const { next, activities } = leftToOthers();
  await using sdk = await withWorker('calls.ts', activities);
  const first = await sdk.start(call, 'approve', { ...options, activityId: 'approval' });
  await next();
  await sdk.client.activity.complete({ workflowId: first.workflowId, activityId: 'approval' }, 'yes');
  assert.equal(await first.result(), 'yes');
  const second = await sdk.start(call, 'approve', options);
  await sdk.client.activity.complete(idsOf(await next()));
  assert.equal(await second.result(), undefined);
});

test('a failure from outside is retried as any other, and the last one ends the activity', async () => {
  const { next, activities } = leftToOthers();
  await using sdk = await withWorker('calls.ts', activities);
  const handle = await sdk.start(call, 'approve', options);
  await sdk.client.activity.fail((await next()).taskToken, new Error('first'));
  const second = await next();
  assert.equal(second.attempt, 2);
  await sdk.client.activity.fail(idsOf(second), new RangeError('second'));
  await assert.rejects(handle.result(), (error: WorkflowFailedError) => {
    assert.equal(rootCause(error.cause), 'second');
    return true;
  });
});

test('a heartbeat from outside records details, and says when the workflow wants the activity to end', async () => {
  const { next, activities } = leftToOthers();
  await using sdk = await withWorker('calls.ts', activities);
  const handle = await sdk.start(callUntilStopped, 'approve', options);
  const info = await next();
  await sdk.client.activity.heartbeat(info.taskToken, { seen: 1 });
  await sdk.client.activity.heartbeat(idsOf(info), { seen: 2 });
  const [pending] = (await handle.describe()).pendingActivities;
  assert.deepEqual(pending?.heartbeatDetails, [{ seen: 2 }]);

  await handle.signal(stop);
  await eventually(
    () => handle.describe(),
    ({ pendingActivities }) => pendingActivities[0]?.state === 'CANCEL_REQUESTED',
  );
  await assert.rejects(sdk.client.activity.heartbeat(info.taskToken), ActivityCancelledError);
  await sdk.client.activity.reportCancellation(info.taskToken, 'left');
  assert.equal(await handle.result(), 'cancelled');
});

test('a completion that comes too late, or for nobody, finds no activity', async () => {
  const { next, activities } = leftToOthers();
  await using sdk = await withWorker('calls.ts', activities);
  const handle = await sdk.start(call, 'approve', options);
  const info = await next();
  await sdk.client.activity.complete(info.taskToken, 1);
  await handle.result();
  const { activity } = sdk.client;
  await assert.rejects(activity.complete(info.taskToken, 2), ActivityNotFoundError);
  await assert.rejects(activity.fail(idsOf(info), new Error('x')), ActivityNotFoundError);
  await assert.rejects(activity.heartbeat({ workflowId: 'nobody', activityId: '1' }), ActivityNotFoundError);
  await assert.rejects(activity.reportCancellation(idsOf(info)), ActivityNotFoundError);
});

test('a cancellation that nobody asked for cannot be reported', async () => {
  const { next, activities } = leftToOthers();
  await using sdk = await withWorker('calls.ts', activities);
  await sdk.start(call, 'approve', options);
  const info = await next();
  await assert.rejects(sdk.client.activity.reportCancellation(info.taskToken), { name: 'ActivityCompletionError' });
});
