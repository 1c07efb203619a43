// What the events of the workflow itself leave in the run.

import type { RunStatus } from '../api/run-key.ts';
import { assert } from '../base/assert.ts';
import type { EventEvolvers } from './evolve.ts';
import { change, type Run } from './run.ts';

type Events =
  | 'WorkflowExecutionStarted'
  | 'WorkflowExecutionCompleted'
  | 'WorkflowExecutionFailed'
  | 'WorkflowExecutionTimedOut'
  | 'WorkflowExecutionSignaled'
  | 'WorkflowExecutionCancelRequested'
  | 'WorkflowExecutionCanceled'
  | 'WorkflowExecutionTerminated'
  | 'WorkflowExecutionContinuedAsNew';

const events: EventEvolvers<Events> = {
  // The run was begun from this event (run.ts); there is nothing left to fold.
  WorkflowExecutionStarted: () => {},
  WorkflowExecutionCompleted: (run, event) => close(run, 'COMPLETED', event.eventTimeMs),
  WorkflowExecutionFailed: (run, event) => close(run, 'FAILED', event.eventTimeMs),
  WorkflowExecutionTimedOut: (run, event) => close(run, 'TIMED_OUT', event.eventTimeMs),
  WorkflowExecutionCanceled: (run, event) => close(run, 'CANCELED', event.eventTimeMs),
  WorkflowExecutionTerminated: (run, event) => close(run, 'TERMINATED', event.eventTimeMs),
  WorkflowExecutionContinuedAsNew: (run, event) => close(run, 'CONTINUED_AS_NEW', event.eventTimeMs),
  WorkflowExecutionSignaled: (run) => {
    run.signalCount += 1;
  },
  WorkflowExecutionCancelRequested: (run) => {
    run.cancelRequested = true;
  },
};

export const evolveWorkflow = { events, marks: {} };

/** A closed run waits for nothing: what was pending is forgotten, and late answers find nothing. */
function close(run: Run, status: RunStatus, closeTimeMs: number): void {
  assert(run.status === 'RUNNING', `a run in status ${run.status} cannot close again`);
  assert(run.buffered.length === 0, 'a run closes with events still buffered');
  run.status = status;
  run.closeTimeMs = closeTimeMs;
  run.firstTask = undefined;
  run.task = undefined;
  run.taskFailure = undefined;
  run.sticky = undefined;
  for (const id of run.activities.keys()) change(run, 'activity', id);
  for (const id of run.timers.keys()) change(run, 'timer', id);
  run.activities.clear();
  run.scheduledAttributes.clear();
  run.timers.clear();
}
