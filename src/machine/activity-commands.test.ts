import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, only, openRun, passTime, play, typesOf } from '../../test/machine/play.ts';
import {
  activityOf,
  answer,
  answered,
  applicationFailure,
  cancelActivity,
  complete,
  payload,
  scheduleActivity,
  startTimer,
  takeActivity,
  takeTask,
  withActivity,
} from '../../test/machine/worker.ts';
import type { CommandAttributes } from '../api/command.ts';
import { completeActivity, failActivity } from './activity.ts';
import { readyTasks } from './due.ts';
import { signalWorkflow } from './signal.ts';

type Schedule = Partial<CommandAttributes<'ScheduleActivityTask'>>;

const wake = (run: Parameters<typeof play>[0]) => play(run, signalWorkflow(run, { signalName: 's' }), 5);

test('an activity is scheduled with all that the workflow says, and waits for a worker', () => {
  const run = openRun();
  const attributes = {
    activityId: 'a',
    activityType: 'fetch',
    taskQueue: { name: 'gpu' },
    header: { h: payload(1) },
    input: [payload(2)],
    priority: { priorityKey: 1 },
    startToCloseTimeoutMs: 1_000,
  };
  const userMetadata = { summary: payload('fetches') };
  const events = answer(run, [{ type: 'ScheduleActivityTask', userMetadata, attributes }], 7);
  assert.deepEqual(only(events, 'ActivityTaskScheduled'), {
    ...attributes,
    taskQueue: { name: 'gpu', kind: 'NORMAL' },
    scheduleToCloseTimeoutMs: 0,
    scheduleToStartTimeoutMs: 0,
    heartbeatTimeoutMs: 0,
    workflowTaskCompletedEventId: 4,
    retryPolicy: { initialIntervalMs: 1_000, backoffCoefficient: 2, maximumIntervalMs: 100_000 },
  });
  assert.deepEqual(events[1]?.userMetadata, userMetadata);
  assert.deepEqual(readyTasks(run), [{ kind: 'activity', scheduledEventId: 5, attempt: 1 }]);
  assert.equal(run.scheduledAttributes.get(5)?.input?.length, 1);
});

test('an activity without a queue of its own goes to that of the workflow', () => {
  const run = openRun();
  assert.equal(withActivity(run).taskQueue, 'q');
});

test('timeouts that are left out follow from the others, and none is longer than what holds it', () => {
  const filled = (asked: Schedule, workflowRunTimeoutMs = 0) => {
    const run = openRun({ workflowRunTimeoutMs });
    const activity = withActivity(run, { startToCloseTimeoutMs: undefined, ...asked });
    return [
      activity.scheduleToCloseTimeoutMs,
      activity.scheduleToStartTimeoutMs,
      activity.startToCloseTimeoutMs,
      activity.heartbeatTimeoutMs,
    ];
  };
  assert.deepEqual(filled({ startToCloseTimeoutMs: 5 }), [0, 0, 5, 0]);
  assert.deepEqual(filled({ scheduleToCloseTimeoutMs: 9 }), [9, 9, 9, 0]);
  assert.deepEqual(filled({ scheduleToCloseTimeoutMs: 9, startToCloseTimeoutMs: 5 }), [9, 9, 5, 0]);
  assert.deepEqual(filled({ scheduleToCloseTimeoutMs: 9, startToCloseTimeoutMs: 99 }), [9, 9, 9, 0]);
  assert.deepEqual(filled({ scheduleToCloseTimeoutMs: 9, scheduleToStartTimeoutMs: 99 }), [9, 9, 9, 0]);
  assert.deepEqual(filled({ scheduleToCloseTimeoutMs: 9, scheduleToStartTimeoutMs: 3 }), [9, 3, 9, 0]);
  assert.deepEqual(filled({ startToCloseTimeoutMs: 5, heartbeatTimeoutMs: 99 }), [0, 0, 5, 5]);
  assert.deepEqual(filled({ startToCloseTimeoutMs: 5 }, 7), [7, 7, 5, 0]);
  assert.deepEqual(filled({ startToCloseTimeoutMs: 99, scheduleToCloseTimeoutMs: 99 }, 7), [7, 7, 7, 0]);
});

test('an activity that misses something, or has something impossible, fails the workflow task, naming it', () => {
  const message = (attributes: Schedule) => {
    const run = openRun();
    return answered(run, [scheduleActivity(attributes)], 0).refusal?.message;
  };
  const cause = 'BadScheduleActivityAttributes';
  assert.equal(message({ activityId: '' }), `${cause}: activity fetch has no activityId`);
  assert.equal(message({ activityType: '' }), `${cause}: activity "1" has no activityType`);
  assert.equal(
    message({ activityId: 'ä'.repeat(501) }),
    `${cause}: activityId is longer than 1000 bytes: choose a shorter one.`,
  );
  assert.equal(
    message({ heartbeatTimeoutMs: -1 }),
    `${cause}: activity "1" has heartbeatTimeoutMs -1: it must be 0 (none) or more`,
  );
  assert.equal(
    message({ startToCloseTimeoutMs: 0 }),
    `${cause}: activity "1" (fetch) has no time limit: set startToCloseTimeout or scheduleToCloseTimeout`,
  );
  assert.equal(
    message({ retryPolicy: { maximumAttempts: -1 } }),
    `${cause}: activity "1": MaximumAttempts cannot be negative on retry policy.`,
  );
});

test('the id of a pending activity cannot be given to another one', () => {
  const run = openRun();
  withActivity(run);
  wake(run);
  assert.equal(
    answered(run, [scheduleActivity()], 10).refusal?.message,
    'ScheduleActivityDuplicateId: activity "1" is already pending: give each activity its own id, or none',
  );
});

test('a run takes no more than 2,000 activities at once', () => {
  const run = openRun();
  const commands = Array.from({ length: 2_001 }, (_, index) => scheduleActivity({ activityId: `${index}` }));
  assert.match(
    answered(run, commands, 0).refusal?.message ?? '',
    /^PendingActivitiesLimitExceeded: 2000 activities are pending/,
  );
});

test('an activity that no worker has taken is canceled at once, and the workflow told by a task of its own', () => {
  const run = openRun();
  const { scheduledEventId } = withActivity(run);
  wake(run);
  const events = answer(run, [cancelActivity(scheduledEventId), startTimer('t')], 10);
  assert.deepEqual(typesOf(events), [
    'WorkflowTaskCompleted',
    'ActivityTaskCancelRequested',
    'TimerStarted',
    'ActivityTaskCanceled',
    'WorkflowTaskScheduled',
  ]);
  assert.deepEqual(only(events, 'ActivityTaskCanceled'), {
    details: [payload('ACTIVITY_ID_NOT_STARTED')],
    scheduledEventId,
    startedEventId: 0,
    latestCancelRequestedEventId: events[1]?.eventId,
  });
  assert.equal(run.activities.size, 0);
});

test('an activity that waits for its next attempt is canceled at once, too', () => {
  const run = openRun();
  const { scheduledEventId } = withActivity(run);
  const claim = takeActivity(run, scheduledEventId, 10);
  const answer1 = { failure: applicationFailure('broken'), identity: 'worker' };
  play(run, failActivity(run, claim, answer1, at(20)), 20);
  wake(run);
  const events = answer(run, [cancelActivity(scheduledEventId)], 30);
  assert.equal(only(events, 'ActivityTaskCanceled').startedEventId, 0);
  assert.deepEqual(typesOf(passTime(run, 100_000)), []);
});

test('an activity with a worker is only asked, and stays', () => {
  const run = openRun();
  const { scheduledEventId } = withActivity(run);
  takeActivity(run, scheduledEventId, 10);
  wake(run);
  const events = answer(run, [cancelActivity(scheduledEventId)], 20);
  assert.deepEqual(typesOf(events), ['WorkflowTaskCompleted', 'ActivityTaskCancelRequested']);
  assert.equal(activityOf(run, scheduledEventId).cancelRequestedEventId, events[1]?.eventId);
});

test('an activity is canceled by the completion that scheduled it, and its id is free again', () => {
  const run = openRun();
  const events = answer(run, [scheduleActivity(), cancelActivity(5), scheduleActivity()], 10);
  assert.deepEqual(
    events.map(({ eventId, type }) => `${eventId} ${type}`),
    [
      '4 WorkflowTaskCompleted',
      '5 ActivityTaskScheduled',
      '6 ActivityTaskCancelRequested',
      '7 ActivityTaskScheduled',
      '8 ActivityTaskCanceled',
      '9 WorkflowTaskScheduled',
    ],
  );
  assert.deepEqual([...run.activities.keys()], [7]);
});

test('every request to cancel has its event, so that a replay finds what the code asked for', () => {
  const run = openRun();
  const { scheduledEventId } = withActivity(run);
  wake(run);
  const events = answer(run, [cancelActivity(scheduledEventId), cancelActivity(scheduledEventId)], 10);
  assert.deepEqual(typesOf(events), [
    'WorkflowTaskCompleted',
    'ActivityTaskCancelRequested',
    'ActivityTaskCancelRequested',
    'ActivityTaskCanceled',
    'WorkflowTaskScheduled',
  ]);
});

test('an activity that has ended without the workflow knowing keeps its end', () => {
  const run = openRun();
  const { scheduledEventId } = withActivity(run);
  const claim = takeActivity(run, scheduledEventId, 10);
  wake(run);
  takeTask(run, 20);
  play(run, completeActivity(run, claim, { identity: 'worker' }), 30);
  assert.deepEqual(typesOf(answer(run, [cancelActivity(scheduledEventId)], 40)), [
    'WorkflowTaskCompleted',
    'ActivityTaskCancelRequested',
    'ActivityTaskStarted',
    'ActivityTaskCompleted',
    'WorkflowTaskScheduled',
  ]);
});

test('the end of an unstarted activity comes behind what was buffered', () => {
  const run = openRun();
  const { scheduledEventId } = withActivity(run);
  wake(run);
  takeTask(run, 10);
  wake(run);
  assert.deepEqual(typesOf(answer(run, [cancelActivity(scheduledEventId)], 20)), [
    'WorkflowTaskCompleted',
    'ActivityTaskCancelRequested',
    'WorkflowExecutionSignaled',
    'ActivityTaskCanceled',
    'WorkflowTaskScheduled',
  ]);
});

test('a workflow that cancels an unstarted activity and closes is told no more', () => {
  const run = openRun();
  const { scheduledEventId } = withActivity(run);
  wake(run);
  assert.deepEqual(typesOf(answer(run, [cancelActivity(scheduledEventId), complete], 10)), [
    'WorkflowTaskCompleted',
    'ActivityTaskCancelRequested',
    'WorkflowExecutionCompleted',
  ]);
});

test('an activity that never was, or is long over, cannot be canceled', () => {
  const run = openRun();
  assert.equal(
    answered(run, [cancelActivity(99)], 0).refusal?.message,
    'BadRequestCancelActivityAttributes: no activity is pending for event 99: only a scheduled activity can be canceled',
  );
});

test('what is buffered of others does not make an unknown activity known', () => {
  const run = openRun();
  const claim = takeActivity(run, withActivity(run).scheduledEventId, 0);
  wake(run);
  takeTask(run, 10);
  wake(run);
  play(run, completeActivity(run, claim, { identity: 'worker' }), 20);
  assert.equal(answered(run, [cancelActivity(99)], 30).refusal?.code, 'INVALID_ARGUMENT');
});
