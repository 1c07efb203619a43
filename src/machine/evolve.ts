// Folds facts into a run. The only code that changes one, and exhaustive by type: an event or mark that nobody folds does not
// compile. Events are folded when they happen, also those that are buffered; what needs an event's id is never buffered.

import type { EventOf, EventType, HistoryEvent } from '../api/event.ts';
import { assert } from '../base/assert.ts';
import { evolveActivity } from './activity-evolve.ts';
import type { Mark, MarkType, Millis } from './fact.ts';
import { change, type Run } from './run.ts';
import { evolveTimer } from './timer.ts';
import { evolveWorkflow } from './workflow-evolve.ts';
import { evolveWorkflowTask } from './workflow-task-evolve.ts';

export type EventEvolvers<T extends EventType> = { readonly [K in T]: (run: Run, event: EventOf<K>) => void };
export type MarkEvolvers<T extends MarkType> = {
  readonly [K in T]: (run: Run, mark: Extract<Mark, { type: K }>, nowMs: Millis) => void;
};

/** The event types that this version writes. The others have their tables in api/ and their place here when they come. */
export type WrittenEventType =
  | 'WorkflowExecutionStarted'
  | 'WorkflowExecutionCompleted'
  | 'WorkflowExecutionFailed'
  | 'WorkflowExecutionTimedOut'
  | 'WorkflowExecutionSignaled'
  | 'WorkflowExecutionCancelRequested'
  | 'WorkflowExecutionCanceled'
  | 'WorkflowExecutionTerminated'
  | 'WorkflowExecutionContinuedAsNew'
  | 'WorkflowTaskScheduled'
  | 'WorkflowTaskStarted'
  | 'WorkflowTaskCompleted'
  | 'WorkflowTaskTimedOut'
  | 'WorkflowTaskFailed'
  | 'ActivityTaskScheduled'
  | 'ActivityTaskStarted'
  | 'ActivityTaskCompleted'
  | 'ActivityTaskFailed'
  | 'ActivityTaskTimedOut'
  | 'ActivityTaskCancelRequested'
  | 'ActivityTaskCanceled'
  | 'TimerStarted'
  | 'TimerFired'
  | 'TimerCanceled';

const events: EventEvolvers<WrittenEventType> = {
  ...evolveWorkflow.events,
  ...evolveWorkflowTask.events,
  ...evolveActivity.events,
  ...evolveTimer,
};

const marks: MarkEvolvers<Exclude<MarkType, 'BufferFlushed'>> = {
  ...evolveWorkflow.marks,
  ...evolveWorkflowTask.marks,
  ...evolveActivity.marks,
  RequestSeen: (run, { requestId, of }) => {
    run.requestIds.set(requestId, of);
    // The one that started the run stands in its row.
    if (of === 'signal') change(run, 'request', requestId);
  },
};

export function evolveEvent(run: Run, event: HistoryEvent): void {
  const evolve = (events as Partial<Record<EventType, (run: Run, event: HistoryEvent) => void>>)[event.type];
  assert(evolve, `an event of type ${event.type} cannot be folded`);
  evolve(run, event);
}

export function evolveMark(run: Run, mark: Exclude<Mark, { type: 'BufferFlushed' }>, nowMs: Millis): void {
  const evolve = marks[mark.type] as (run: Run, mark: Mark, nowMs: Millis) => void;
  evolve(run, mark, nowMs);
}
