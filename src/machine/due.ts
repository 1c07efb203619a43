// What time alone does to a run. Nothing of it is kept as work of its own: it follows from what is pending. The store keeps the
// earliest moment in the run's row; when it has come, `meetDeadline` is asked again and again until nothing more is due.

import {
  type ActivityDeadline,
  activityDeadline,
  endOrphanedAttempt,
  meetActivityDeadline,
} from './activity-timeout.ts';
import { timeOutExecution, timeOutRun } from './close.ts';
import { type Decision, decided, type Millis, type Moment, nothing } from './fact.ts';
import { isOpen, type PendingActivity, type PendingTimer, type ReadonlyRun, type TaskRef } from './run.ts';
import { fireTimer } from './timer.ts';
import { leaveStickyQueue, scheduled, timeOutWorkflowTask } from './workflow-task.ts';

type Deadline =
  | { readonly of: 'execution' | 'run' | 'firstTask' | 'task' | 'stickyTask' | 'transientTask'; readonly atMs: Millis }
  | { readonly of: 'timer'; readonly atMs: Millis; readonly timer: PendingTimer }
  | {
      readonly of: 'activity';
      readonly atMs: Millis;
      readonly activity: PendingActivity;
      readonly deadline: ActivityDeadline;
    };

/** When time alone next changes the run; undefined when it never does. */
export function dueAtMs(run: ReadonlyRun): Millis | undefined {
  return earliest(run)?.atMs;
}

function earliest(run: ReadonlyRun): Deadline | undefined {
  let first: Deadline | undefined;
  for (const deadline of deadlines(run)) if (!first || deadline.atMs < first.atMs) first = deadline;
  return first;
}

function* deadlines(run: ReadonlyRun): Generator<Deadline> {
  if (!isOpen(run)) return;
  const { executionExpiresAtMs, runExpiresAtMs } = run.birth;
  if (executionExpiresAtMs !== undefined) yield { of: 'execution', atMs: executionExpiresAtMs };
  if (runExpiresAtMs !== undefined) yield { of: 'run', atMs: runExpiresAtMs };
  if (run.firstTask) yield { of: 'firstTask', atMs: run.firstTask.atMs };
  yield* taskDeadlines(run);
  for (const timer of run.timers.values()) yield { of: 'timer', atMs: timer.dueAtMs, timer };
  for (const activity of run.activities.values()) {
    const deadline = activityDeadline(activity);
    if (deadline) yield { of: 'activity', atMs: deadline.atMs, activity, deadline };
  }
}

function* taskDeadlines({ task, sticky }: ReadonlyRun): Generator<Deadline> {
  if (!task) return;
  if (task.started) yield { of: 'task', atMs: task.started.timeMs + task.timeoutMs };
  else if (task.notBeforeMs > task.scheduledTimeMs) yield { of: 'transientTask', atMs: task.notBeforeMs };
  else if (sticky && sticky.scheduleToStartTimeoutMs > 0) {
    yield { of: 'stickyTask', atMs: task.scheduledTimeMs + sticky.scheduleToStartTimeoutMs };
  }
}

/** The facts of the earliest thing that is due; none when nothing is. */
export function meetDeadline(run: ReadonlyRun, moment: Moment): Decision {
  const deadline = earliest(run);
  if (!deadline || deadline.atMs > moment.nowMs) return nothing;
  const { task } = run;
  switch (deadline.of) {
    case 'execution':
      return timeOutExecution(run);
    case 'run':
      return timeOutRun(run, moment);
    case 'firstTask':
      return decided(scheduled(run, 1));
    case 'timer':
      return fireTimer(run, deadline.timer, moment.nowMs);
    case 'activity':
      return meetActivityDeadline(run, deadline.activity, deadline.deadline, moment);
    default:
      return task ? meetTaskDeadline(run, deadline.of, moment) : nothing;
  }
}

function meetTaskDeadline(run: ReadonlyRun, of: 'task' | 'stickyTask' | 'transientTask', moment: Moment): Decision {
  const task = run.task as NonNullable<ReadonlyRun['task']>;
  if (of === 'task') return timeOutWorkflowTask(run, task, moment);
  if (of === 'stickyTask') return leaveStickyQueue(run, task);
  return decided(readyAgain(task.attempt, moment.nowMs));
}

function readyAgain(attempt: number, nowMs: Millis) {
  return { type: 'TransientTaskScheduled', attempt, notBeforeMs: nowMs } as const;
}

/** What was under way in processes other than `processId` when they died: one thing after another, until nothing is left. */
export function endOrphans(run: ReadonlyRun, processId: string, moment: Moment): Decision {
  const { task } = run;
  if (!isOpen(run)) return nothing;
  if (isForeign(task?.started?.processId, processId))
    return timeOutWorkflowTask(run, task as NonNullable<typeof task>, moment);
  if (task && !task.started && task.transient && isForeign(task.processId, processId)) {
    return decided(readyAgain(task.attempt, moment.nowMs));
  }
  for (const activity of run.activities.values()) {
    if (isForeign(activity.started?.processId, processId)) return endOrphanedAttempt(run, activity, moment);
  }
  return nothing;
}

function isForeign(startedIn: string | undefined, processId: string): boolean {
  return startedIn !== undefined && startedIn !== processId;
}

/** The process that has a task of the run under way, if it is one whose death would be noticed only when the file is opened. */
export function attendedBy(run: ReadonlyRun): string | undefined {
  const ofTask = run.task?.started?.processId ?? run.task?.processId;
  if (ofTask) return ofTask;
  for (const { started } of run.activities.values()) if (started?.processId) return started.processId;
  return undefined;
}

/** The tasks that wait to be taken by a worker. */
export function readyTasks(run: ReadonlyRun): TaskRef[] {
  const tasks: TaskRef[] = [];
  const { task } = run;
  if (task && !task.started && task.notBeforeMs <= task.scheduledTimeMs) {
    tasks.push({ kind: 'workflow', scheduledEventId: task.scheduledEventId, attempt: task.attempt });
  }
  for (const { state, scheduledEventId, attempt } of run.activities.values()) {
    if (state === 'ready') tasks.push({ kind: 'activity', scheduledEventId, attempt });
  }
  return tasks;
}

export function readyAtMs(run: ReadonlyRun): Millis | undefined {
  let oldest: Millis | undefined;
  const { task } = run;
  if (task && !task.started && task.notBeforeMs <= task.scheduledTimeMs) oldest = task.scheduledTimeMs;
  for (const { state, attemptScheduledTimeMs } of run.activities.values()) {
    if (state === 'ready' && (oldest === undefined || attemptScheduledTimeMs < oldest)) oldest = attemptScheduledTimeMs;
  }
  return oldest;
}

export function isReady(run: ReadonlyRun, ref: TaskRef): boolean {
  if (ref.kind === 'activity') {
    const activity = run.activities.get(ref.scheduledEventId);
    return activity?.state === 'ready' && activity.attempt === ref.attempt;
  }
  const { task } = run;
  return (
    task !== undefined &&
    !task.started &&
    task.scheduledEventId === ref.scheduledEventId &&
    task.attempt === ref.attempt
  );
}
