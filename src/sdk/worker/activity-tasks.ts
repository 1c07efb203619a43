// Activity tasks: from what a poll hands over to the answer that the service gets.
//
//   task -> arguments decoded -> attempt runs, its heartbeats sent -> answer encoded -> completed | failed | canceled
//
// Nothing here rejects: whatever goes wrong with an attempt is the attempt's failure, told to the service; and what the
// service does not want to hear any more (NOT_FOUND) is dropped, because it has given the attempt up itself.

import type { Payload, Payloads } from '../../api/messages/common.ts';
import { ServiceError } from '../../api/service-error.ts';
import type { PollActivityTaskQueueResponse, WorkflowService } from '../../api/workflow-service.ts';
import { isPassing } from '../client/service-calls.ts';
import {
  decodeValue,
  decodeValues,
  encodeError,
  encodeValues,
  type LoadedDataConverter,
} from '../common/data-converter.ts';
import { isError } from '../common/error-brand.ts';
import { ApplicationFailure, ensureApplicationFailure } from '../common/failure.ts';
import { type Logger, withMetadata } from '../common/logger.ts';
import { whyTooLarge } from '../common/payload-size.ts';
import {
  ActivityAttempt,
  type AnyActivity,
  type AttemptEnd,
  activityInfo,
  type CancelReason,
  logAttributes,
} from './activity-attempt.ts';
import { fittingFailure } from './fitting-failure.ts';
import { type Heartbeats, throttledHeartbeats, throttleIntervalMs } from './heartbeat.ts';
import type { ActivityInterceptorsFactory } from './interceptors.ts';

export interface ActivityTasksOptions {
  readonly service: WorkflowService;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly identity: string;
  readonly activities: ReadonlyMap<string, AnyActivity>;
  readonly dataConverter: LoadedDataConverter;
  readonly logger: Logger;
  readonly interceptors: readonly ActivityInterceptorsFactory[];
  readonly defaultHeartbeatThrottleIntervalMs: number;
  readonly maxHeartbeatThrottleIntervalMs: number;
}

/** Node's timers hold 31 bits; a longer timeout is the service's alone to watch. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export class ActivityTasks {
  readonly #options: ActivityTasksOptions;
  readonly #running = new Set<ActivityAttempt>();
  #cancelled: CancelReason | undefined;

  constructor(options: ActivityTasksOptions) {
    this.#options = options;
  }

  /** Tells all attempts to end, those that begin later too. */
  cancelAll(reason: CancelReason): void {
    this.#cancelled = reason;
    for (const attempt of this.#running) attempt.cancel(reason);
  }

  get running(): number {
    return this.#running.size;
  }

  async perform(task: PollActivityTaskQueueResponse): Promise<void> {
    try {
      const started = await this.#start(task).catch((error: unknown) => ({ error }));
      if ('error' in started) return await this.#fail(task, started.error, undefined);
      await this.#answer(task, await this.#run(started), started);
    } catch (error) {
      this.#reportUnanswered(task, error);
    }
  }

  /** Everything before the user's function is called. Rejects with the failure of the attempt. */
  async #start(task: PollActivityTaskQueueResponse) {
    const { activities, dataConverter } = this.#options;
    const { activityType } = task;
    const activity = activities.get(activityType) ?? activities.get('default');
    if (!activity) throw notRegistered(activityType, this.#options);
    const heartbeatDetails = await decodeValue(dataConverter, task.heartbeatDetails);
    const info = activityInfo(task, this.#options, heartbeatDetails);
    const heartbeats = throttledHeartbeats(this.#throttleMs(task), (details) => this.#heartbeat(attempt, details));
    const attempt: ActivityAttempt = new ActivityAttempt({
      info,
      heartbeat: heartbeats.beat,
      logger: this.#options.logger,
      interceptors: this.#options.interceptors,
    });
    const args = await decodeValues(dataConverter, task.input).catch((error: unknown) => {
      const reason = isError(error) ? error.message : String(error);
      throw ApplicationFailure.fromError(error, {
        message: `the arguments of the activity '${activityType}' cannot be read: ${reason}`,
      });
    });
    return { activity, attempt, heartbeats, input: { args, headers: task.header ?? {} } };
  }

  async #run({ activity, attempt, heartbeats, input }: Started): Promise<AttemptEnd> {
    const { startToCloseTimeoutMs } = attempt.info;
    const timed = startToCloseTimeoutMs > 0 && startToCloseTimeoutMs <= LONGEST_TIMER_MS;
    const timer = timed ? setTimeout(() => attempt.cancel('TIMED_OUT'), startToCloseTimeoutMs) : undefined;
    this.#running.add(attempt);
    if (this.#cancelled) attempt.cancel(this.#cancelled);
    try {
      return await attempt.run(activity, input);
    } finally {
      clearTimeout(timer);
      heartbeats.stop();
      this.#running.delete(attempt);
    }
  }

  async #answer(task: PollActivityTaskQueueResponse, end: AttemptEnd, { attempt, heartbeats }: Started): Promise<void> {
    const { service, dataConverter } = this.#options;
    switch (end.kind) {
      case 'completed': {
        const result = await this.#encodeResult(task, end.result).catch((error: unknown) => ({ error }));
        if ('error' in result) return this.#failAndLog(task, result.error, attempt, heartbeats);
        return this.#deliver(task, result);
      }
      case 'cancelled': {
        const details = await encodeValues(dataConverter, end.details);
        return void (await service.respondActivityTaskCanceled({ ...this.#to(task), details }));
      }
      case 'failed':
        return this.#failAndLog(task, end.error, attempt, heartbeats);
      default:
        return;
    }
  }

  /**
   * A result was worked for, and maybe paid. While it cannot be taken for a reason that passes, e.g. a full disk, it is offered
   * again, until the attempt is over for the service or the worker stops.
   */
  async #deliver(task: PollActivityTaskQueueResponse, result: Payloads): Promise<void> {
    for (;;) {
      try {
        return void (await this.#options.service.respondActivityTaskCompleted({ ...this.#to(task), result }));
      } catch (error) {
        if (!isPassing(error) || this.#cancelled) throw error;
        const { activityType, activityId } = task;
        const message = `the result of the activity '${activityType}' cannot be recorded and is offered again`;
        this.#options.logger.warn(message, { activityId, error });
      }
    }
  }

  async #encodeResult({ activityType }: PollActivityTaskQueueResponse, result: unknown) {
    const what = `the result of the activity '${activityType}'`;
    const payloads = await encodeValues(this.#options.dataConverter, [result]).catch((error: unknown) => {
      const reason = isError(error) ? error.message : String(error);
      // The code has to be changed, and every further attempt would do its work in vain.
      throw ApplicationFailure.fromError(error, { message: `${what} cannot be sent: ${reason}`, nonRetryable: true });
    });
    refuseTooLarge(payloads ?? [], what);
    return payloads ?? [];
  }

  async #failAndLog(
    task: PollActivityTaskQueueResponse,
    error: unknown,
    attempt: ActivityAttempt,
    heartbeats: Heartbeats,
  ): Promise<void> {
    const benign = error instanceof ApplicationFailure && error.category === 'BENIGN';
    const logger = withMetadata(this.#options.logger, logAttributes(attempt.info));
    logger.log(benign ? 'DEBUG' : 'WARN', 'Activity failed', { error });
    await this.#fail(task, error, heartbeats);
  }

  /** The newest heartbeat's details go along, so that the next attempt finds them even if they were not sent yet. */
  async #fail(task: PollActivityTaskQueueResponse, error: unknown, heartbeats: Heartbeats | undefined): Promise<void> {
    const { service, dataConverter } = this.#options;
    const failure = fittingFailure(await encodeError(dataConverter, wrapped(error)));
    const lastHeartbeatDetails = heartbeats?.last
      ? await encodeValues(dataConverter, [heartbeats.last.details]).catch(() => undefined)
      : undefined;
    await service.respondActivityTaskFailed({ ...this.#to(task), failure, lastHeartbeatDetails });
  }

  async #heartbeat(attempt: ActivityAttempt, details: unknown): Promise<void> {
    const { service, dataConverter, logger } = this.#options;
    const { taskToken, activityType } = attempt.info;
    const what = `the heartbeat details of the activity '${activityType}'`;
    try {
      const payloads = details === undefined ? [] : ((await encodeValues(dataConverter, [details])) ?? []);
      refuseTooLarge(payloads, what);
      const answer = await service.recordActivityTaskHeartbeat({ ...this.#to({ taskToken }), details: payloads });
      if (answer.cancelRequested) attempt.cancel('CANCELLED');
      else if (answer.activityReset) attempt.cancel('RESET');
      else if (answer.activityPaused) attempt.cancel('PAUSED');
    } catch (error) {
      if (!(error instanceof ServiceError)) {
        attempt.cancel('HEARTBEAT_DETAILS_CONVERSION_FAILED', detailsError(what, error));
      } else if (error.code === 'NOT_FOUND') {
        attempt.cancel('NOT_FOUND');
      } else {
        logger.warn('a heartbeat did not reach the service', { ...logAttributes(attempt.info), error });
      }
    }
  }

  #to({ taskToken }: { readonly taskToken: Uint8Array }) {
    return { taskToken, namespace: this.#options.namespace, identity: this.#options.identity };
  }

  #throttleMs({ heartbeatTimeoutMs }: PollActivityTaskQueueResponse): number {
    return throttleIntervalMs({
      heartbeatTimeoutMs,
      defaultIntervalMs: this.#options.defaultHeartbeatThrottleIntervalMs,
      maximumIntervalMs: this.#options.maxHeartbeatThrottleIntervalMs,
    });
  }

  #reportUnanswered(task: PollActivityTaskQueueResponse, error: unknown): void {
    if (error instanceof ServiceError && error.code === 'NOT_FOUND') return;
    const { activityType, activityId, attempt, workflowExecution } = task;
    this.#options.logger.error('the answer of an activity did not reach the service, which will let it time out', {
      activityType,
      activityId,
      attempt,
      workflowId: workflowExecution.workflowId,
      error,
    });
  }
}

interface Started {
  readonly activity: AnyActivity;
  readonly attempt: ActivityAttempt;
  readonly heartbeats: Heartbeats;
  readonly input: { readonly args: unknown[]; readonly headers: NonNullable<PollActivityTaskQueueResponse['header']> };
}

/** What user code threw, as a failure of its own; a thrown text or object goes to the converter as it is, which says so. */
function wrapped(error: unknown): unknown {
  return isError(error) ? ensureApplicationFailure(error) : error;
}

/** The code has to be changed, and every further attempt would do its work in vain: not retried. */
function refuseTooLarge(payloads: readonly Payload[], what: string): void {
  const why = whyTooLarge(payloads, what);
  if (why !== undefined) throw ApplicationFailure.nonRetryable(why, 'PayloadSizeError');
}

function detailsError(what: string, error: unknown): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error;
  const reason = isError(error) ? error.message : String(error);
  return ApplicationFailure.fromError(error, { message: `${what} cannot be sent: ${reason}`, nonRetryable: true });
}

function notRegistered(activityType: string, { activities, taskQueue }: ActivityTasksOptions): ApplicationFailure {
  const known = [...activities.keys()].map((name) => `'${name}'`).join(', ') || 'none';
  const failure = ApplicationFailure.create({
    type: 'NotFoundError',
    message: `the activity '${activityType}' is not registered with this worker of the task queue '${taskQueue}': registered are ${known}`,
  });
  failure.stack = `${failure.name}: ${failure.message}`;
  return failure;
}
