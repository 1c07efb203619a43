// What deciding functions say. A decision is a list of facts in the order in which they happen: events, which history keeps, and
// marks, which change a run without a trace in history (an attempt's start, a heartbeat, a sticky queue). Facts are made by
// deciders from a `ReadonlyRun`, given ids and written down by `record`, and folded into the run by `evolve`.

import type { NewEvent } from '../api/event.ts';
import type { Header, Memo, Payloads, RetryPolicy, SearchAttributes, TaskQueue } from '../api/messages/common.ts';
import type { WorkflowTaskFailedCause } from '../api/messages/enums.ts';
import type { Failure } from '../api/messages/failure.ts';
import type { ErrorDetail, StatusCode } from '../api/service-error.ts';

export type Millis = number;

/** Time, ids, chance and settings are arguments: nothing in this folder asks for them. */
export interface Moment {
  readonly nowMs: Millis;
  readonly settings: Settings;
  readonly newId: () => string;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
}

export interface Settings {
  /** From how many events on a workflow is told to continue as new. Temporal's default is 4096. */
  readonly suggestContinueAsNewEvents: number;
  /** The same for bytes of history. Temporal's default is 4 MiB. */
  readonly suggestContinueAsNewBytes: number;
  /** Activity retry delays are drawn from this part of themselves at random: 0 (the default) never, 1 between nothing and all. */
  readonly retryJitter: number;
  /** The least time between the starts of two runs of a continue-as-new chain. Temporal's server has 1000. */
  readonly continueAsNewMinIntervalMs: number;
}

/** Where a task was started: by which worker, and in which process if that worker is embedded in ours. */
export interface Start {
  readonly identity: string;
  readonly requestId: string;
  readonly processId?: string | undefined;
}

export type Mark =
  | { readonly type: 'RequestSeen'; readonly requestId: string; readonly of: 'start' | 'signal' }
  | { readonly type: 'StickySet'; readonly queue: string; readonly scheduleToStartTimeoutMs: number }
  | { readonly type: 'StickyCleared' }
  | {
      readonly type: 'TransientTaskScheduled';
      readonly attempt: number;
      readonly notBeforeMs: Millis;
      readonly originalScheduledTimeMs: Millis;
      readonly processId?: string | undefined;
    }
  | ({ readonly type: 'TransientTaskStarted' } & Start)
  | { readonly type: 'TaskAttended'; readonly processId: string }
  | {
      readonly type: 'TaskFailureNoted';
      readonly cause: WorkflowTaskFailedCause;
      readonly failure: Failure | undefined;
    }
  | ({ readonly type: 'ActivityAttemptStarted'; readonly scheduledEventId: number } & Start)
  | {
      readonly type: 'ActivityAttemptEnded';
      readonly scheduledEventId: number;
      readonly failure: Failure;
      readonly nextAttemptAtMs: Millis;
      readonly heartbeatDetails?: Payloads | undefined;
    }
  | { readonly type: 'ActivityReady'; readonly scheduledEventId: number }
  | { readonly type: 'HeartbeatRecorded'; readonly scheduledEventId: number; readonly details: Payloads | undefined }
  /** The buffered events take their places in history. */
  | { readonly type: 'BufferFlushed' };

export type MarkType = Mark['type'];
export type Fact = NewEvent | Mark;

/** An expected "no": it becomes the caller's error. */
export interface Refusal {
  readonly code: StatusCode;
  readonly message: string;
  readonly detail?: ErrorDetail | undefined;
}

/** The run that takes over when this one closes: it is created in the same commit. */
export interface Successor {
  readonly runId: string;
  readonly initiator: 'WORKFLOW' | 'RETRY' | 'CRON_SCHEDULE';
  readonly backoffMs: Millis;
  /** Retry only: how this run failed. */
  readonly failure?: Failure | undefined;
  /** Continue-as-new only: what the workflow asked for instead of what it was started with. */
  readonly changes?: ContinuedAs | undefined;
}

export interface ContinuedAs {
  readonly workflowType: string;
  readonly taskQueue: TaskQueue;
  readonly input: Payloads | undefined;
  readonly workflowRunTimeoutMs: Millis;
  readonly workflowTaskTimeoutMs: Millis;
  readonly retryPolicy: RetryPolicy | undefined;
  readonly header: Header | undefined;
  readonly memo: Memo | undefined;
  readonly searchAttributes: SearchAttributes | undefined;
}

export interface Decision {
  readonly facts: readonly Fact[];
  readonly successor?: Successor | undefined;
  /** The facts are written all the same; the caller is refused after they are. */
  readonly refusal?: Refusal | undefined;
}

export const nothing: Decision = { facts: [] };

export function refuse(code: StatusCode, message: string, detail?: ErrorDetail): Decision {
  return { facts: [], refusal: { code, message, detail } };
}

export function notFound(message: string): Decision {
  return refuse('NOT_FOUND', message, { type: 'NotFoundFailure' });
}

export function decided(...facts: readonly Fact[]): Decision {
  return { facts };
}

/** A failure that the engine itself states. */
export function serverFailure(message: string): Failure {
  return { message, source: 'Server', serverFailureInfo: { nonRetryable: false } };
}
