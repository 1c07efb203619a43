import { EventEmitter } from 'node:events';
import type { Context, Info } from '../activity/context.ts';
import type { ActivityFunction } from '../common/definitions.ts';
import { type Logger, makeLogger } from '../common/logger.ts';
import { ActivityAttempt, type CancelReason } from '../worker/activity-attempt.ts';
import type { ActivityInterceptorsFactory } from '../worker/interceptors.ts';

export interface MockActivityEnvironmentOptions {
  /** Default: lines go nowhere. */
  readonly logger?: Logger | undefined;
  readonly interceptors?: readonly ActivityInterceptorsFactory[] | undefined;
}

/** What `activityInfo()` says in a MockActivityEnvironment, unless the test says otherwise. */
export const defaultActivityInfo: Info = {
  taskToken: new TextEncoder().encode('test'),
  base64TaskToken: 'dGVzdA==',
  activityId: 'test',
  activityType: 'unknown',
  activityNamespace: 'default',
  namespace: 'default',
  attempt: 1,
  isLocal: false,
  inWorkflow: true,
  taskQueue: 'test',
  workflowNamespace: 'default',
  workflowExecution: { workflowId: 'test', runId: 'dead-beef' },
  workflowType: 'test',
  heartbeatDetails: undefined,
  scheduledTimestampMs: 1,
  currentAttemptScheduledTimestampMs: 1,
  scheduleToCloseTimeoutMs: 0,
  startToCloseTimeoutMs: 0,
  heartbeatTimeoutMs: undefined,
  retryPolicy: undefined,
  priority: undefined,
};

/**
 * Runs an activity as a worker does, with `activityInfo()`, `heartbeat()`, `cancellationSignal()` and all, but without a workflow
 * and a service. Emits 'heartbeat' with the details of each heartbeat, none held back.
 */
export class MockActivityEnvironment extends EventEmitter<{ heartbeat: [details: unknown] }> {
  readonly context: Context;
  /** Tells the activity to end. */
  readonly cancel: (reason?: CancelReason) => void;
  readonly #attempt: ActivityAttempt;

  constructor(info: Partial<Info> = {}, options: MockActivityEnvironmentOptions = {}) {
    super();
    this.#attempt = new ActivityAttempt({
      info: { ...defaultActivityInfo, ...info },
      heartbeat: (details) => void this.emit('heartbeat', details),
      logger: options.logger ?? makeLogger(() => undefined),
      interceptors: options.interceptors ?? [],
    });
    this.context = this.#attempt.context;
    this.cancel = (reason = 'CANCELLED') => this.#attempt.cancel(reason);
  }

  /** Calls the activity; resolves and rejects as it does. */
  // biome-ignore lint/suspicious/noExplicitAny: activities are of any type
  async run<P extends any[], R>(activity: ActivityFunction<P, R>, ...args: P): Promise<R> {
    return (await this.#attempt.call(activity, { args, headers: {} })) as R;
  }
}
