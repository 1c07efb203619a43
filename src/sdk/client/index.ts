// `perdure/client`: start workflows and talk to them.

export * from '../common/index.ts';
export { AsyncCompletionClient, type FullActivityId } from './async-completion-client.ts';
export type { BaseClientOptions, ConnectionLike } from './base-client.ts';
export { Client, type ClientOptions } from './client.ts';
export {
  ActivityCancelledError,
  ActivityCompletionError,
  ActivityNotFoundError,
  ActivityPausedError,
  ActivityResetError,
  QueryNotRegisteredError,
  QueryRejectedError,
  ServiceError,
  WorkflowContinuedAsNewError,
  WorkflowFailedError,
} from './errors.ts';
export type {
  PendingActivity,
  PendingWorkflowTask,
  WorkflowExecutionDescription,
  WorkflowExecutionInfo,
  WorkflowExecutionStatusName,
} from './execution-info.ts';
export type {
  QueryRejectCondition,
  WorkflowCancelInput,
  WorkflowClientInterceptor,
  WorkflowDescribeInput,
  WorkflowQueryInput,
  WorkflowSignalInput,
  WorkflowSignalWithStartInput,
  WorkflowStartInput,
  WorkflowStartOutput,
  WorkflowTarget,
  WorkflowTerminateInput,
} from './interceptors.ts';
export {
  type AsyncWorkflowListIterable,
  type GetWorkflowHandleOptions,
  type ListOptions,
  WorkflowClient,
  type WorkflowClientOptions,
  type WorkflowResultOptions,
} from './workflow-client.ts';
export type {
  History,
  WorkflowHandle,
  WorkflowHandleWithFirstExecutionRunId,
  WorkflowHandleWithSignaledRunId,
  WorkflowHandleWithStartDetails,
} from './workflow-handle.ts';
export type {
  CompiledWorkflowOptions,
  WorkflowOptions,
  WorkflowSignalWithStartOptions,
  WorkflowStartOptions,
} from './workflow-options.ts';
