// Workflow tasks: the workflow's code is to run, because something happened. At most one is pending.
//
//   none --wake--> scheduled --worker takes it--> started --completed--> none
//                    |   ^                          |
//                    |   `--- failed, timed out ----'
//                    `-- sticky worker did not take it in time: scheduled again, for any worker
//
// The first attempt has its events in history. Further attempts are transient: nothing is written until one completes, so a
// workflow that fails for a week leaves no trace of it. A failure while the run sticks to a worker is held against the worker: the
// next attempt, for any worker, counts as a first one. While a task is started, what happens to the run is buffered (record.ts).

import type { NewEventOf } from '../api/event.ts';
import type { WorkflowTaskFailedCause } from '../api/messages/enums.ts';
import type { Failure } from '../api/messages/failure.ts';
import { assert } from '../base/assert.ts';
import { type Decision, decided, type Fact, type Millis, type Moment, notFound, nothing, type Start } from './fact.ts';
import type { ReadonlyRun, StartedTask, WorkflowTask } from './run.ts';

/** What a worker shows to say which task it answers. */
export interface TaskClaim {
  readonly scheduledEventId: number;
  readonly startedEventId: number;
  readonly attempt: number;
}

export const TASK_NOT_FOUND = 'Workflow task not found.';

/** The facts that wake the workflow: none if a task is pending anyway, or if the run still waits for its first one. */
export function wake(run: ReadonlyRun): readonly Fact[] {
  return run.task || run.firstTask ? [] : [scheduled(run, 1)];
}

export function scheduled(run: ReadonlyRun, attempt: number): NewEventOf<'WorkflowTaskScheduled'> {
  const { taskQueue, taskTimeoutMs } = run.birth;
  return {
    type: 'WorkflowTaskScheduled',
    attributes: { taskQueue: { name: taskQueue, kind: 'NORMAL' }, startToCloseTimeoutMs: taskTimeoutMs, attempt },
  };
}

/**
 * A worker takes the task from the queue `queue`. The task may be gone by now, or another attempt may be pending: then there
 * is nothing to start.
 */
export function startWorkflowTask(
  run: ReadonlyRun,
  claim: { readonly scheduledEventId: number; readonly attempt: number; readonly queue: string; readonly start: Start },
  moment: Moment,
): Decision {
  const { task } = run;
  if (!task || !isTaskReady(task) || !isClaimed(task, claim)) return nothing;
  const leaves: Fact[] = run.sticky && run.sticky.queue !== claim.queue ? [{ type: 'StickyCleared' }] : [];
  return decided(...leaves, ...startFacts(run, task, claim.start, moment));
}

/** Whether a worker may take it now. */
export function isTaskReady({ started, notBeforeMs, scheduledTimeMs }: WorkflowTask): boolean {
  return !started && notBeforeMs <= scheduledTimeMs;
}

export function isClaimed(
  task: WorkflowTask,
  claim: { readonly scheduledEventId: number; readonly attempt: number },
): boolean {
  return task.scheduledEventId === claim.scheduledEventId && task.attempt === claim.attempt;
}

function startFacts(run: ReadonlyRun, task: WorkflowTask, start: Start, moment: Moment): Fact[] {
  const attended: Fact[] = start.processId ? [{ type: 'TaskAttended', processId: start.processId }] : [];
  if (!task.transient) return [startedEvent(run, task.scheduledEventId, start, moment), ...attended];
  if (hasGrown(run, task)) return [scheduled(run, 1), startedEvent(run, run.nextEventId, start, moment), ...attended];
  return [{ type: 'TransientTaskStarted', ...start }];
}

/** History grew while the transient task waited: the ids of its events are taken, and it becomes a normal first attempt. */
function hasGrown(run: ReadonlyRun, task: WorkflowTask): boolean {
  return run.nextEventId !== task.scheduledEventId;
}

function startedEvent(
  run: ReadonlyRun,
  scheduledEventId: number,
  { identity, requestId }: Start,
  { settings }: Moment,
): NewEventOf<'WorkflowTaskStarted'> {
  const tooMany = run.nextEventId > settings.suggestContinueAsNewEvents;
  const tooLarge = run.historySizeBytes >= settings.suggestContinueAsNewBytes;
  const reasons = [
    ...(tooLarge ? (['HISTORY_SIZE_TOO_LARGE'] as const) : []),
    ...(tooMany ? (['TOO_MANY_HISTORY_EVENTS'] as const) : []),
  ];
  return {
    type: 'WorkflowTaskStarted',
    attributes: {
      scheduledEventId,
      identity,
      requestId,
      historySizeBytes: run.historySizeBytes,
      ...(reasons.length > 0 ? { suggestContinueAsNew: true, suggestContinueAsNewReasons: reasons } : {}),
    },
  };
}

/** The two events that stand for a transient task: a suffix of the history that its worker sees, written when it completes. */
export function transientEvents(
  run: ReadonlyRun,
  task: WorkflowTask,
  moment: Moment,
): [NewEventOf<'WorkflowTaskScheduled'>, NewEventOf<'WorkflowTaskStarted'>] {
  const { started, scheduledEventId, scheduledTimeMs, attempt } = task;
  assert(started, 'a transient task that was not started has no events to show');
  return [
    { ...scheduled(run, attempt), eventTimeMs: scheduledTimeMs },
    { ...startedEvent(run, scheduledEventId, started, moment), eventTimeMs: started.timeMs },
  ];
}

export type StartedWorkflowTask = WorkflowTask & { readonly started: StartedTask };

export function isStarted(task: WorkflowTask | undefined): task is StartedWorkflowTask {
  return task?.started !== undefined;
}

/** The pending task that a worker's answer is for; undefined when it has been timed out, failed or answered meanwhile. */
export function claimedTask({ task }: ReadonlyRun, claim: TaskClaim): StartedWorkflowTask | undefined {
  if (!isStarted(task) || !isClaimed(task, claim)) return undefined;
  return task.started.eventId === claim.startedEventId ? task : undefined;
}

export interface TaskFailure {
  readonly cause: WorkflowTaskFailedCause;
  readonly failure?: Failure | undefined;
  readonly identity: string;
  readonly binaryChecksum?: string | undefined;
}

/** A worker says that it could not run the task. */
export function failWorkflowTask(run: ReadonlyRun, claim: TaskClaim, failure: TaskFailure, moment: Moment): Decision {
  const task = claimedTask(run, claim);
  return task ? decided(...failedFacts(run, task, failure, moment)) : notFound(TASK_NOT_FOUND);
}

/** The facts of a failed attempt, and of the one that follows. */
export function failedFacts(run: ReadonlyRun, task: StartedWorkflowTask, failure: TaskFailure, moment: Moment): Fact[] {
  const { cause } = failure;
  // An unhandled command is nobody's fault: the workflow only has not seen yet what happened meanwhile.
  const noted: Fact[] =
    cause === 'UNHANDLED_COMMAND' ? [] : [{ type: 'TaskFailureNoted', cause, failure: failure.failure }];
  const event: Fact[] = task.transient ? [] : [failedEvent(task, failure)];
  return [...event, ...noted, ...nextAttempt(run, task, moment)];
}

function failedEvent(
  { scheduledEventId, started }: StartedWorkflowTask,
  { cause, failure, identity, binaryChecksum }: TaskFailure,
): NewEventOf<'WorkflowTaskFailed'> {
  return {
    type: 'WorkflowTaskFailed',
    attributes: { scheduledEventId, startedEventId: started.eventId, cause, failure, identity, binaryChecksum },
  };
}

/** The started task ran out of its time, or out of its worker. */
export function timeOutWorkflowTask(run: ReadonlyRun, task: StartedWorkflowTask, moment: Moment): Decision {
  const attributes = {
    scheduledEventId: task.scheduledEventId,
    startedEventId: task.started.eventId,
    timeoutType: 'START_TO_CLOSE',
  } as const;
  const event: Fact[] = task.transient ? [] : [{ type: 'WorkflowTaskTimedOut', attributes }];
  return decided(...event, ...nextAttempt(run, task, moment));
}

/** The worker that the run sticks to did not take the task in time: any worker may. */
export function leaveStickyQueue(run: ReadonlyRun, task: WorkflowTask): Decision {
  const attributes = {
    scheduledEventId: task.scheduledEventId,
    startedEventId: 0,
    timeoutType: 'SCHEDULE_TO_START',
  } as const;
  return decided({ type: 'WorkflowTaskTimedOut', attributes }, { type: 'StickyCleared' }, scheduled(run, task.attempt));
}

function nextAttempt(run: ReadonlyRun, task: StartedWorkflowTask, { nowMs }: Moment): Fact[] {
  const flush = flushed(run);
  if (run.sticky) return [...flush, { type: 'StickyCleared' }, scheduled(run, 1)];
  if (flush.length > 0) return [...flush, scheduled(run, 1)];
  const { originalScheduledTimeMs, started } = task;
  const attempt = task.attempt + 1;
  const notBeforeMs = nowMs + pauseMs(attempt);
  const { processId } = started;
  return [{ type: 'TransientTaskScheduled', attempt, notBeforeMs, originalScheduledTimeMs, processId }];
}

function flushed(run: ReadonlyRun): Fact[] {
  return run.buffered.length > 0 ? [{ type: 'BufferFlushed' }] : [];
}

/** The second attempt follows at once, further ones after 1, 2, 4 … 60 seconds: what fails thrice in a row is not chance. */
function pauseMs(attempt: number): Millis {
  return attempt <= 2 ? 0 : Math.min(1000 * 2 ** Math.min(attempt - 3, 10), 60_000);
}

/** The pause of a transient task is over, or is cut short: a worker may take it. */
export function endPause(run: ReadonlyRun, task: WorkflowTask, { nowMs }: Moment): Decision {
  if (hasGrown(run, task)) return decided(scheduled(run, 1));
  const { attempt, originalScheduledTimeMs } = task;
  return decided({ type: 'TransientTaskScheduled', attempt, notBeforeMs: nowMs, originalScheduledTimeMs });
}

/** Before a run is closed from outside: its started task fails, so that what was buffered gets its place in history. */
export function forceCloseFacts(run: ReadonlyRun): Fact[] {
  const { task } = run;
  if (!isStarted(task)) return [];
  const failure: TaskFailure = { cause: 'FORCE_CLOSE_COMMAND', identity: task.started.identity };
  return [...(task.transient ? [] : [failedEvent(task, failure)]), ...flushed(run)];
}
