// One attempt of an activity: its context, its cancellation, and what its end means.

import { setMaxListeners } from 'node:events';
import type { PollActivityTaskQueueResponse } from '../../api/workflow-service.ts';
import { type ActivityCancellationDetails, Context, type Info, runInContext } from '../activity/context.ts';
import { isError } from '../common/error-brand.ts';
import { CompleteAsyncError } from '../common/errors.ts';
import { ApplicationFailure, CancelledFailure } from '../common/failure.ts';
import { composeInterceptors } from '../common/interceptors.ts';
import { type Logger, makeLogger } from '../common/logger.ts';
import { decompileRetryPolicy } from '../common/retry-policy.ts';
import type { ActivityExecuteInput, ActivityInterceptorsFactory } from './interceptors.ts';

export type CancelReason =
  | 'CANCELLED'
  | 'NOT_FOUND'
  | 'TIMED_OUT'
  | 'WORKER_SHUTDOWN'
  | 'PAUSED'
  | 'RESET'
  | 'HEARTBEAT_DETAILS_CONVERSION_FAILED';

export type AttemptEnd =
  | { readonly kind: 'completed'; readonly result: unknown }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'cancelled'; readonly details: readonly unknown[] }
  /** Somebody else completes the activity. */
  | { readonly kind: 'async' }
  /** The service has given the attempt up: there is nobody to tell. */
  | { readonly kind: 'gone' };

// biome-ignore lint/suspicious/noExplicitAny: activities are of any type
export type AnyActivity = (...args: any[]) => unknown;

export interface AttemptOptions {
  readonly info: Info;
  readonly heartbeat: (details: unknown) => void;
  readonly logger: Logger;
  readonly interceptors: readonly ActivityInterceptorsFactory[];
}

export class ActivityAttempt {
  readonly info: Info;
  readonly context: Context;
  // A factory may log, so they must be there before the first is called.
  #interceptors: readonly ReturnType<ActivityInterceptorsFactory>[] = [];
  readonly #abort = new AbortController();
  #cancelled: { readonly reason: CancelReason; readonly cause: unknown } | undefined;

  constructor(options: AttemptOptions) {
    // Every call that the activity makes may listen to it.
    setMaxListeners(0, this.#abort.signal);
    this.info = options.info;
    this.context = new Context({
      info: options.info,
      cancellationSignal: this.#abort.signal,
      cancellationDetails: () => this.#cancelled && cancellationDetails(this.#cancelled.reason),
      heartbeat: options.heartbeat,
      log: makeLogger((level, message, meta) =>
        options.logger.log(level, message, { ...this.#logAttributes(), ...meta }),
      ),
    });
    this.#interceptors = options.interceptors.map((factory) => factory(this.context));
  }

  /** Tells the activity to end. Only the first reason counts. */
  cancel(reason: CancelReason, cause?: unknown): void {
    if (this.#cancelled) return;
    this.#cancelled = { reason, cause };
    this.#abort.abort(new CancelledFailure(reason));
  }

  /** Runs the activity to its end. Never rejects. */
  async run(activity: AnyActivity, input: ActivityExecuteInput): Promise<AttemptEnd> {
    try {
      return { kind: 'completed', result: await this.call(activity, input) };
    } catch (error) {
      return this.#endOf(error);
    }
  }

  /** Calls the activity as part of this attempt, with the interceptors around it. */
  async call(activity: AnyActivity, input: ActivityExecuteInput): Promise<unknown> {
    const inbound = this.#interceptors.map((one) => one.inbound).filter((one) => one !== undefined);
    const call = composeInterceptors(inbound, 'execute', async ({ args }: ActivityExecuteInput) => activity(...args));
    return runInContext(this.context, () => call(input));
  }

  #endOf(error: unknown): AttemptEnd {
    if (error instanceof CompleteAsyncError) return { kind: 'async' };
    if (!this.#cancelled || !isStop(error)) return { kind: 'failed', error };
    const { reason, cause } = this.#cancelled;
    switch (reason) {
      case 'NOT_FOUND':
      case 'TIMED_OUT':
        return { kind: 'gone' };
      case 'CANCELLED':
        return { kind: 'cancelled', details: error instanceof CancelledFailure ? error.details : [] };
      case 'HEARTBEAT_DETAILS_CONVERSION_FAILED':
        return { kind: 'failed', error: cause };
      default:
        return { kind: 'failed', error: interruption(reason) };
    }
  }

  #logAttributes(): Readonly<Record<string, unknown>> {
    const outbound = this.#interceptors.map((one) => one.outbound).filter((one) => one !== undefined);
    return composeInterceptors(
      outbound,
      'getLogAttributes',
      (attributes: Readonly<Record<string, unknown>>) => attributes,
    )(logAttributes(this.info));
  }
}

/** The facts that an activity may ask for, of the task that the service handed over. */
export function activityInfo(
  task: PollActivityTaskQueueResponse,
  where: { readonly namespace: string; readonly taskQueue: string },
  heartbeatDetails: unknown,
): Info {
  return {
    taskToken: task.taskToken,
    base64TaskToken: Buffer.from(task.taskToken).toString('base64'),
    activityId: task.activityId,
    activityType: task.activityType,
    activityNamespace: where.namespace,
    namespace: where.namespace,
    attempt: task.attempt,
    isLocal: false,
    inWorkflow: true,
    taskQueue: where.taskQueue,
    workflowNamespace: task.workflowNamespace,
    workflowExecution: task.workflowExecution,
    workflowType: task.workflowType,
    heartbeatDetails,
    scheduledTimestampMs: task.scheduledTimeMs,
    currentAttemptScheduledTimestampMs: task.currentAttemptScheduledTimeMs,
    scheduleToCloseTimeoutMs: task.scheduleToCloseTimeoutMs,
    startToCloseTimeoutMs: task.startToCloseTimeoutMs,
    heartbeatTimeoutMs: task.heartbeatTimeoutMs || undefined,
    retryPolicy: decompileRetryPolicy(task.retryPolicy),
    priority: task.priority,
  };
}

/** What the worker's and the activity's lines say of the attempt. */
export function logAttributes(info: Info): Readonly<Record<string, unknown>> {
  return {
    activityType: info.activityType,
    activityId: info.activityId,
    attempt: info.attempt,
    workflowType: info.workflowType,
    workflowId: info.workflowExecution.workflowId,
    workflowRunId: info.workflowExecution.runId,
    taskQueue: info.taskQueue,
  };
}

/** An activity that ends because it was told to throws what its signal said, or what an aborted call throws. */
function isStop(error: unknown): boolean {
  return error instanceof CancelledFailure || (isError(error) && error.name === 'AbortError');
}

/** Retryable: the activity is to go on elsewhere, or later. */
function interruption(reason: 'WORKER_SHUTDOWN' | 'PAUSED' | 'RESET'): ApplicationFailure {
  const failure =
    reason === 'PAUSED'
      ? ApplicationFailure.retryable('Activity paused', 'ActivityPause')
      : reason === 'RESET'
        ? ApplicationFailure.retryable('Activity reset', 'ActivityReset')
        : ApplicationFailure.retryable('the worker was shut down and its grace period was over', 'WorkerShutdown');
  failure.stack = `${failure.name}: ${failure.message}`;
  return failure;
}

function cancellationDetails(reason: CancelReason): ActivityCancellationDetails {
  return {
    cancelRequested: reason === 'CANCELLED',
    notFound: reason === 'NOT_FOUND',
    timedOut: reason === 'TIMED_OUT',
    workerShutdown: reason === 'WORKER_SHUTDOWN',
    paused: reason === 'PAUSED',
    reset: reason === 'RESET',
  };
}
