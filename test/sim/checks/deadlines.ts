// Time does nothing to a run before its time has come.

import type { EventOf, HistoryEvent } from '../../../src/api/event.ts';

/** An attempt or a workflow task ends earlier, as if by timeout, when the process that had it is dead. */
const PROCESS_ENDED = /the process that ran/;

export function earlyProblems(events: readonly HistoryEvent[]): string[] {
  const byId = new Map(events.map((event) => [event.eventId, event]));
  const firstTask = events.find(({ type }) => type === 'WorkflowTaskScheduled');
  const before = events.slice(0, firstTask ? firstTask.eventId - 1 : 0);
  return events.flatMap((event) => {
    const dueAtMs = event === firstTask ? firstTaskTime(before) : dueTime(event, byId, events[0]);
    if (dueAtMs === undefined || event.eventTimeMs >= dueAtMs) return [];
    return [`event ${event.eventId} ${event.type} comes ${dueAtMs - event.eventTimeMs} ms early`];
  });
}

/** A signal ends the delay of a start, but not the pause before a further run of a chain; a request to cancel ends both. */
function firstTaskTime(before: readonly HistoryEvent[]): number | undefined {
  const [first] = before;
  if (first?.type !== 'WorkflowExecutionStarted') return undefined;
  const { firstWorkflowTaskBackoffMs = 0, continuedExecutionRunId } = first.attributes;
  const ends = before.some(
    ({ type }) =>
      type === 'WorkflowExecutionCancelRequested' || (type === 'WorkflowExecutionSignaled' && !continuedExecutionRunId),
  );
  return ends ? undefined : first.eventTimeMs + firstWorkflowTaskBackoffMs;
}

/** The earliest time at which an event may happen that time makes happen. */
function dueTime(
  event: HistoryEvent,
  byId: ReadonlyMap<number, HistoryEvent>,
  first: HistoryEvent | undefined,
): number | undefined {
  switch (event.type) {
    case 'TimerFired': {
      const started = byId.get(event.attributes.startedEventId);
      if (started?.type !== 'TimerStarted') return undefined;
      return started.eventTimeMs + (started.attributes.startToFireTimeoutMs ?? 0);
    }
    case 'ActivityTaskTimedOut':
      return activityTimeout(event, byId);
    case 'WorkflowExecutionTimedOut':
      return first?.type === 'WorkflowExecutionStarted' ? runTimeout(first) : undefined;
    default:
      return undefined;
  }
}

function activityTimeout(
  { attributes }: EventOf<'ActivityTaskTimedOut'>,
  byId: ReadonlyMap<number, HistoryEvent>,
): number | undefined {
  const { failure, scheduledEventId, startedEventId } = attributes;
  const scheduled = byId.get(scheduledEventId);
  if (scheduled?.type !== 'ActivityTaskScheduled' || PROCESS_ENDED.test(JSON.stringify(failure))) return undefined;
  const {
    startToCloseTimeoutMs = 0,
    scheduleToCloseTimeoutMs = 0,
    scheduleToStartTimeoutMs = 0,
  } = scheduled.attributes;
  switch (failure?.timeoutFailureInfo?.timeoutType) {
    case 'START_TO_CLOSE':
      return (byId.get(startedEventId)?.eventTimeMs ?? 0) + startToCloseTimeoutMs;
    case 'SCHEDULE_TO_START':
      return scheduled.eventTimeMs + scheduleToStartTimeoutMs;
    case 'SCHEDULE_TO_CLOSE':
      return /Not enough time/.test(failure.message) ? undefined : scheduled.eventTimeMs + scheduleToCloseTimeoutMs;
    default:
      return undefined;
  }
}

function runTimeout({ eventTimeMs, attributes }: EventOf<'WorkflowExecutionStarted'>): number {
  const { firstWorkflowTaskBackoffMs = 0, workflowRunTimeoutMs = 0, workflowExecutionExpirationTimeMs } = attributes;
  const runEndsMs =
    workflowRunTimeoutMs > 0 ? eventTimeMs + firstWorkflowTaskBackoffMs + workflowRunTimeoutMs : Infinity;
  return Math.min(runEndsMs, workflowExecutionExpirationTimeMs ?? Infinity);
}
