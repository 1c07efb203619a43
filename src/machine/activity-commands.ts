// What a workflow's commands do to its activities (activity.ts draws their life).

import type { CommandOf } from '../api/command.ts';
import { canceledEvent } from './activity.ts';
import { type Accepted, type Answering, badCommand, type CommandOutcome } from './answering.ts';
import type { Fact } from './fact.ts';
import { filledPolicy, policyProblem } from './retry.ts';

export function scheduleActivity(answering: Answering, command: CommandOf<'ScheduleActivityTask'>): CommandOutcome {
  const { attributes, userMetadata } = command;
  const { activityId, activityType, taskQueue } = attributes;
  const problem = scheduleProblem(command);
  if (problem) return badCommand('BAD_SCHEDULE_ACTIVITY_ATTRIBUTES', problem);
  if (answering.activities.has(activityId)) {
    return badCommand(
      'SCHEDULE_ACTIVITY_DUPLICATE_ID',
      `activity "${activityId}" is already pending: give each activity its own id, or none`,
    );
  }
  answering.activities.set(activityId, answering.nextEventId);
  answering.scheduledHere.add(answering.nextEventId);
  const fact: Fact = {
    type: 'ActivityTaskScheduled',
    userMetadata,
    attributes: {
      activityId,
      activityType,
      taskQueue: { name: taskQueue.name || answering.run.birth.taskQueue, kind: 'NORMAL' },
      header: attributes.header,
      input: attributes.input,
      ...filledTimeouts(answering, attributes),
      workflowTaskCompletedEventId: answering.completedEventId,
      retryPolicy: filledPolicy(attributes.retryPolicy),
      priority: attributes.priority,
    },
  };
  return { facts: [fact] };
}

function scheduleProblem({ attributes }: CommandOf<'ScheduleActivityTask'>): string | undefined {
  const { activityId, activityType, retryPolicy } = attributes;
  if (activityId === '') return `activity ${activityType} has no activityId`;
  if (activityType === '') return `activity "${activityId}" has no activityType`;
  for (const name of TIMEOUTS) {
    const timeoutMs = attributes[name] ?? 0;
    if (!(timeoutMs >= 0)) return `activity "${activityId}" has ${name} ${timeoutMs}: it must be 0 (none) or more`;
  }
  if (!attributes.startToCloseTimeoutMs && !attributes.scheduleToCloseTimeoutMs) {
    return `activity "${activityId}" (${activityType}) has no time limit: set startToCloseTimeout or scheduleToCloseTimeout`;
  }
  const policy = retryPolicy && policyProblem(retryPolicy);
  return policy && `activity "${activityId}": ${policy}`;
}

const TIMEOUTS = [
  'scheduleToCloseTimeoutMs',
  'scheduleToStartTimeoutMs',
  'startToCloseTimeoutMs',
  'heartbeatTimeoutMs',
] as const;
type Timeouts = { readonly [K in (typeof TIMEOUTS)[number]]?: number | undefined };

/** Every timeout that was left out follows from the others, and none is longer than what holds it. */
function filledTimeouts({ run }: Answering, asked: Timeouts): Required<Timeouts> {
  const limit = run.birth.runTimeoutMs || Number.POSITIVE_INFINITY;
  const toClose = Math.min(asked.scheduleToCloseTimeoutMs || Number.POSITIVE_INFINITY, limit);
  const startToClose = Math.min(asked.startToCloseTimeoutMs || Number.POSITIVE_INFINITY, toClose);
  const toStart = Math.min(asked.scheduleToStartTimeoutMs || Number.POSITIVE_INFINITY, toClose);
  return {
    scheduleToCloseTimeoutMs: finite(toClose),
    scheduleToStartTimeoutMs: finite(toStart),
    startToCloseTimeoutMs: finite(startToClose),
    heartbeatTimeoutMs: Math.min(asked.heartbeatTimeoutMs ?? 0, startToClose),
  };
}

function finite(timeoutMs: number): number {
  return Number.isFinite(timeoutMs) ? timeoutMs : 0;
}

/**
 * Asks to cancel. An attempt that runs learns of it with its next heartbeat; one that does not run is canceled at once. An
 * activity whose end is buffered already keeps that end.
 */
export function requestCancelActivity(
  answering: Answering,
  { attributes: { scheduledEventId } }: CommandOf<'RequestCancelActivityTask'>,
): CommandOutcome {
  const { run, completedEventId } = answering;
  const requested: Fact = {
    type: 'ActivityTaskCancelRequested',
    attributes: { scheduledEventId, workflowTaskCompletedEventId: completedEventId },
  };
  const activity = run.activities.get(scheduledEventId);
  if (!activity) return cancelUnknown(answering, scheduledEventId, requested);
  if (activity.cancelRequestedEventId !== undefined || answering.cancelRequestedHere.has(scheduledEventId))
    return { facts: [] };
  answering.cancelRequestedHere.add(scheduledEventId);
  if (activity.state === 'started') return { facts: [requested] };
  answering.activities.delete(activity.activityId);
  const asked = { ...activity, cancelRequestedEventId: answering.nextEventId };
  return { facts: [requested, canceledEvent(asked, 0, { details: NOT_STARTED })], wakes: true };
}

/** The activity is not pending: it was scheduled a command ago, or its end is buffered, or there never was one. */
function cancelUnknown(answering: Answering, scheduledEventId: number, requested: Fact): CommandOutcome {
  if (answering.scheduledHere.has(scheduledEventId)) return cancelJustScheduled(answering, scheduledEventId, requested);
  if (
    answering.run.buffered.some(
      ({ event }) => 'scheduledEventId' in event.attributes && event.attributes.scheduledEventId === scheduledEventId,
    )
  ) {
    return { facts: [] };
  }
  return badCommand(
    'BAD_REQUEST_CANCEL_ACTIVITY_ATTRIBUTES',
    `no activity is pending for event ${scheduledEventId}: only a scheduled activity can be canceled`,
  );
}

function cancelJustScheduled(answering: Answering, scheduledEventId: number, requested: Fact): Accepted {
  if (answering.cancelRequestedHere.has(scheduledEventId)) return { facts: [] };
  answering.cancelRequestedHere.add(scheduledEventId);
  for (const [activityId, id] of answering.activities)
    if (id === scheduledEventId) answering.activities.delete(activityId);
  const canceled: Fact = {
    type: 'ActivityTaskCanceled',
    attributes: {
      scheduledEventId,
      startedEventId: 0,
      latestCancelRequestedEventId: answering.nextEventId,
      details: NOT_STARTED,
    },
  };
  return { facts: [requested, canceled], wakes: true };
}

const NOT_STARTED = [
  {
    metadata: { encoding: new TextEncoder().encode('json/plain') },
    data: new TextEncoder().encode('"ACTIVITY_ID_NOT_STARTED"'),
  },
];
