// What every part of the SDK offers under the same names: each of `perdure/workflow`, `perdure/activity`, `perdure/client` and
// `perdure/worker` exports all of it.

export { ActivityCancellationType, type ActivityOptions } from './activity-options.ts';
export {
  type DataConverter,
  defaultDataConverter,
  defaultFailureConverter,
  type LoadedDataConverter,
  type PayloadCodec,
} from './data-converter.ts';
export {
  type ActivityFunction,
  type BaseWorkflowHandle,
  HandlerUnfinishedPolicy,
  type QueryDefinition,
  type SignalDefinition,
  type UntypedActivities,
  type UpdateDefinition,
  type Workflow,
  type WorkflowResultType,
} from './definitions.ts';
export type { Duration, StringValue } from './duration.ts';
export {
  CompleteAsyncError,
  IllegalStateError,
  NamespaceNotFoundError,
  PayloadConverterError,
  ValueError,
  WorkflowNotFoundError,
} from './errors.ts';
export {
  ActivityFailure,
  ApplicationFailure,
  ApplicationFailureCategory,
  type ApplicationFailureOptions,
  CancelledFailure,
  ChildWorkflowFailure,
  ensureApplicationFailure,
  ensureTemporalFailure,
  isCancellation,
  type ProtoFailure,
  RetryState,
  rootCause,
  ServerFailure,
  TemporalFailure,
  TerminatedFailure,
  TimeoutFailure,
  TimeoutType,
  WorkflowExecutionAlreadyStartedError,
} from './failure.ts';
export {
  DefaultFailureConverter,
  type DefaultFailureConverterOptions,
  type FailureConverter,
} from './failure-converter.ts';
export type { Headers, Next } from './interceptors.ts';
export type { Logger, LogLevel, LogMetadata } from './logger.ts';
export {
  arrayFromPayloads,
  BinaryPayloadConverter,
  CompositePayloadConverter,
  defaultPayloadConverter,
  fromPayloadsAtIndex,
  JsonPayloadConverter,
  mapFromPayloads,
  mapToPayloads,
  type Payload,
  type PayloadConverter,
  type PayloadConverterWithEncoding,
  toPayloads,
  UndefinedPayloadConverter,
} from './payload-converter.ts';
export type { Priority } from './priority.ts';
export type { RetryPolicy } from './retry-policy.ts';
export {
  type CommonWorkflowOptions,
  type WithWorkflowArgs,
  WorkflowIdConflictPolicy,
  WorkflowIdReusePolicy,
} from './workflow-options.ts';
