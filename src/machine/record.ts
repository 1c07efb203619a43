// Writes a decision down: gives its events their ids, encodes them once, and folds every fact into the run. While a workflow task
// is started, events that do not come from its own completion are buffered: they have happened, but get no id yet. They take
// their places behind the events of the completion, closings of activities last, so that a workflow never sees an event among
// its own commands' events that it did not know of when it made them.

import { type EventType, encodeEvent, type HistoryEvent, type NewEvent } from '../api/event.ts';
import { assert } from '../base/assert.ts';
import { STARTED_WITH_CLOSING } from './activity.ts';
import { evolveEvent, evolveMark } from './evolve.ts';
import type { Fact, Millis } from './fact.ts';
import { type BufferedEvent, change, type Run, unplaced } from './run.ts';

/** Encoded events, in order, with the id of the first. */
export interface Written {
  readonly firstEventId: number;
  readonly events: readonly Uint8Array[];
}

/** Events that come from a worker's own completion, or end the run: they never wait. */
const NEVER_BUFFERED: ReadonlySet<EventType> = new Set<EventType>([
  'WorkflowExecutionStarted',
  'WorkflowExecutionCompleted',
  'WorkflowExecutionFailed',
  'WorkflowExecutionTimedOut',
  'WorkflowExecutionCanceled',
  'WorkflowExecutionTerminated',
  'WorkflowExecutionContinuedAsNew',
  'WorkflowTaskScheduled',
  'WorkflowTaskStarted',
  'WorkflowTaskCompleted',
  'WorkflowTaskTimedOut',
  'WorkflowTaskFailed',
  'ActivityTaskScheduled',
  'ActivityTaskCancelRequested',
  'TimerStarted',
  'TimerCanceled',
]);

const ACTIVITY_CLOSINGS: ReadonlySet<EventType> = new Set<EventType>([
  'ActivityTaskCompleted',
  'ActivityTaskFailed',
  'ActivityTaskTimedOut',
  'ActivityTaskCanceled',
]);

export function record(run: Run, facts: readonly Fact[], nowMs: Millis): Written {
  const firstEventId = run.nextEventId;
  const writer = new HistoryWriter(run, nowMs);
  for (const fact of facts) {
    if (fact.type === 'BufferFlushed') writer.flush();
    else if ('attributes' in fact) writer.event(fact);
    else evolveMark(run, fact, nowMs);
  }
  return { firstEventId, events: writer.events };
}

class HistoryWriter {
  readonly events: Uint8Array[] = [];
  readonly #run: Run;
  readonly #nowMs: Millis;
  /** Ids that ActivityTaskStarted events got here, for the closing events that follow them. */
  readonly #startedIds = new Map<number, number>();

  constructor(run: Run, nowMs: Millis) {
    this.#run = run;
    this.#nowMs = nowMs;
  }

  event(fact: NewEvent): void {
    const timeMs = fact.eventTimeMs ?? this.#nowMs;
    if (this.#run.task?.started && !NEVER_BUFFERED.has(fact.type)) this.#buffer(fact, timeMs);
    else evolveEvent(this.#run, this.#append(fact, timeMs));
  }

  #buffer({ eventTimeMs: _, ...event }: NewEvent, timeMs: Millis): void {
    const run = this.#run;
    run.buffered.push({ event, timeMs });
    change(run, 'buffered', run.buffered.length - 1);
    evolveEvent(run, unplaced({ event, timeMs }));
  }

  /** They were folded into the run when they happened; now they get their ids. */
  flush(): void {
    const { buffered } = this.#run;
    buffered.forEach((_, index) => {
      change(this.#run, 'buffered', index);
    });
    const isClosing = ({ event }: BufferedEvent) => ACTIVITY_CLOSINGS.has(event.type);
    const inOrder = [...buffered.filter((one) => !isClosing(one)), ...buffered.filter(isClosing)];
    buffered.length = 0;
    for (const { event, timeMs } of inOrder) this.#append(event, timeMs);
  }

  #append(fact: NewEvent, eventTimeMs: Millis): HistoryEvent {
    const run = this.#run;
    const eventId = run.nextEventId;
    const event = this.#withStartedId({ ...fact, eventId, eventTimeMs } as HistoryEvent);
    if (event.type === 'TimerCanceled') forgetFired(run, event.attributes.startedEventId);
    const encoded = encodeEvent(event);
    this.events.push(encoded);
    run.nextEventId += 1;
    run.historySizeBytes += encoded.length;
    return event;
  }

  #withStartedId(event: HistoryEvent): HistoryEvent {
    if (event.type === 'ActivityTaskStarted') {
      this.#startedIds.set(event.attributes.scheduledEventId, event.eventId);
    } else if ('startedEventId' in event.attributes && event.attributes.startedEventId === STARTED_WITH_CLOSING) {
      const { scheduledEventId } = event.attributes as { scheduledEventId: number };
      const startedEventId = this.#startedIds.get(scheduledEventId);
      assert(startedEventId, `activity ${scheduledEventId} closes without having been started`);
      return { ...event, attributes: { ...event.attributes, startedEventId } } as HistoryEvent;
    }
    return event;
  }
}

/** A timer that is canceled by the task during which it fired has never fired: its event, still buffered, goes. */
function forgetFired(run: Run, startedEventId: number): void {
  const index = run.buffered.findIndex(
    ({ event }) => event.type === 'TimerFired' && event.attributes.startedEventId === startedEventId,
  );
  if (index < 0) return;
  run.buffered.forEach((_, at) => {
    change(run, 'buffered', at);
  });
  run.buffered.splice(index, 1);
}
