// Where buffered events stand, and when things happened. While a workflow task is started, what happens waits; it takes its place
// behind the events of the commands, ends of activities behind all the rest, and keeps the time at which it happened.

import type { EventType, HistoryEvent } from '../../../src/api/event.ts';
import { isActivityEnd, isClosing } from './history-shape.ts';

/** Events that may have happened earlier than what stands before them. */
const MAY_HAVE_WAITED: ReadonlySet<EventType> = new Set<EventType>([
  'WorkflowExecutionSignaled',
  'WorkflowExecutionCancelRequested',
  'ActivityTaskStarted',
  'ActivityTaskCompleted',
  'ActivityTaskFailed',
  'ActivityTaskTimedOut',
  'ActivityTaskCanceled',
  'TimerFired',
]);

export function orderProblems(events: readonly HistoryEvent[]): string[] {
  return blocks(events).flatMap(blockProblems);
}

export function timeProblems(events: readonly HistoryEvent[]): string[] {
  const problems: string[] = [];
  let lastMs = 0;
  const starts = new Map<number, number>();
  for (const event of events) {
    const { eventId, eventTimeMs, type } = event;
    if (type === 'WorkflowTaskStarted' || type === 'ActivityTaskScheduled') starts.set(eventId, eventTimeMs);
    if (type === 'ActivityTaskStarted' && eventTimeMs < (starts.get(event.attributes.scheduledEventId) ?? 0))
      problems.push(`event ${eventId} ${type} happened before what it follows from`);
    if (MAY_HAVE_WAITED.has(type)) continue;
    if (eventTimeMs < lastMs)
      problems.push(`event ${eventId} ${type} happened ${lastMs - eventTimeMs} ms before the event before it`);
    lastMs = eventTimeMs;
  }
  return problems;
}

interface Block {
  /** The end of the workflow task that it follows. */
  readonly after: HistoryEvent;
  readonly events: readonly HistoryEvent[];
}

/** What stands between the end of a workflow task, with the events of its commands, and the next task or the run's end. */
function blocks(events: readonly HistoryEvent[]): Block[] {
  const all: Block[] = [];
  let open: { after: HistoryEvent; events: HistoryEvent[] } | undefined;
  for (const event of events) {
    const { type } = event;
    if (type === 'WorkflowTaskCompleted' || type === 'WorkflowTaskFailed' || type === 'WorkflowTaskTimedOut') {
      open = { after: event, events: [] };
    } else if (open && (type === 'WorkflowTaskScheduled' || isClosing(event))) {
      all.push(open);
      open = undefined;
    } else if (open && !isOfCommand(event)) {
      open.events.push(event);
    }
  }
  return all;
}

function isOfCommand(event: HistoryEvent): boolean {
  const { attributes, type } = event;
  return (
    'workflowTaskCompletedEventId' in attributes ||
    (type === 'ActivityTaskCanceled' && event.attributes.startedEventId === 0)
  );
}

/**
 * A block that has waited was put in order; one that has not is one thing after another. Of the same millisecond nobody knows, and
 * behind a task that failed further attempts may have come and gone, of which history says nothing.
 */
function blockProblems({ after, events }: Block): string[] {
  const times = events.filter(({ type }) => type !== 'ActivityTaskStarted').map(({ eventTimeMs }) => eventTimeMs);
  const completed = after.type === 'WorkflowTaskCompleted';
  if (completed && times.every((timeMs) => timeMs > after.eventTimeMs)) return startedProblems(events);
  if (times.every((timeMs) => timeMs >= after.eventTimeMs)) return [];
  const firstEnd = events.findIndex(isActivityEnd);
  const late = firstEnd < 0 ? undefined : events.slice(firstEnd).find((event) => !isActivityEnd(event));
  return late ? [`event ${late.eventId} ${late.type} stands behind the end of an activity, in what was buffered`] : [];
}

/** What did not wait has the start of an activity right before its end. */
function startedProblems(events: readonly HistoryEvent[]): string[] {
  return events.flatMap((event, index) => {
    const next = events[index + 1];
    if (event.type !== 'ActivityTaskStarted') return [];
    const isPair =
      next &&
      isActivityEnd(next) &&
      'startedEventId' in next.attributes &&
      next.attributes.startedEventId === event.eventId;
    return isPair ? [] : [`event ${event.eventId} ActivityTaskStarted is not followed by the end of its activity`];
  });
}
