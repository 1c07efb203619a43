// A run as the engine knows it: small, and no more than what deciding needs. Only `evolve` changes one. What it holds is kept in
// its row (ids, counters, marks) and its parts (row.ts); its history is kept beside it and is not needed to go on.

import type { EventAttributes, HistoryEvent, NewEvent } from '../api/event.ts';
import type { Memo, Payloads, Priority, RetryPolicy, SearchAttributes, UserMetadata } from '../api/messages/common.ts';
import type { WorkflowTaskFailedCause } from '../api/messages/enums.ts';
import type { Failure } from '../api/messages/failure.ts';
import type { RunKey, RunStatus } from '../api/run-key.ts';
import type { Millis, Start } from './fact.ts';

export interface StartedTask extends Start {
  readonly eventId: number;
  readonly timeMs: Millis;
}

/** The one workflow task that is pending, if any. A transient one has no events in history until it completes. */
export interface WorkflowTask {
  readonly scheduledEventId: number;
  readonly scheduledTimeMs: Millis;
  readonly originalScheduledTimeMs: Millis;
  readonly attempt: number;
  readonly timeoutMs: Millis;
  readonly transient: boolean;
  /** A transient task is not offered before this. */
  readonly notBeforeMs: Millis;
  readonly started?: StartedTask | undefined;
  /** The process whose worker failed the attempt before: a new process tries again at once. */
  readonly processId?: string | undefined;
}

export interface Sticky {
  readonly queue: string;
  readonly scheduleToStartTimeoutMs: Millis;
}

export interface PendingActivity {
  readonly scheduledEventId: number;
  readonly activityId: string;
  readonly activityType: string;
  readonly taskQueue: string;
  readonly scheduleToCloseTimeoutMs: Millis;
  readonly scheduleToStartTimeoutMs: Millis;
  readonly startToCloseTimeoutMs: Millis;
  readonly heartbeatTimeoutMs: Millis;
  readonly retryPolicy: RetryPolicy;
  readonly priority?: Priority | undefined;
  /** When the first attempt was scheduled: schedule-to-close counts from here. */
  readonly scheduledTimeMs: Millis;
  readonly attempt: number;
  readonly attemptScheduledTimeMs: Millis;
  /** waiting: for its retry's time; ready: for a worker; started: with a worker. */
  readonly state: 'waiting' | 'ready' | 'started';
  readonly nextAttemptAtMs?: Millis | undefined;
  readonly started?: (Start & { readonly timeMs: Millis }) | undefined;
  readonly lastStartedTimeMs?: Millis | undefined;
  readonly lastHeartbeatTimeMs?: Millis | undefined;
  readonly heartbeatDetails?: Payloads | undefined;
  readonly lastFailure?: Failure | undefined;
  readonly lastWorkerIdentity?: string | undefined;
  readonly cancelRequestedEventId?: number | undefined;
}

export interface PendingTimer {
  readonly timerId: string;
  readonly startedEventId: number;
  readonly dueAtMs: Millis;
}

/** A task that has become ready to be handed to a worker. */
export type TaskRef =
  | { readonly kind: 'workflow'; readonly scheduledEventId: number; readonly attempt: number }
  | { readonly kind: 'activity'; readonly scheduledEventId: number; readonly attempt: number };

export interface BufferedEvent {
  readonly event: NewEvent;
  readonly timeMs: Millis;
}

/** A buffered event as it is folded and kept before it has an id. */
export function unplaced({ event, timeMs }: BufferedEvent): HistoryEvent {
  return { ...event, eventId: 0, eventTimeMs: timeMs };
}

export type PartKind = 'activity' | 'timer' | 'buffered' | 'request';

/** What is said of a run when it starts, and no more after. */
export interface Birth {
  readonly workflowType: string;
  readonly taskQueue: string;
  readonly firstExecutionRunId: string;
  readonly originalExecutionRunId: string;
  readonly continuedExecutionRunId?: string | undefined;
  readonly attempt: number;
  readonly startTimeMs: Millis;
  readonly executionTimeMs: Millis;
  readonly executionTimeoutMs: Millis;
  readonly executionExpiresAtMs?: Millis | undefined;
  readonly runTimeoutMs: Millis;
  readonly runExpiresAtMs?: Millis | undefined;
  readonly taskTimeoutMs: Millis;
  readonly retryPolicy?: RetryPolicy | undefined;
  readonly memo?: Memo | undefined;
  readonly searchAttributes?: SearchAttributes | undefined;
  readonly userMetadata?: UserMetadata | undefined;
}

export interface Run {
  readonly key: RunKey;
  readonly birth: Birth;
  status: RunStatus;
  closeTimeMs: Millis | undefined;
  /** Set while the first workflow task waits: for a start delay, or for a retry's or cron's back-off. */
  firstTask: { readonly atMs: Millis; readonly endsOnSignal: boolean } | undefined;
  nextEventId: number;
  historySizeBytes: number;
  /** The WorkflowTaskStarted of the last completed workflow task; 0 before the first. */
  previousStartedEventId: number;
  task: WorkflowTask | undefined;
  taskFailure:
    | { readonly cause: WorkflowTaskFailedCause; readonly failure: Failure | undefined; readonly timeMs: Millis }
    | undefined;
  sticky: Sticky | undefined;
  cancelRequested: boolean;
  signalCount: number;

  readonly activities: Map<number, PendingActivity>;
  readonly timers: Map<string, PendingTimer>;
  readonly buffered: BufferedEvent[];
  readonly requestIds: Map<string, 'start' | 'signal'>;

  /** Scratch of the transaction under way: parts that changed, and tasks that became ready. */
  readonly changed: Map<string, { readonly kind: PartKind; readonly id: string }>;
  readonly readied: TaskRef[];
  /** What activities were scheduled with, while that is in memory: saves reading it back to hand it over. */
  readonly scheduledAttributes: Map<number, EventAttributes<'ActivityTaskScheduled'>>;
}

type Readable<T> = T extends Map<infer K, infer V> ? ReadonlyMap<K, V> : T extends (infer V)[] ? readonly V[] : T;
export type ReadonlyRun = { readonly [K in keyof Run]: Readable<Run[K]> };

export function isOpen(run: ReadonlyRun): boolean {
  return run.status === 'RUNNING';
}

export function change(run: Run, kind: PartKind, id: string | number): void {
  run.changed.set(`${kind} ${id}`, { kind, id: String(id) });
}

export function putActivity(run: Run, activity: PendingActivity): void {
  run.activities.set(activity.scheduledEventId, activity);
  change(run, 'activity', activity.scheduledEventId);
}

export function dropActivity(run: Run, scheduledEventId: number): void {
  run.activities.delete(scheduledEventId);
  run.scheduledAttributes.delete(scheduledEventId);
  change(run, 'activity', scheduledEventId);
}

export function findActivity(run: ReadonlyRun, activityId: string): PendingActivity | undefined {
  for (const activity of run.activities.values()) if (activity.activityId === activityId) return activity;
  return undefined;
}

/** The request that started the run; undefined for the later runs of a chain. */
export function startRequestId(run: ReadonlyRun): string | undefined {
  for (const [requestId, of] of run.requestIds) if (of === 'start') return requestId;
  return undefined;
}

/** The run that a WorkflowExecutionStarted event begins, before that event itself is recorded. */
export function beginRun(key: RunKey, event: HistoryEvent & { readonly type: 'WorkflowExecutionStarted' }): Run {
  const { attributes, eventTimeMs } = event;
  const backoffMs = attributes.firstWorkflowTaskBackoffMs ?? 0;
  const executionTimeMs = eventTimeMs + backoffMs;
  return {
    key,
    birth: birthOf(event, executionTimeMs),
    status: 'RUNNING',
    closeTimeMs: undefined,
    firstTask: backoffMs > 0 ? { atMs: executionTimeMs, endsOnSignal: isStartDelay(attributes) } : undefined,
    nextEventId: 1,
    historySizeBytes: 0,
    previousStartedEventId: 0,
    task: undefined,
    taskFailure: undefined,
    sticky: undefined,
    cancelRequested: false,
    signalCount: 0,
    activities: new Map(),
    timers: new Map(),
    buffered: [],
    requestIds: new Map(),
    changed: new Map(),
    readied: [],
    scheduledAttributes: new Map(),
  };
}

/** The back-off of a retry or of cron does not end on a signal; a start delay does. */
function isStartDelay(attributes: EventAttributes<'WorkflowExecutionStarted'>): boolean {
  return attributes.initiator === undefined || attributes.initiator === 'UNSPECIFIED';
}

function birthOf(event: HistoryEvent & { readonly type: 'WorkflowExecutionStarted' }, executionTimeMs: Millis): Birth {
  const { attributes, eventTimeMs } = event;
  const runTimeoutMs = attributes.workflowRunTimeoutMs ?? 0;
  return {
    workflowType: attributes.workflowType,
    taskQueue: attributes.taskQueue.name,
    firstExecutionRunId: attributes.firstExecutionRunId,
    originalExecutionRunId: attributes.originalExecutionRunId,
    continuedExecutionRunId: attributes.continuedExecutionRunId,
    attempt: attributes.attempt,
    startTimeMs: eventTimeMs,
    executionTimeMs,
    executionTimeoutMs: attributes.workflowExecutionTimeoutMs ?? 0,
    executionExpiresAtMs: attributes.workflowExecutionExpirationTimeMs,
    runTimeoutMs,
    // A run's own time begins when it may run: the back-off before it does not count.
    runExpiresAtMs: runTimeoutMs > 0 ? executionTimeMs + runTimeoutMs : undefined,
    taskTimeoutMs: attributes.workflowTaskTimeoutMs ?? 0,
    retryPolicy: attributes.retryPolicy,
    memo: attributes.memo,
    searchAttributes: attributes.searchAttributes,
    userMetadata: event.userMetadata,
  };
}
