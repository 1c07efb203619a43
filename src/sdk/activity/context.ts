// What an activity knows of itself. The worker runs each attempt inside an AsyncLocalStorage, so that code called from the
// activity, however deep, finds the attempt that it belongs to.

import { AsyncLocalStorage } from 'node:async_hooks';
import { type Duration, msToNumber } from '../common/duration.ts';
import type { CancelledFailure } from '../common/failure.ts';
import type { Logger } from '../common/logger.ts';
import { pause } from '../common/pause.ts';
import type { Priority } from '../common/priority.ts';
import type { RetryPolicy } from '../common/retry-policy.ts';

/** Facts about an attempt of an activity. */
export interface Info {
  /** Names this attempt to the service: whoever has it can complete the activity (`client.activity`). */
  readonly taskToken: Uint8Array;
  readonly base64TaskToken: string;
  readonly activityId: string;
  readonly activityType: string;
  readonly activityNamespace: string;
  readonly namespace: string;
  /** From 1. */
  readonly attempt: number;
  readonly isLocal: boolean;
  readonly inWorkflow: boolean;
  readonly taskQueue: string;
  readonly workflowNamespace: string;
  readonly workflowExecution: { readonly workflowId: string; readonly runId: string };
  readonly workflowType: string;
  /** What an earlier attempt gave to `heartbeat` last: go on from there. Undefined when there is nothing. */
  // biome-ignore lint/suspicious/noExplicitAny: the activity knows what it recorded
  readonly heartbeatDetails: any;
  /** When the workflow asked for the activity, in milliseconds since 1970. */
  readonly scheduledTimestampMs: number;
  /** When this attempt was due, in milliseconds since 1970. */
  readonly currentAttemptScheduledTimestampMs: number;
  readonly scheduleToCloseTimeoutMs: number;
  readonly startToCloseTimeoutMs: number;
  /** Undefined: the activity need not call `heartbeat`. */
  readonly heartbeatTimeoutMs: number | undefined;
  readonly retryPolicy: RetryPolicy | undefined;
  readonly priority: Priority | undefined;
}

/** Why an activity was cancelled; more than one may hold. */
export interface ActivityCancellationDetails {
  /** The workflow asked for it. */
  readonly cancelRequested: boolean;
  /** The service does not know the attempt any more: it timed out, or its workflow has closed. */
  readonly notFound: boolean;
  /** The attempt took longer than it may. */
  readonly timedOut: boolean;
  readonly workerShutdown: boolean;
  readonly paused: boolean;
  readonly reset: boolean;
}

/** What the worker gives a context. */
export interface ContextParts {
  readonly info: Info;
  readonly cancellationSignal: AbortSignal;
  readonly cancellationDetails: () => ActivityCancellationDetails | undefined;
  readonly heartbeat: (details: unknown) => void;
  readonly log: Logger;
}

const storage = new AsyncLocalStorage<Context>();

/** Runs a function as part of an attempt. */
export function runInContext<R>(context: Context, fn: () => R): R {
  return storage.run(context, fn);
}

/** The attempt that the calling code belongs to, as an object; most of it is also there as functions of this module. */
export class Context {
  readonly info: Info;
  /**
   * Aborted when the attempt is to end: hand it to `fetch`, a model call or a child process. An activity hears of a
   * cancellation by its workflow only in the answer to a heartbeat.
   */
  readonly cancellationSignal: AbortSignal;
  /** Writes to the worker's logger; each line says which activity and workflow it is from. */
  readonly log: Logger;
  readonly #parts: ContextParts;
  #cancelled: Promise<never> | undefined;

  constructor(parts: ContextParts) {
    this.#parts = parts;
    this.info = parts.info;
    this.cancellationSignal = parts.cancellationSignal;
    this.log = parts.log;
  }

  /** The context of the calling code. Throws outside of an activity. */
  static current(): Context {
    const context = storage.getStore();
    if (context) return context;
    throw new Error(
      'this code does not run in an activity: call it from an activity function, or in a test through MockActivityEnvironment',
    );
  }

  /** Rejects with a CancelledFailure when the attempt is to end, and never resolves. */
  get cancelled(): Promise<never> {
    this.#cancelled ??= rejectionOf(this.cancellationSignal);
    return this.#cancelled;
  }

  /** Why the attempt is to end; undefined as long as it is not. */
  get cancellationDetails(): ActivityCancellationDetails | undefined {
    return this.#parts.cancellationDetails();
  }

  /**
   * Says that the attempt is alive, and how far it has come: should it fail, the next attempt finds `details` in its
   * `info.heartbeatDetails`. Call it as often as you like, the worker sends what is needed. Its answer is how an activity hears
   * of a cancellation.
   */
  readonly heartbeat = (details?: unknown): void => {
    this.#parts.heartbeat(details);
  };

  /** Waits. Rejects with a CancelledFailure as soon as the attempt is to end. */
  readonly sleep = (duration: Duration): Promise<void> => pause(msToNumber(duration), this.cancellationSignal);
}

function rejectionOf(signal: AbortSignal): Promise<never> {
  const promise = new Promise<never>((_, reject) => {
    const stop = () => reject(signal.reason as CancelledFailure);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  // An activity that looked at the promise and does not wait for it must not end the process.
  promise.catch(() => undefined);
  return promise;
}
