import { bool, duration, field, type Infer, int, type Kind, lazyMessage, message, must, text } from '../schema.ts';
import { activityTypeName, type Payload, payload, payloads, workflowExecution, workflowTypeName } from './common.ts';
import { applicationErrorCategory, nexusHandlerErrorRetryBehavior, retryState, timeoutType } from './enums.ts';

export const applicationFailureInfo = message({
  type: field(1, text),
  nonRetryable: field(2, bool),
  details: field(3, payloads),
  nextRetryDelayMs: field(4, duration),
  category: field(5, applicationErrorCategory),
});
export type ApplicationFailureInfo = Infer<typeof applicationFailureInfo>;

export const timeoutFailureInfo = message({
  timeoutType: must(1, timeoutType),
  lastHeartbeatDetails: field(2, payloads),
});
export type TimeoutFailureInfo = Infer<typeof timeoutFailureInfo>;

export const canceledFailureInfo = message({
  details: field(1, payloads),
  identity: field(2, text),
});
export type CanceledFailureInfo = Infer<typeof canceledFailureInfo>;

export const terminatedFailureInfo = message({
  identity: field(1, text),
});
export type TerminatedFailureInfo = Infer<typeof terminatedFailureInfo>;

export const serverFailureInfo = message({
  nonRetryable: field(1, bool),
});
export type ServerFailureInfo = Infer<typeof serverFailureInfo>;

export const resetWorkflowFailureInfo = message({
  lastHeartbeatDetails: field(1, payloads),
});
export type ResetWorkflowFailureInfo = Infer<typeof resetWorkflowFailureInfo>;

export const activityFailureInfo = message({
  scheduledEventId: must(1, int),
  startedEventId: must(2, int),
  identity: field(3, text),
  activityType: field(4, activityTypeName),
  activityId: must(5, text),
  retryState: field(6, retryState),
});
export type ActivityFailureInfo = Infer<typeof activityFailureInfo>;

export const childWorkflowExecutionFailureInfo = message({
  namespace: field(1, text),
  workflowExecution: field(2, workflowExecution),
  workflowType: field(3, workflowTypeName),
  initiatedEventId: must(4, int),
  startedEventId: must(5, int),
  retryState: field(6, retryState),
});
export type ChildWorkflowExecutionFailureInfo = Infer<typeof childWorkflowExecutionFailureInfo>;

export const nexusOperationFailureInfo = message({
  scheduledEventId: must(1, int),
  endpoint: field(2, text),
  service: field(3, text),
  operation: field(4, text),
  operationId: field(5, text),
  operationToken: field(6, text),
});
export type NexusOperationFailureInfo = Infer<typeof nexusOperationFailureInfo>;

export const nexusHandlerFailureInfo = message({
  type: field(1, text),
  retryBehavior: field(2, nexusHandlerErrorRetryBehavior),
});
export type NexusHandlerFailureInfo = Infer<typeof nexusHandlerFailureInfo>;

/** A failure holds its cause, which is a failure: the one message here whose type cannot be inferred from its table. */
export interface Failure {
  readonly message: string;
  readonly source?: string | undefined;
  readonly stackTrace?: string | undefined;
  readonly encodedAttributes?: Payload | undefined;
  readonly cause?: Failure | undefined;
  readonly applicationFailureInfo?: ApplicationFailureInfo | undefined;
  readonly timeoutFailureInfo?: TimeoutFailureInfo | undefined;
  readonly canceledFailureInfo?: CanceledFailureInfo | undefined;
  readonly terminatedFailureInfo?: TerminatedFailureInfo | undefined;
  readonly serverFailureInfo?: ServerFailureInfo | undefined;
  readonly resetWorkflowFailureInfo?: ResetWorkflowFailureInfo | undefined;
  readonly activityFailureInfo?: ActivityFailureInfo | undefined;
  readonly childWorkflowExecutionFailureInfo?: ChildWorkflowExecutionFailureInfo | undefined;
  readonly nexusOperationExecutionFailureInfo?: NexusOperationFailureInfo | undefined;
  readonly nexusHandlerFailureInfo?: NexusHandlerFailureInfo | undefined;
}

export const failure: Kind<Failure> = lazyMessage<Failure>(() => ({
  message: must(1, text),
  source: field(2, text),
  stackTrace: field(3, text),
  encodedAttributes: field(20, payload),
  cause: field(4, failure),
  applicationFailureInfo: field(5, applicationFailureInfo),
  timeoutFailureInfo: field(6, timeoutFailureInfo),
  canceledFailureInfo: field(7, canceledFailureInfo),
  terminatedFailureInfo: field(8, terminatedFailureInfo),
  serverFailureInfo: field(9, serverFailureInfo),
  resetWorkflowFailureInfo: field(10, resetWorkflowFailureInfo),
  activityFailureInfo: field(11, activityFailureInfo),
  childWorkflowExecutionFailureInfo: field(12, childWorkflowExecutionFailureInfo),
  nexusOperationExecutionFailureInfo: field(13, nexusOperationFailureInfo),
  nexusHandlerFailureInfo: field(14, nexusHandlerFailureInfo),
}));
