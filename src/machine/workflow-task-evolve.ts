// What the events and marks of workflow tasks leave in the run (workflow-task.ts draws their life).

import { assert } from '../base/assert.ts';
import type { EventEvolvers, MarkEvolvers } from './evolve.ts';
import type { Run, WorkflowTask } from './run.ts';

type Events =
  | 'WorkflowTaskScheduled'
  | 'WorkflowTaskStarted'
  | 'WorkflowTaskCompleted'
  | 'WorkflowTaskTimedOut'
  | 'WorkflowTaskFailed';
type Marks =
  | 'StickySet'
  | 'StickyCleared'
  | 'TransientTaskScheduled'
  | 'TransientTaskStarted'
  | 'TaskAttended'
  | 'TaskFailureNoted';

const events: EventEvolvers<Events> = {
  WorkflowTaskScheduled: (run, { eventId, eventTimeMs, attributes }) => {
    run.firstTask = undefined;
    run.task = {
      scheduledEventId: eventId,
      scheduledTimeMs: eventTimeMs,
      originalScheduledTimeMs: eventTimeMs,
      attempt: attributes.attempt,
      timeoutMs: attributes.startToCloseTimeoutMs ?? 0,
      transient: false,
      notBeforeMs: 0,
    };
    run.readied.push({ kind: 'workflow', scheduledEventId: eventId, attempt: attributes.attempt });
  },
  WorkflowTaskStarted: (run, { eventId, eventTimeMs, attributes }) => {
    const { identity = '' } = attributes;
    // Its request id stands in the event and is not asked for again; a transient task has no event, and keeps it.
    run.task = { ...pending(run), started: { eventId, timeMs: eventTimeMs, identity, requestId: '' } };
  },
  WorkflowTaskCompleted: (run, { attributes }) => {
    run.previousStartedEventId = attributes.startedEventId;
    run.task = undefined;
    run.taskFailure = undefined;
  },
  WorkflowTaskTimedOut: (run) => {
    run.task = undefined;
  },
  WorkflowTaskFailed: (run) => {
    run.task = undefined;
  },
};

const marks: MarkEvolvers<Marks> = {
  StickySet: (run, { queue, scheduleToStartTimeoutMs }) => {
    run.sticky = { queue, scheduleToStartTimeoutMs };
  },
  StickyCleared: (run) => {
    run.sticky = undefined;
  },
  // The id is the one that its event would get. Should history grow before it starts, it becomes a normal task then.
  TransientTaskScheduled: (run, { attempt, notBeforeMs, originalScheduledTimeMs, processId }, nowMs) => {
    const scheduledEventId = run.nextEventId;
    run.task = {
      scheduledEventId,
      scheduledTimeMs: nowMs,
      originalScheduledTimeMs,
      attempt,
      timeoutMs: transientTimeoutMs(run, attempt),
      transient: true,
      notBeforeMs,
      processId,
    };
    if (notBeforeMs <= nowMs) run.readied.push({ kind: 'workflow', scheduledEventId, attempt });
  },
  TransientTaskStarted: (run, { identity, requestId, processId }, nowMs) => {
    const task = pending(run);
    const started = { eventId: task.scheduledEventId + 1, timeMs: nowMs, identity, requestId, processId };
    run.task = { ...task, started };
  },
  TaskAttended: (run, { processId }) => {
    assert(run.task?.started, 'a task that was not started is attended by nobody');
    run.task = { ...run.task, started: { ...run.task.started, processId } };
  },
  TaskFailureNoted: (run, { cause, failure }, nowMs) => {
    run.taskFailure = { cause, failure, timeMs: nowMs };
  },
};

export const evolveWorkflowTask = { events, marks };

function pending(run: Run): WorkflowTask {
  assert(run.task, 'there is no workflow task to start');
  assert(!run.task.started, 'the workflow task was started already');
  return run.task;
}

const LONGEST_EXTRA_TIME_MS = 600_000;

/** From the fourth attempt on a task gets more and more time: it may be failing for want of it. */
function transientTimeoutMs({ birth }: Run, attempt: number): number {
  return attempt <= 3
    ? birth.taskTimeoutMs
    : birth.taskTimeoutMs + Math.min(5_000 * 2 ** (attempt - 3), LONGEST_EXTRA_TIME_MS);
}
