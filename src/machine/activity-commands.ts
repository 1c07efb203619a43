// What a workflow's commands do to its activities (activity.ts draws their life).

import type { CommandOf } from '../api/command.ts';
import type { NewEvent } from '../api/event.ts';
import { type Answering, badCommand, type CommandOutcome } from './answering.ts';
import { idProblem } from './id-limit.ts';
import { filledPolicy, policyProblem } from './retry.ts';
import type { ReadonlyRun } from './run.ts';

/** Temporal's limit. The more are pending, the more is kept in memory for the run. */
const MOST_ACTIVITIES = 2000;

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
  if (answering.activities.size >= MOST_ACTIVITIES) {
    return badCommand(
      'PENDING_ACTIVITIES_LIMIT_EXCEEDED',
      `${MOST_ACTIVITIES} activities are pending, which is all that one run takes: wait for some before scheduling more`,
    );
  }
  answering.activities.set(activityId, answering.nextEventId);
  answering.scheduledHere.add(answering.nextEventId);
  const fact: NewEvent = {
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
  const tooLong = idProblem({ activityId, activityType, taskQueue: attributes.taskQueue.name });
  if (tooLong) return tooLong;
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
 * Asks to cancel. An attempt that runs learns of it with its next heartbeat; an activity that does not run is canceled at once;
 * one that has ended without the workflow knowing keeps its end. The request is in history in any case, so that a replay finds
 * there what the workflow's code asked for.
 */
export function requestCancelActivity(
  answering: Answering,
  { attributes: { scheduledEventId } }: CommandOf<'RequestCancelActivityTask'>,
): CommandOutcome {
  const { run, scheduledHere, canceledHere } = answering;
  const activity = run.activities.get(scheduledEventId);
  if (!activity && !scheduledHere.has(scheduledEventId) && !endedUnseen(run, scheduledEventId)) {
    return badCommand(
      'BAD_REQUEST_CANCEL_ACTIVITY_ATTRIBUTES',
      `no activity is pending for event ${scheduledEventId}: only a scheduled activity can be canceled`,
    );
  }
  const requested: NewEvent = {
    type: 'ActivityTaskCancelRequested',
    attributes: { scheduledEventId, workflowTaskCompletedEventId: answering.completedEventId },
  };
  const idle = activity ? activity.state !== 'started' : scheduledHere.has(scheduledEventId);
  if (!idle || canceledHere.has(scheduledEventId)) return { facts: [requested] };
  canceledHere.add(scheduledEventId);
  forget(answering, scheduledEventId);
  return { facts: [requested], news: [canceledUnstarted(scheduledEventId, answering.nextEventId)] };
}

function endedUnseen(run: ReadonlyRun, scheduledEventId: number): boolean {
  return run.buffered.some(
    ({ event }) => 'scheduledEventId' in event.attributes && event.attributes.scheduledEventId === scheduledEventId,
  );
}

/** Its id may be given to another activity. */
function forget({ activities }: Answering, scheduledEventId: number): void {
  for (const [activityId, id] of activities) if (id === scheduledEventId) activities.delete(activityId);
}

function canceledUnstarted(scheduledEventId: number, latestCancelRequestedEventId: number): NewEvent {
  return {
    type: 'ActivityTaskCanceled',
    attributes: { scheduledEventId, startedEventId: 0, latestCancelRequestedEventId, details: NOT_STARTED },
  };
}

const NOT_STARTED = [
  {
    metadata: { encoding: new TextEncoder().encode('json/plain') },
    data: new TextEncoder().encode('"ACTIVITY_ID_NOT_STARTED"'),
  },
];
