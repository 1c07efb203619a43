// A run as the store keeps it: a row of ids, counters and marks, rewritten with every change, and parts, each written only when
// it changed. Both are JSON, so that a person with a SQLite shell can read them; bytes in it are base64 under the key `$bytes`.
// What a run was started as stands in its first event and nowhere else; marks at rest are left out. Both keep parked runs small.

import { decodeEvent, encodeEvent, type HistoryEvent } from '../api/event.ts';
import type { RunKey } from '../api/run-key.ts';
import { assert } from '../base/assert.ts';
import {
  type BufferedEvent,
  beginRun,
  type PartKind,
  type PendingActivity,
  type PendingTimer,
  type Run,
  type Sticky,
  startRequestId,
  unplaced,
  type WorkflowTask,
} from './run.ts';

/** Goes up when what is written here can no longer be read by the code before. */
const FORMAT = 1;

export interface PartRow {
  readonly kind: string;
  readonly id: string;
  readonly body: string | Uint8Array;
}

type RowField =
  | 'status'
  | 'closeTimeMs'
  | 'firstTask'
  | 'nextEventId'
  | 'historySizeBytes'
  | 'previousStartedEventId'
  | 'task'
  | 'taskFailure'
  | 'sticky'
  | 'cancelRequested'
  | 'signalCount';
type BriefTask = Omit<WorkflowTask, 'originalScheduledTimeMs' | 'transient' | 'notBeforeMs'> &
  Partial<Pick<WorkflowTask, 'originalScheduledTimeMs' | 'transient' | 'notBeforeMs'>>;
type Row = { readonly format: number; readonly startRequestId: string | undefined } & {
  readonly [K in Exclude<RowField, 'task' | 'sticky'>]?: Run[K] | undefined;
} & { readonly task?: BriefTask | undefined; readonly sticky?: Partial<Sticky> | undefined };

export function rowOf(run: Run): string {
  const row: Row = {
    format: FORMAT,
    startRequestId: startRequestId(run),
    status: run.status === 'RUNNING' ? undefined : run.status,
    closeTimeMs: run.closeTimeMs,
    firstTask: run.firstTask,
    nextEventId: run.nextEventId,
    historySizeBytes: run.historySizeBytes,
    previousStartedEventId: run.previousStartedEventId,
    task: run.task && briefTask(run.task),
    taskFailure: run.taskFailure,
    sticky: run.sticky && briefSticky(run.sticky),
    cancelRequested: run.cancelRequested || undefined,
    signalCount: run.signalCount || undefined,
  };
  // Rows are written with every change, and bytes stand in a failure only: looking for them everywhere would double the cost.
  return run.taskFailure ? JSON.stringify(row, bytesToText) : JSON.stringify(row);
}

/** A first attempt is what most tasks are: what is so for each of them is left out. */
function briefTask(task: WorkflowTask): BriefTask {
  const { originalScheduledTimeMs, transient, notBeforeMs, ...brief } = task;
  return {
    ...brief,
    ...(originalScheduledTimeMs === task.scheduledTimeMs ? {} : { originalScheduledTimeMs }),
    ...(transient ? { transient } : {}),
    ...(notBeforeMs === 0 ? {} : { notBeforeMs }),
  };
}

/** The timeout that every SDK takes if it is not told otherwise. */
const USUAL_STICKY_TIMEOUT_MS = 10_000;

function briefSticky({ queue, scheduleToStartTimeoutMs }: Sticky): Partial<Sticky> {
  return scheduleToStartTimeoutMs === USUAL_STICKY_TIMEOUT_MS ? { queue } : { queue, scheduleToStartTimeoutMs };
}

function wholeTask(brief: BriefTask): WorkflowTask {
  return { originalScheduledTimeMs: brief.scheduledTimeMs, transient: false, notBeforeMs: 0, ...brief };
}

/** The parts that changed since the last commit, as they are now; `body` is undefined for one that is no more. */
export function changedParts(
  run: Run,
): { readonly kind: string; readonly id: string; readonly body: string | Uint8Array | undefined }[] {
  return [...run.changed.values()].map(({ kind, id }) => ({ kind, id, body: partBody(run, kind, id) }));
}

function partBody(run: Run, kind: PartKind, id: string): string | Uint8Array | undefined {
  switch (kind) {
    case 'activity': {
      const activity = run.activities.get(Number(id));
      return activity && activityBody(activity);
    }
    case 'timer': {
      const timer = run.timers.get(id);
      return timer && JSON.stringify(timer);
    }
    case 'request':
      return run.requestIds.get(id);
    case 'buffered': {
      const buffered = run.buffered[Number(id)];
      return buffered && encodeEvent(unplaced(buffered));
    }
  }
}

/** As with rows, bytes are looked for only where there may be some. */
function activityBody(activity: PendingActivity): string {
  const { heartbeatDetails, lastFailure } = activity;
  return heartbeatDetails || lastFailure ? JSON.stringify(activity, bytesToText) : JSON.stringify(activity);
}

/** The run that was written, which began with the event `started`. Throws for a row from a newer format, naming it. */
export function runFrom(key: RunKey, started: HistoryEvent, row: string, parts: readonly PartRow[]): Run {
  const { format, startRequestId: request, task, sticky, ...fields } = JSON.parse(row, textToBytes) as Row;
  if (format !== FORMAT) {
    throw new Error(
      `workflow ${key.workflowId} was written in format ${format}, and this version of perdure reads format ${FORMAT}: update perdure`,
    );
  }
  assert(started.type === 'WorkflowExecutionStarted', `the history of ${key.workflowId} does not begin with its start`);
  const run: Run = { ...beginRun(key, started), firstTask: undefined, ...(fields as Partial<Run>) };
  if (task) run.task = wholeTask(task);
  if (sticky) run.sticky = { queue: '', scheduleToStartTimeoutMs: USUAL_STICKY_TIMEOUT_MS, ...sticky };
  if (request !== undefined) run.requestIds.set(request, 'start');
  for (const part of parts) takePart(run, part);
  // Parts come in no particular order; buffered events have one.
  const buffered = parts.filter(({ kind }) => kind === 'buffered').sort((a, b) => Number(a.id) - Number(b.id));
  run.buffered.push(...buffered.map(({ body }) => bufferedFrom(body as Uint8Array)));
  return run;
}

function takePart(run: Run, { kind, id, body }: PartRow): void {
  switch (kind) {
    case 'activity':
      run.activities.set(Number(id), parse<PendingActivity>(body));
      break;
    case 'timer':
      run.timers.set(id, parse<PendingTimer>(body));
      break;
    case 'request':
      run.requestIds.set(id, body as 'start' | 'signal');
      break;
  }
}

function bufferedFrom(body: Uint8Array): BufferedEvent {
  const { eventId: _, eventTimeMs, ...event } = decodeEvent(body);
  return { event, timeMs: eventTimeMs };
}

function parse<T>(body: string | Uint8Array): T {
  return JSON.parse(body as string, textToBytes) as T;
}

/** Looks at the value in its place and not at the one given, which for a Buffer is already what Buffer makes of itself in JSON. */
function bytesToText(this: Readonly<Record<string, unknown>>, key: string, value: unknown): unknown {
  const bytes = this[key];
  return bytes instanceof Uint8Array ? { $bytes: Buffer.from(bytes).toString('base64') } : value;
}

/** Users name the fields of a memo, and may call one `$bytes`: but then it holds no text. */
function textToBytes(_key: string, value: unknown): unknown {
  const text = (value as { readonly $bytes?: unknown } | null)?.$bytes;
  return typeof text === 'string' ? new Uint8Array(Buffer.from(text, 'base64')) : value;
}
