import type { WorkflowService } from '../../api/workflow-service.ts';
import { type ConnectionLike, defaultIdentity } from '../client/base-client.ts';
import { type DataConverter, type LoadedDataConverter, loadDataConverter } from '../common/data-converter.ts';
import { type Duration, msOptionalToNumber, msToNumber } from '../common/duration.ts';
import { defaultLogger, type Logger } from '../common/logger.ts';
import { defaultPayloadConverter } from '../common/payload-converter.ts';
import type { AnyActivity } from './activity-attempt.ts';
import type { ActivityInterceptorsFactory, WorkerInterceptors } from './interceptors.ts';
import type { OnStuck } from './stuck-runs.ts';

/** A finished bundle of workflow code, made by `bundleWorkflowCode`: production then needs no bundler. */
export interface WorkflowBundle {
  readonly code: string;
  readonly sourceMap?: string | undefined;
}

export interface WorkerOptions {
  /** The service itself; or give `connection`. */
  readonly service?: WorkflowService | undefined;
  readonly connection?: ConnectionLike | undefined;
  /** Default 'default'. */
  readonly namespace?: string | undefined;
  /** The queue whose tasks this worker takes. */
  readonly taskQueue: string;
  /** The file whose exports are the workflows. It is bundled when the worker is created. */
  readonly workflowsPath?: string | undefined;
  readonly workflowBundle?: WorkflowBundle | undefined;
  /** The activities by name, e.g. a module's exports. What is not a function is passed over; 'default' takes all other names. */
  readonly activities?: object | undefined;
  /** Who works, as histories show it. Default `pid@host`. */
  readonly identity?: string | undefined;
  readonly dataConverter?: DataConverter | undefined;
  /** Attempts at once. Default 100. */
  readonly maxConcurrentActivityTaskExecutions?: number | undefined;
  /** Polls for activities at once. Default 10 over a connection, and one per free slot where the service is in this process. */
  readonly maxConcurrentActivityTaskPolls?: number | undefined;
  /** Workflow tasks at once, at least 2. Default 100. */
  readonly maxConcurrentWorkflowTaskExecutions?: number | undefined;
  /** Polls for workflow tasks at once, at least 2. Default as for activities. */
  readonly maxConcurrentWorkflowTaskPolls?: number | undefined;
  /** How large the cached runs may be together, in bytes; a run that is not cached is replayed. Default 256 MiB. */
  readonly maxCachedBytes?: number | undefined;
  /** How long a workflow may run without yielding before it is interrupted. Default 2 s. */
  readonly interruptAfter?: Duration | undefined;
  /** How long activities may go on after `shutdown` before they are cancelled. Default 0. */
  readonly shutdownGraceTime?: Duration | undefined;
  /** How long after `shutdown` the worker is given up with what still runs in it: `run` then rejects. Default: never. */
  readonly shutdownForceTime?: Duration | undefined;
  /** Heartbeats are sent at least this often, if there are any. Default 60 s. */
  readonly maxHeartbeatThrottleInterval?: Duration | undefined;
  /** How often heartbeats of an activity without heartbeat timeout are sent. Default 30 s. */
  readonly defaultHeartbeatThrottleInterval?: Duration | undefined;
  /** How long a workflow task waits for this worker before another one may take it. Default 10 s. */
  readonly stickyQueueScheduleToStartTimeout?: Duration | undefined;
  readonly interceptors?: WorkerInterceptors | undefined;
  /** Default: warnings and errors to the standard error stream. */
  readonly logger?: Logger | undefined;
  /** Called when a run's workflow task keeps failing, once for each error of a run. */
  readonly onStuck?: OnStuck | undefined;
}

export interface CompiledWorkerOptions {
  readonly service: WorkflowService;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly workflows: { readonly path: string } | WorkflowBundle | undefined;
  readonly activities: ReadonlyMap<string, AnyActivity>;
  readonly identity: string;
  readonly dataConverter: LoadedDataConverter;
  readonly activitySlots: number;
  readonly activityPolls: number;
  readonly workflowSlots: number;
  readonly workflowPolls: number;
  readonly maxCachedBytes: number | undefined;
  readonly interruptAfterMs: number | undefined;
  readonly shutdownGraceTimeMs: number;
  readonly shutdownForceTimeMs: number | undefined;
  readonly maxHeartbeatThrottleIntervalMs: number;
  readonly defaultHeartbeatThrottleIntervalMs: number;
  readonly stickyScheduleToStartTimeoutMs: number;
  readonly activityInterceptors: readonly ActivityInterceptorsFactory[];
  readonly logger: Logger;
  readonly onStuck: OnStuck | undefined;
}

const POLLS_OVER_A_CONNECTION = 10;

/** Checks a worker's options and fills in the defaults. Throws a TypeError that names the option. */
export function compileWorkerOptions(options: WorkerOptions): CompiledWorkerOptions {
  const service = options.service ?? options.connection?.workflowService;
  if (!service) throw new TypeError('a worker needs a service or a connection: pass one of the two');
  if (typeof options.taskQueue !== 'string' || options.taskQueue === '') {
    throw new TypeError('the option taskQueue is missing: name the queue whose tasks the worker takes');
  }
  const activities = namedFunctions(options.activities);
  const workflows = workflowsOf(options);
  if (!workflows && activities.size === 0) {
    throw new TypeError('a worker needs workflowsPath or workflowBundle, or activities: it has nothing to do');
  }
  refuseConverterInSandbox(options, workflows !== undefined);
  return {
    service,
    workflows,
    activities,
    taskQueue: options.taskQueue,
    namespace: options.namespace ?? 'default',
    identity: options.identity ?? defaultIdentity(),
    dataConverter: loadDataConverter(options.dataConverter),
    ...concurrency(options),
    maxCachedBytes: options.maxCachedBytes,
    interruptAfterMs: msOptionalToNumber(options.interruptAfter),
    shutdownForceTimeMs: msOptionalToNumber(options.shutdownForceTime),
    shutdownGraceTimeMs: msToNumber(options.shutdownGraceTime ?? 0),
    maxHeartbeatThrottleIntervalMs: msToNumber(options.maxHeartbeatThrottleInterval ?? '60 s'),
    defaultHeartbeatThrottleIntervalMs: msToNumber(options.defaultHeartbeatThrottleInterval ?? '30 s'),
    stickyScheduleToStartTimeoutMs: msToNumber(options.stickyQueueScheduleToStartTimeout ?? '10 s'),
    activityInterceptors: options.interceptors?.activity ?? [],
    logger: options.logger ?? defaultLogger,
    onStuck: options.onStuck,
  };
}

/** A poll that waits in this process costs next to nothing, and a task that finds a poll waiting is handed over at once. */
function concurrency(options: WorkerOptions) {
  const activitySlots = count(
    'maxConcurrentActivityTaskExecutions',
    options.maxConcurrentActivityTaskExecutions,
    100,
    1,
  );
  const workflowSlots = count(
    'maxConcurrentWorkflowTaskExecutions',
    options.maxConcurrentWorkflowTaskExecutions,
    100,
    2,
  );
  const inProcess = options.service !== undefined;
  const polls = (slots: number) => (inProcess ? slots : Math.min(slots, POLLS_OVER_A_CONNECTION));
  const { maxConcurrentActivityTaskPolls, maxConcurrentWorkflowTaskPolls } = options;
  return {
    activitySlots,
    workflowSlots,
    activityPolls: Math.min(
      count('maxConcurrentActivityTaskPolls', maxConcurrentActivityTaskPolls, polls(activitySlots), 1),
      activitySlots,
    ),
    workflowPolls: Math.min(
      count('maxConcurrentWorkflowTaskPolls', maxConcurrentWorkflowTaskPolls, polls(workflowSlots), 2),
      workflowSlots,
    ),
  };
}

function count(name: string, value: number | undefined, otherwise: number, least: number): number {
  if (value === undefined) return otherwise;
  if (Number.isInteger(value) && value >= least) return value;
  throw new TypeError(`the option ${name} is ${value}: it must be an integer of at least ${least}`);
}

function namedFunctions(activities: object = {}): ReadonlyMap<string, AnyActivity> {
  return new Map(Object.entries(activities).filter(([, activity]) => typeof activity === 'function'));
}

function workflowsOf({ workflowsPath, workflowBundle }: WorkerOptions): CompiledWorkerOptions['workflows'] {
  if (workflowsPath !== undefined && workflowBundle !== undefined) {
    throw new TypeError('give either workflowsPath or workflowBundle, not both');
  }
  return workflowBundle ?? (workflowsPath === undefined ? undefined : { path: workflowsPath });
}

/** Converters are code, and code that was not bundled cannot enter the sandbox; codecs stay outside, so they may be anything. */
function refuseConverterInSandbox({ dataConverter }: WorkerOptions, hasWorkflows: boolean): void {
  const custom = dataConverter?.payloadConverter ?? defaultPayloadConverter;
  if (hasWorkflows && custom !== defaultPayloadConverter) {
    throw new TypeError(
      'dataConverter.payloadConverter does not reach into the workflow sandbox, so workflows could not read what activities wrote: use dataConverter.payloadCodecs',
    );
  }
}
