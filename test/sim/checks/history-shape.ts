// The legal orders of a history, as a machine that reads it event by event (protocol: docs.temporal.io/references/events):
//
//   workflow task   none --Scheduled--> scheduled --Started--> started --Completed, Failed, TimedOut--> none
//   activity        Scheduled, then Started only when it ends, and one end
//   timer           Started, then Fired or Canceled
//
// Nothing stands between a workflow task's start and its end; its commands' events stand right behind its completion, then what was
// buffered, ends of activities last; the run's end is the last event.

import type { EventOf, EventType, HistoryEvent } from '../../../src/api/event.ts';

const CLOSINGS: ReadonlySet<EventType> = new Set<EventType>([
  'WorkflowExecutionCompleted',
  'WorkflowExecutionFailed',
  'WorkflowExecutionTimedOut',
  'WorkflowExecutionCanceled',
  'WorkflowExecutionTerminated',
  'WorkflowExecutionContinuedAsNew',
]);

const ACTIVITY_ENDS: ReadonlySet<EventType> = new Set<EventType>([
  'ActivityTaskCompleted',
  'ActivityTaskFailed',
  'ActivityTaskTimedOut',
  'ActivityTaskCanceled',
]);

interface Reading {
  readonly problems: string[];
  task:
    | { readonly state: 'none' }
    | { readonly state: 'scheduled'; readonly scheduledId: number }
    | { readonly state: 'started'; readonly scheduledId: number; readonly startedId: number };
  /** The completion whose commands' events may still follow. */
  completedId: number | undefined;
  closed: boolean;
  readonly activities: Map<number, { id: string; startedId: number; ended: boolean; cancelRequested: boolean }>;
  readonly timers: Map<number, { id: string; ended: boolean }>;
  readonly requestIds: Set<string>;
  previous: HistoryEvent | undefined;
}

export function shapeProblems(events: readonly HistoryEvent[]): string[] {
  const reading: Reading = {
    problems: [],
    task: { state: 'none' },
    completedId: undefined,
    closed: false,
    activities: new Map(),
    timers: new Map(),
    requestIds: new Set(),
    previous: undefined,
  };
  events.forEach((event, index) => {
    if (event.eventId !== index + 1) accuse(reading, event, `has the place of event ${index + 1}`);
    if ((event.type === 'WorkflowExecutionStarted') !== (index === 0)) accuse(reading, event, 'is at a wrong place');
    if (reading.closed) accuse(reading, event, 'follows the end of the run');
    if (reading.task.state === 'started' && !endsTask(event))
      accuse(reading, event, 'comes while a workflow task is started');
    readCommandEvent(reading, event);
    (READERS[event.type] as Reader<EventType> | undefined)?.(reading, event as never);
    if (CLOSINGS.has(event.type)) reading.closed = true;
    reading.previous = event;
  });
  for (const [scheduledId, { startedId, ended }] of reading.activities)
    if (startedId > 0 && !ended) reading.problems.push(`activity ${scheduledId} has a start and no end`);
  return reading.problems;
}

function accuse({ problems }: Reading, { eventId, type }: HistoryEvent, what: string): void {
  problems.push(`event ${eventId} ${type} ${what}`);
}

function endsTask({ type }: HistoryEvent): boolean {
  return type === 'WorkflowTaskCompleted' || type === 'WorkflowTaskFailed' || type === 'WorkflowTaskTimedOut';
}

/** Events of commands name their completion and follow on it; with the first other event that is over. */
function readCommandEvent(reading: Reading, event: HistoryEvent): void {
  if ('workflowTaskCompletedEventId' in event.attributes) {
    const { workflowTaskCompletedEventId: id } = event.attributes;
    if (id !== reading.completedId) accuse(reading, event, `is of completion ${id}, and does not follow on it`);
    return;
  }
  // An activity that was not started is canceled by the very command that asks for it.
  const isCanceledByCommand = event.type === 'ActivityTaskCanceled' && event.attributes.startedEventId === 0;
  if (!isCanceledByCommand) reading.completedId = undefined;
}

type Reader<T extends EventType> = (reading: Reading, event: EventOf<T>) => void;

const endTask: Reader<'WorkflowTaskCompleted' | 'WorkflowTaskFailed'> = (reading, event) => {
  const { task } = reading;
  const { scheduledEventId, startedEventId } = event.attributes;
  if (task.state !== 'started' || task.scheduledId !== scheduledEventId || task.startedId !== startedEventId)
    accuse(reading, event, `ends task ${scheduledEventId}/${startedEventId}, and ${JSON.stringify(task)} is pending`);
  reading.task = { state: 'none' };
};

const READERS: { readonly [T in EventType]?: Reader<T> } = {
  WorkflowTaskScheduled: (reading, event) => {
    if (reading.task.state !== 'none') accuse(reading, event, 'schedules a second task');
    reading.task = { state: 'scheduled', scheduledId: event.eventId };
  },
  WorkflowTaskStarted: (reading, event) => {
    const { task } = reading;
    const { scheduledEventId } = event.attributes;
    if (task.state !== 'scheduled' || task.scheduledId !== scheduledEventId) accuse(reading, event, 'starts no task');
    reading.task = { state: 'started', scheduledId: scheduledEventId, startedId: event.eventId };
  },
  WorkflowTaskCompleted: (reading, event) => {
    endTask(reading, event);
    reading.completedId = event.eventId;
  },
  WorkflowTaskFailed: endTask as Reader<'WorkflowTaskFailed'>,
  WorkflowTaskTimedOut: (reading, event) => {
    const { task } = reading;
    const { scheduledEventId, startedEventId } = event.attributes;
    const matches =
      startedEventId === 0
        ? task.state === 'scheduled' && task.scheduledId === scheduledEventId
        : task.state === 'started' && task.startedId === startedEventId;
    if (!matches) accuse(reading, event, 'ends no task');
    reading.task = { state: 'none' };
  },
  ActivityTaskScheduled: (reading, { eventId, attributes }) => {
    reading.activities.set(eventId, { id: attributes.activityId, startedId: 0, ended: false, cancelRequested: false });
  },
  ActivityTaskCancelRequested: (reading, event) => {
    const activity = pendingActivity(reading, event, event.attributes.scheduledEventId);
    if (activity?.cancelRequested) accuse(reading, event, 'asks a second time');
    if (activity) activity.cancelRequested = true;
  },
  ActivityTaskStarted: (reading, event) => {
    const activity = pendingActivity(reading, event, event.attributes.scheduledEventId);
    if (activity && activity.startedId > 0) accuse(reading, event, 'starts an activity a second time');
    if (activity) activity.startedId = event.eventId;
  },
  ActivityTaskCompleted: (reading, event) => endActivity(reading, event),
  ActivityTaskFailed: (reading, event) => endActivity(reading, event),
  ActivityTaskTimedOut: (reading, event) => endActivity(reading, event),
  ActivityTaskCanceled: (reading, event) => {
    const activity = reading.activities.get(event.attributes.scheduledEventId);
    if (activity && !activity.cancelRequested) accuse(reading, event, 'was not asked for');
    endActivity(reading, event);
  },
  TimerStarted: (reading, { eventId, attributes }) => {
    reading.timers.set(eventId, { id: attributes.timerId, ended: false });
  },
  TimerFired: (reading, event) => void endTimer(reading, event),
  TimerCanceled: (reading, event) => void endTimer(reading, event),
  WorkflowExecutionSignaled: (reading, event) => {
    const { requestId } = event.attributes;
    if (requestId && reading.requestIds.has(requestId)) accuse(reading, event, `repeats request ${requestId}`);
    if (requestId) reading.requestIds.add(requestId);
  },
};

function pendingActivity(reading: Reading, event: HistoryEvent, scheduledId: number) {
  const activity = reading.activities.get(scheduledId);
  if (!activity || activity.ended) accuse(reading, event, `is of activity ${scheduledId}, which is not pending`);
  return activity;
}

type ActivityEnd = EventOf<
  'ActivityTaskCompleted' | 'ActivityTaskFailed' | 'ActivityTaskTimedOut' | 'ActivityTaskCanceled'
>;

function endActivity(reading: Reading, event: ActivityEnd): void {
  const { scheduledEventId, startedEventId } = event.attributes;
  const activity = pendingActivity(reading, event, scheduledEventId);
  if (!activity) return;
  if (activity.startedId !== startedEventId)
    accuse(reading, event, `says it was started by event ${startedEventId}, and it was by ${activity.startedId}`);
  activity.ended = true;
}

function endTimer(reading: Reading, event: EventOf<'TimerFired'> | EventOf<'TimerCanceled'>) {
  const timer = reading.timers.get(event.attributes.startedEventId);
  if (!timer || timer.ended || timer.id !== event.attributes.timerId)
    accuse(reading, event, 'ends a timer that is not pending');
  if (timer) timer.ended = true;
  return timer;
}

export function isClosing({ type }: HistoryEvent): boolean {
  return CLOSINGS.has(type);
}

export function isActivityEnd({ type }: HistoryEvent): boolean {
  return ACTIVITY_ENDS.has(type);
}
