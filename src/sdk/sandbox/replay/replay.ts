// A history, walked from one workflow task to the next. The code is run through each task that was completed, its commands are
// compared with the events that followed, and the last task, if it is the one to be answered, is where the code runs ahead.

import type { EventOf, HistoryEvent } from '../../../api/event.ts';
import type { RunStart } from '../../workflow/contract.ts';
import { explained, failureOf, TaskFailed } from '../explain.ts';
import { activate, type Sandbox } from './activate.ts';
import { type CachedRun, newCachedRun } from './cached-run.ts';
import { readEvent } from './read-event.ts';

export interface RunIdentity {
  readonly namespace: string;
  readonly workflowId: string;
  readonly runId: string;
}

/** Evaluates the code for a run whose history begins with this event. */
export function beginRun(sandbox: Sandbox, identity: RunIdentity, first: HistoryEvent | undefined): CachedRun {
  if (first?.type !== 'WorkflowExecutionStarted') {
    const found = first ? `event ${first.eventId} ${first.type}` : 'nothing';
    throw unreadable(`a history begins with WorkflowExecutionStarted, and this one with ${found}`);
  }
  const { eventTimeMs, attributes: started } = first;
  const start: RunStart = { ...identity, startTimeMs: eventTimeMs, started };
  const seed = started.originalExecutionRunId || identity.runId;
  sandbox.beat.begin();
  try {
    const instance = sandbox.context.evaluate(start, seed);
    sandbox.context.machine.begin(instance.run, instance.workflows);
    return newCachedRun(identity.runId, started.workflowType, instance);
  } catch (error) {
    throw loadFailed(sandbox, error);
  } finally {
    sandbox.beat.end();
  }
}

/**
 * Feeds the events to the run. The task that `liveEventId` started is the one to be answered; 0 when there is none and history is
 * replayed only to be looked at. Throws TaskFailed or Nondeterminism.
 */
export function replay(sandbox: Sandbox, run: CachedRun, events: readonly HistoryEvent[], liveEventId: number): void {
  for (let at = 0; at < events.length; at += 1) {
    const event = events[at] as HistoryEvent;
    if (event.eventId !== run.lastEventId + 1) {
      throw unreadable(`event ${event.eventId} follows event ${run.lastEventId} in the history of this task`);
    }
    readEvent(run, event);
    if (event.type === 'WorkflowTaskStarted') startTask(sandbox, run, event, events[at + 1], liveEventId);
    run.lastEventId = event.eventId;
  }
}

/** A task that failed or timed out left no trace in the workflow: what it would have seen, the next one sees. */
function startTask(
  sandbox: Sandbox,
  run: CachedRun,
  event: EventOf<'WorkflowTaskStarted'>,
  next: HistoryEvent | undefined,
  liveEventId: number,
): void {
  if (next?.type === 'WorkflowTaskCompleted') activate(sandbox, run, event, true);
  else if (next === undefined && event.eventId === liveEventId) activate(sandbox, run, event, false);
}

function loadFailed({ tracer }: Sandbox, error: unknown): TaskFailed {
  const { name, message, stack } = error as Error;
  const failure = failureOf(message ?? String(error), name ?? 'Error', stack);
  return new TaskFailed('WORKFLOW_WORKER_UNHANDLED_FAILURE', explained(failure, tracer));
}

function unreadable(message: string): TaskFailed {
  return new TaskFailed('WORKFLOW_WORKER_UNHANDLED_FAILURE', failureOf(message, 'UnreadableHistory'));
}
