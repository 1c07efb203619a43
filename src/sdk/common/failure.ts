// Failures: the errors that cross between activity, workflow and client, and are kept in history. Names, fields and meaning are
// the official TypeScript SDK's.
//
// User code throws `ApplicationFailure` or any Error; every other class here is made by the SDK, mostly from history. An
// activity's failure reaches the workflow as an ActivityFailure whose cause says why, a child's as a ChildWorkflowFailure.

import type { Failure } from '../../api/messages/failure.ts';
import type { Duration } from './duration.ts';
import { brandError, isError } from './error-brand.ts';

export type { Failure as ProtoFailure } from '../../api/messages/failure.ts';

/** Which of an activity's or a workflow's timeouts passed. */
export const TimeoutType = {
  START_TO_CLOSE: 'START_TO_CLOSE',
  SCHEDULE_TO_START: 'SCHEDULE_TO_START',
  SCHEDULE_TO_CLOSE: 'SCHEDULE_TO_CLOSE',
  HEARTBEAT: 'HEARTBEAT',
} as const;
export type TimeoutType = (typeof TimeoutType)[keyof typeof TimeoutType];

/** Why there was no further attempt. */
export const RetryState = {
  IN_PROGRESS: 'IN_PROGRESS',
  NON_RETRYABLE_FAILURE: 'NON_RETRYABLE_FAILURE',
  TIMEOUT: 'TIMEOUT',
  MAXIMUM_ATTEMPTS_REACHED: 'MAXIMUM_ATTEMPTS_REACHED',
  RETRY_POLICY_NOT_SET: 'RETRY_POLICY_NOT_SET',
  INTERNAL_SERVER_ERROR: 'INTERNAL_SERVER_ERROR',
  CANCEL_REQUESTED: 'CANCEL_REQUESTED',
} as const;
export type RetryState = (typeof RetryState)[keyof typeof RetryState];

/** A BENIGN failure is part of normal operation: the worker logs it at DEBUG. */
export const ApplicationFailureCategory = {
  BENIGN: 'BENIGN',
} as const;
export type ApplicationFailureCategory = (typeof ApplicationFailureCategory)[keyof typeof ApplicationFailureCategory];

/** What all failures are. Never extend it; throw `ApplicationFailure`. */
export class TemporalFailure extends Error {
  static {
    brandError(TemporalFailure, 'TemporalFailure');
  }

  declare readonly cause?: Error;
  /** The message that this error was read from, so that it travels on unchanged. Absent on what user code made. */
  declare failure?: Failure;

  constructor(message?: string | null, cause?: Error) {
    super(message ?? undefined, cause === undefined ? undefined : { cause });
  }
}

/** A failure that the service itself made. */
export class ServerFailure extends TemporalFailure {
  static {
    brandError(ServerFailure, 'ServerFailure');
  }

  readonly nonRetryable: boolean;

  constructor(message: string | undefined, nonRetryable: boolean, cause?: Error) {
    super(message, cause);
    this.nonRetryable = nonRetryable;
  }
}

export interface ApplicationFailureOptions {
  readonly message?: string | undefined;
  /** What `nonRetryableErrorTypes` of a retry policy is matched against. */
  readonly type?: string | undefined;
  /** Default false. */
  readonly nonRetryable?: boolean | undefined;
  readonly details?: readonly unknown[] | undefined;
  /** Replaces the retry policy's next interval, and its maximum too; attempts and total time still count. */
  readonly nextRetryDelay?: Duration | undefined;
  readonly cause?: Error | undefined;
  readonly category?: ApplicationFailureCategory | undefined;
}

/**
 * A failure of the application: the one to throw.
 *
 * Thrown from an activity it fails the attempt, which is retried unless it is `nonRetryable` or its `type` is among the retry
 * policy's `nonRetryableErrorTypes`. Thrown from a workflow it fails the workflow; any other error thrown there fails only the
 * workflow task, which is tried again until the code is put right.
 */
export class ApplicationFailure extends TemporalFailure {
  static {
    brandError(ApplicationFailure, 'ApplicationFailure');
  }

  readonly type: string | undefined;
  readonly nonRetryable: boolean;
  readonly details: readonly unknown[];
  readonly nextRetryDelay: Duration | undefined;
  readonly category: ApplicationFailureCategory | undefined;

  constructor(
    message?: string | null,
    type?: string | null,
    nonRetryable?: boolean | null,
    details?: readonly unknown[] | null,
    cause?: Error,
    nextRetryDelay?: Duration | null,
    category?: ApplicationFailureCategory | null,
  ) {
    super(message, cause);
    this.type = type ?? undefined;
    this.nonRetryable = nonRetryable ?? false;
    this.details = details ?? [];
    this.nextRetryDelay = nextRetryDelay ?? undefined;
    this.category = category ?? undefined;
  }

  static create(options: ApplicationFailureOptions): ApplicationFailure {
    const { message, type, nonRetryable, details, cause, nextRetryDelay, category } = options;
    return new ApplicationFailure(message, type, nonRetryable, details, cause, nextRetryDelay, category);
  }

  /** A failure that is retried unless its type is among the policy's `nonRetryableErrorTypes`. `type` defaults to 'Error'. */
  static retryable(message?: string | null, type?: string | null, ...details: unknown[]): ApplicationFailure {
    return new ApplicationFailure(message, type ?? 'Error', false, details);
  }

  /** A failure that is never retried. `type` defaults to 'Error'. */
  static nonRetryable(message?: string | null, type?: string | null, ...details: unknown[]): ApplicationFailure {
    return new ApplicationFailure(message, type ?? 'Error', true, details);
  }

  /** The failure that an error stands for, with some of it said otherwise. The error's stack is kept, and it is not changed. */
  static fromError(error: unknown, overrides: ApplicationFailureOptions = {}): ApplicationFailure {
    const { message, type, nonRetryable, details, nextRetryDelay, cause, category } = ensureApplicationFailure(error);
    const failure = ApplicationFailure.create({
      message,
      type,
      nonRetryable,
      details,
      nextRetryDelay,
      cause,
      category,
      ...overrides,
    });
    return withStackOf(failure, error);
  }
}

/**
 * Cancellation was asked for. Let it pass to be cancelled, catch it to go on. On the client it is the cause of the
 * WorkflowFailedError of a cancelled workflow.
 */
export class CancelledFailure extends TemporalFailure {
  static {
    brandError(CancelledFailure, 'CancelledFailure');
  }

  readonly details: readonly unknown[];

  constructor(message: string | undefined, details: readonly unknown[] = [], cause?: Error) {
    super(message, cause);
    this.details = details;
  }
}

/** The workflow was terminated. */
export class TerminatedFailure extends TemporalFailure {
  static {
    brandError(TerminatedFailure, 'TerminatedFailure');
  }
}

/** One of the timeouts passed. */
export class TimeoutFailure extends TemporalFailure {
  static {
    brandError(TimeoutFailure, 'TimeoutFailure');
  }

  /** What the activity recorded last, e.g. how far it had come. */
  readonly lastHeartbeatDetails: unknown;
  readonly timeoutType: TimeoutType | undefined;

  constructor(
    message: string | undefined,
    lastHeartbeatDetails: unknown,
    timeoutType: TimeoutType | undefined,
    cause?: Error,
  ) {
    super(message, cause);
    this.lastHeartbeatDetails = lastHeartbeatDetails;
    this.timeoutType = timeoutType;
  }
}

/** An activity did not succeed; `cause` says why, `rootCause(error)` says it in one text. Made by the SDK. */
export class ActivityFailure extends TemporalFailure {
  static {
    brandError(ActivityFailure, 'ActivityFailure');
  }

  readonly activityType: string;
  readonly activityId: string | undefined;
  readonly retryState: RetryState | undefined;
  readonly identity: string | undefined;

  constructor(
    message: string | undefined,
    activityType: string,
    activityId: string | undefined,
    retryState: RetryState | undefined,
    identity: string | undefined,
    cause?: Error,
  ) {
    super(message, cause);
    this.activityType = activityType;
    this.activityId = activityId;
    this.retryState = retryState;
    this.identity = identity;
  }
}

/** A child workflow did not succeed; `cause` says why. Made by the SDK. */
export class ChildWorkflowFailure extends TemporalFailure {
  static {
    brandError(ChildWorkflowFailure, 'ChildWorkflowFailure');
  }

  readonly namespace: string | undefined;
  readonly execution: { readonly workflowId: string; readonly runId: string };
  readonly workflowType: string;
  readonly retryState: RetryState | undefined;

  constructor(
    namespace: string | undefined,
    execution: { readonly workflowId: string; readonly runId: string },
    workflowType: string,
    retryState: RetryState | undefined,
    cause?: Error,
  ) {
    super('Child Workflow execution failed', cause);
    this.namespace = namespace;
    this.execution = execution;
    this.workflowType = workflowType;
    this.retryState = retryState;
  }
}

/** A workflow with this id is running, or is closed and may not be followed by another (see `workflowIdReusePolicy`). */
export class WorkflowExecutionAlreadyStartedError extends TemporalFailure {
  static {
    brandError(WorkflowExecutionAlreadyStartedError, 'WorkflowExecutionAlreadyStartedError');
  }

  readonly workflowId: string;
  readonly workflowType: string;

  constructor(message: string, workflowId: string, workflowType: string) {
    super(message);
    this.workflowId = workflowId;
    this.workflowType = workflowType;
  }
}

/** The error itself if it is an ApplicationFailure, else the one that it stands for: its message, its class's name, its cause. */
export function ensureApplicationFailure(error: unknown): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error;
  if (typeof error !== 'object' || error === null) return ApplicationFailure.create({ message: String(error) });
  const { message, cause } = error as Partial<Error>;
  const failure = ApplicationFailure.create({
    message: typeof message === 'string' && message !== '' ? message : String(error),
    type: errorType(error),
    cause: isError(cause) ? cause : undefined,
  });
  return withStackOf(failure, error);
}

/** The error itself if it is a TemporalFailure, else the ApplicationFailure that it stands for. */
export function ensureTemporalFailure(error: unknown): TemporalFailure {
  return error instanceof TemporalFailure ? error : ensureApplicationFailure(error);
}

/** The text at the bottom of a failure's causes, which is what happened. Of any other error: its message. */
export function rootCause(error: unknown): string | undefined {
  let at = error;
  while (at instanceof TemporalFailure && at.cause) at = at.cause;
  return isError(at) ? at.message : typeof at === 'string' ? at : undefined;
}

/** Whether cancellation is what ended it: a CancelledFailure, or an activity's or child's failure that has one as its cause. */
export function isCancellation(error: unknown): boolean {
  if (error instanceof CancelledFailure) return true;
  return (error instanceof ActivityFailure || error instanceof ChildWorkflowFailure) && isCancellation(error.cause);
}

/** The class's name; a plain Error's own name where somebody set one, because 'Error' says nothing. */
function errorType(error: object): string | undefined {
  const className = error.constructor?.name;
  if (className && className !== 'Error' && className !== 'Object') return className;
  const { name } = error as Partial<Error>;
  return typeof name === 'string' && name !== '' ? name : className || undefined;
}

function withStackOf<F extends TemporalFailure>(failure: F, error: unknown): F {
  const stack = typeof error === 'object' && error !== null ? (error as Partial<Error>).stack : undefined;
  failure.stack = typeof stack === 'string' ? stack : '';
  return failure;
}
