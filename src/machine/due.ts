// What time alone does to a run. Nothing of it is kept as work of its own: it follows from what is pending. The store keeps the
// earliest moment in the run's row; when it has come, `meetDeadline` is asked again and again until nothing more is due.

import { activityDeadline, endOrphanedAttempt, meetActivityDeadline } from './activity-timeout.ts';
import { terminated, timeOutExecution, timeOutRun } from './close.ts';
import { type Decision, decided, type Millis, type Moment, nothing } from './fact.ts';
import { isOpen, type PendingActivity, type ReadonlyRun, type TaskRef, type WorkflowTask } from './run.ts';
import { fireTimer } from './timer.ts';
import {
  endPause,
  isClaimed,
  isStarted,
  isTaskReady,
  leaveStickyQueue,
  scheduled,
  timeOutWorkflowTask,
} from './workflow-task.ts';

interface Deadline {
  readonly atMs: Millis;
  /** What happens then. */
  readonly meet: (moment: Moment) => Decision;
}

/** When time alone next changes the run; undefined when it never does. */
export function dueAtMs(run: ReadonlyRun): Millis | undefined {
  return earliest(run)?.atMs;
}

/** The facts of the earliest thing that is due; none when nothing is. */
export function meetDeadline(run: ReadonlyRun, moment: Moment): Decision {
  const deadline = earliest(run);
  return deadline && deadline.atMs <= moment.nowMs ? deadline.meet(moment) : nothing;
}

function earliest(run: ReadonlyRun): Deadline | undefined {
  let first: Deadline | undefined;
  for (const deadline of deadlines(run)) if (!first || deadline.atMs < first.atMs) first = deadline;
  return first;
}

/** Of two that come at the same moment the one named first here is met first. */
function* deadlines(run: ReadonlyRun): Generator<Deadline> {
  if (!isOpen(run)) return;
  const { executionExpiresAtMs, runExpiresAtMs } = run.birth;
  const excess = excessOfHistory(run);
  if (excess)
    yield { atMs: run.birth.startTimeMs, meet: () => terminated(run, { reason: excess, identity: 'perdure' }) };
  if (executionExpiresAtMs !== undefined) yield { atMs: executionExpiresAtMs, meet: () => timeOutExecution(run) };
  if (runExpiresAtMs !== undefined) yield { atMs: runExpiresAtMs, meet: (moment) => timeOutRun(run, moment) };
  if (run.firstTask) yield { atMs: run.firstTask.atMs, meet: () => decided(scheduled(run, 1)) };
  if (run.task) yield* taskDeadlines(run, run.task);
  for (const timer of run.timers.values()) yield { atMs: timer.dueAtMs, meet: () => fireTimer(run, timer) };
  for (const activity of run.activities.values()) yield* activityDeadlines(run, activity);
}

function* taskDeadlines(run: ReadonlyRun, task: WorkflowTask): Generator<Deadline> {
  const { sticky } = run;
  if (isStarted(task)) {
    const atMs = task.started.timeMs + task.timeoutMs;
    yield { atMs, meet: (moment) => timeOutWorkflowTask(run, task, moment) };
  } else if (!isTaskReady(task)) {
    yield { atMs: task.notBeforeMs, meet: (moment) => endPause(run, task, moment) };
  } else if (sticky) {
    const atMs = task.scheduledTimeMs + sticky.scheduleToStartTimeoutMs;
    yield { atMs, meet: () => leaveStickyQueue(run, task) };
  }
}

function* activityDeadlines(run: ReadonlyRun, activity: PendingActivity): Generator<Deadline> {
  const deadline = activityDeadline(activity);
  if (deadline) {
    yield { atMs: deadline.atMs, meet: (moment) => meetActivityDeadline(run, activity, deadline, moment) };
  }
}

/** What was under way in processes other than `processId` when they died: one thing after another, until nothing is left. */
export function endOrphans(run: ReadonlyRun, processId: string, moment: Moment): Decision {
  const { task } = run;
  if (isStarted(task)) {
    if (isForeign(task.started.processId, processId)) return timeOutWorkflowTask(run, task, moment);
  } else if (task && isForeign(task.processId, processId)) return endPause(run, task, moment);
  for (const activity of run.activities.values()) {
    if (isForeign(activity.started?.processId, processId)) return endOrphanedAttempt(run, activity, moment);
  }
  return nothing;
}

function isForeign(startedIn: string | undefined, processId: string): boolean {
  return startedIn !== undefined && startedIn !== processId;
}

/**
 * The process that has a task of the run under way, if it is one whose death would be noticed only when the file is opened. Work
 * left by one that died and work of the one that lives may be there together: then it is none of their names, and so foreign to
 * each of them.
 */
export function attendedBy({ task, activities }: ReadonlyRun): string | undefined {
  const processIds = new Set<string | undefined>([task?.started?.processId ?? task?.processId]);
  for (const { started } of activities.values()) processIds.add(started?.processId);
  processIds.delete(undefined);
  return processIds.size > 0 ? [...processIds].join(' ') : undefined;
}

/** The tasks that wait to be taken by a worker. */
export function readyTasks({ task, activities }: ReadonlyRun): TaskRef[] {
  const tasks: TaskRef[] = [];
  if (task && isTaskReady(task)) {
    tasks.push({ kind: 'workflow', scheduledEventId: task.scheduledEventId, attempt: task.attempt });
  }
  for (const { state, scheduledEventId, attempt } of activities.values()) {
    if (state === 'ready') tasks.push({ kind: 'activity', scheduledEventId, attempt });
  }
  return tasks;
}

/** Since when the oldest of them waits. */
export function readyAtMs({ task, activities }: ReadonlyRun): Millis | undefined {
  let oldest: Millis | undefined;
  if (task && isTaskReady(task)) oldest = task.scheduledTimeMs;
  for (const { state, attemptScheduledTimeMs } of activities.values()) {
    if (state === 'ready' && (oldest === undefined || attemptScheduledTimeMs < oldest)) oldest = attemptScheduledTimeMs;
  }
  return oldest;
}

export function isReady({ task, activities }: ReadonlyRun, ref: TaskRef): boolean {
  if (ref.kind === 'workflow') return task !== undefined && isTaskReady(task) && isClaimed(task, ref);
  const activity = activities.get(ref.scheduledEventId);
  return activity?.state === 'ready' && activity.attempt === ref.attempt;
}

// Temporal's limits. A workflow is told long before to continue as new (WorkflowTaskStarted.suggestContinueAsNew).
const MOST_EVENTS = 51_200;
const MOST_BYTES = 50 * 1024 * 1024;

/** Why the run's history can go on no longer: every replay of it would take all of it. */
function excessOfHistory({ nextEventId, historySizeBytes }: ReadonlyRun): string | undefined {
  const remedy = 'Continue as new when workflowInfo().continueAsNewSuggested says so.';
  if (nextEventId - 1 > MOST_EVENTS) return `Workflow history count exceeds limit. ${remedy}`;
  return historySizeBytes > MOST_BYTES ? `Workflow history size exceeds limit. ${remedy}` : undefined;
}
