// Errors to the protocol's Failure and back. What was read from a Failure is written as that Failure again, so that a failure
// that passes through a workflow keeps all that its origin said of it, also what this version does not know.

import type { Payload } from '../../api/messages/common.ts';
import type { Failure } from '../../api/messages/failure.ts';
import { msOptionalToNumber } from './duration.ts';
import { isError } from './error-brand.ts';
import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  ensureApplicationFailure,
  type RetryState,
  ServerFailure,
  TemporalFailure,
  TerminatedFailure,
  TimeoutFailure,
  type TimeoutType,
} from './failure.ts';
import { arrayFromPayloads, fromPayloadsAtIndex, type PayloadConverter, toPayloads } from './payload-converter.ts';
import { userStack } from './stack-trace.ts';

/** What our failures name as their source, as other SDKs name themselves. */
export const FAILURE_SOURCE = 'perdure';

/** Causes deeper than this are left out: they say nothing new, and a chain may be circular. */
const DEEPEST_CAUSE = 20;

/** Turns errors into the protocol's failures and back. */
export interface FailureConverter {
  errorToFailure(error: unknown, payloadConverter: PayloadConverter): Failure;
  failureToError(failure: Failure, payloadConverter: PayloadConverter): Error;
}

export interface DefaultFailureConverterOptions {
  /** Puts message and stack into a payload, where a codec can encrypt them. Default false. */
  readonly encodeCommonAttributes: boolean;
}

/** The failure converter whose failures every Temporal SDK reads. */
export class DefaultFailureConverter implements FailureConverter {
  readonly options: DefaultFailureConverterOptions;

  constructor(options: Partial<DefaultFailureConverterOptions> = {}) {
    this.options = { encodeCommonAttributes: options.encodeCommonAttributes ?? false };
  }

  errorToFailure(error: unknown, payloadConverter: PayloadConverter): Failure {
    return this.#toFailure(error, payloadConverter, 0);
  }

  failureToError(failure: Failure, payloadConverter: PayloadConverter): Error {
    const { message, stackTrace } = commonAttributes(failure, payloadConverter);
    const cause = failure.cause && this.failureToError(failure.cause, payloadConverter);
    const error = errorOf(failure, message, cause, payloadConverter);
    // A JavaScript stack begins with its error's name and message; other languages' stacks have only frames.
    error.stack = stackTrace.includes(message) ? stackTrace : `${error.name}: ${message}\n${stackTrace}`.trimEnd();
    Object.defineProperty(error, 'failure', { value: failure, writable: true, configurable: true });
    return error;
  }

  #toFailure(error: unknown, payloadConverter: PayloadConverter, depth: number): Failure {
    if (error instanceof TemporalFailure && error.failure) return error.failure;
    const known = error instanceof TemporalFailure ? error : ensureApplicationFailure(thrown(error));
    const cause =
      isError(known.cause) && depth < DEEPEST_CAUSE
        ? this.#toFailure(known.cause, payloadConverter, depth + 1)
        : undefined;
    const failure = {
      message: known.message,
      source: FAILURE_SOURCE,
      stackTrace: userStack(known.stack),
      ...(cause && { cause }),
      ...infoOf(known, payloadConverter),
    };
    return this.options.encodeCommonAttributes ? encodeAttributes(failure, payloadConverter) : failure;
  }
}

/** What was thrown, if it is an error; else one that says what was thrown and that an Error would have told more. */
function thrown(value: unknown): unknown {
  if (isError(value)) return value;
  const advice = '[not an Error was thrown: throw Errors, which know their stack]';
  const failure = ApplicationFailure.create({ message: `${shown(value)} ${advice}` });
  failure.stack = '';
  return failure;
}

function shown(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}

function encodeAttributes(failure: Failure, payloadConverter: PayloadConverter): Failure {
  const { message, stackTrace = '' } = failure;
  const encodedAttributes = payloadConverter.toPayload({ message, stack_trace: stackTrace });
  return { ...failure, message: 'Encoded failure', stackTrace: '', encodedAttributes };
}

/** Message and stack, out of the payload that hides them if there is one. */
function commonAttributes(failure: Failure, payloadConverter: PayloadConverter) {
  const { message, stackTrace = '', encodedAttributes } = failure;
  if (!encodedAttributes) return { message, stackTrace };
  const hidden = payloadConverter.fromPayload<{ message?: unknown; stack_trace?: unknown } | null>(encodedAttributes);
  return {
    message: typeof hidden?.message === 'string' ? hidden.message : message,
    stackTrace: typeof hidden?.stack_trace === 'string' ? hidden.stack_trace : stackTrace,
  };
}

function infoOf(error: TemporalFailure, converter: PayloadConverter): Partial<Failure> {
  if (error instanceof ApplicationFailure) return { applicationFailureInfo: applicationInfo(error, converter) };
  if (error instanceof ActivityFailure) return { activityFailureInfo: activityInfo(error) };
  if (error instanceof ChildWorkflowFailure) return { childWorkflowExecutionFailureInfo: childInfo(error) };
  if (error instanceof CancelledFailure) return { canceledFailureInfo: withDetails(error.details, converter) };
  if (error instanceof TerminatedFailure) return { terminatedFailureInfo: {} };
  if (error instanceof ServerFailure) return { serverFailureInfo: { nonRetryable: error.nonRetryable } };
  if (error instanceof TimeoutFailure) return { timeoutFailureInfo: timeoutInfo(error, converter) };
  // Any other kind, of which the protocol knows nothing, is an application's failure with that name.
  return { applicationFailureInfo: { type: error.name } };
}

function withDetails(
  details: readonly unknown[],
  converter: PayloadConverter,
): { details?: readonly Payload[] | undefined } {
  return details.length === 0 ? {} : { details: toPayloads(converter, details) };
}

function applicationInfo(error: ApplicationFailure, converter: PayloadConverter) {
  const nextRetryDelayMs = msOptionalToNumber(error.nextRetryDelay);
  return {
    ...(error.type !== undefined && { type: error.type }),
    ...(error.nonRetryable && { nonRetryable: true }),
    ...withDetails(error.details, converter),
    ...(nextRetryDelayMs !== undefined && { nextRetryDelayMs }),
    ...(error.category !== undefined && { category: error.category }),
  };
}

function activityInfo({ activityType, activityId, retryState, identity }: ActivityFailure) {
  return {
    scheduledEventId: 0,
    startedEventId: 0,
    identity,
    activityType,
    activityId: activityId ?? '',
    retryState: retryState ?? 'UNSPECIFIED',
  } as const;
}

function childInfo({ namespace, execution, workflowType, retryState }: ChildWorkflowFailure) {
  return {
    namespace,
    workflowExecution: execution,
    workflowType,
    initiatedEventId: 0,
    startedEventId: 0,
    retryState: retryState ?? 'UNSPECIFIED',
  } as const;
}

function timeoutInfo({ timeoutType, lastHeartbeatDetails }: TimeoutFailure, converter: PayloadConverter) {
  return {
    timeoutType: timeoutType ?? 'UNSPECIFIED',
    ...(lastHeartbeatDetails !== undefined && {
      lastHeartbeatDetails: toPayloads(converter, [lastHeartbeatDetails]),
    }),
  } as const;
}

function errorOf(failure: Failure, message: string, cause: Error | undefined, converter: PayloadConverter): Error {
  if (failure.applicationFailureInfo) {
    const { type, nonRetryable, details, nextRetryDelayMs, category } = failure.applicationFailureInfo;
    return new ApplicationFailure(
      message,
      type,
      nonRetryable,
      arrayFromPayloads(converter, details),
      cause,
      nextRetryDelayMs,
      category === 'BENIGN' ? category : undefined,
    );
  }
  if (failure.activityFailureInfo) {
    const { activityType = '', activityId, retryState, identity } = failure.activityFailureInfo;
    return new ActivityFailure(message, activityType, activityId, known<RetryState>(retryState), identity, cause);
  }
  if (failure.timeoutFailureInfo) {
    const { lastHeartbeatDetails, timeoutType } = failure.timeoutFailureInfo;
    const last = fromPayloadsAtIndex(converter, 0, lastHeartbeatDetails);
    return new TimeoutFailure(message, last, known<TimeoutType>(timeoutType), cause);
  }
  if (failure.canceledFailureInfo) {
    return new CancelledFailure(message, arrayFromPayloads(converter, failure.canceledFailureInfo.details), cause);
  }
  return rarerErrorOf(failure, message, cause, converter);
}

function rarerErrorOf(
  failure: Failure,
  message: string,
  cause: Error | undefined,
  converter: PayloadConverter,
): TemporalFailure {
  if (failure.childWorkflowExecutionFailureInfo) {
    const { namespace, workflowExecution, workflowType = '', retryState } = failure.childWorkflowExecutionFailureInfo;
    const execution = workflowExecution ?? { workflowId: '', runId: '' };
    return new ChildWorkflowFailure(namespace, execution, workflowType, known<RetryState>(retryState), cause);
  }
  if (failure.terminatedFailureInfo) return new TerminatedFailure(message, cause);
  if (failure.serverFailureInfo) return new ServerFailure(message, !!failure.serverFailureInfo.nonRetryable, cause);
  if (failure.resetWorkflowFailureInfo) {
    const details = arrayFromPayloads(converter, failure.resetWorkflowFailureInfo.lastHeartbeatDetails);
    return new ApplicationFailure(message, 'ResetWorkflow', false, details, cause);
  }
  return new TemporalFailure(message, cause);
}

function known<E extends string>(value: string | undefined): E | undefined {
  return value === undefined || value === 'UNSPECIFIED' ? undefined : (value as E);
}
