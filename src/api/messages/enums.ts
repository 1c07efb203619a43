import { enumeration, type Infer } from '../schema.ts';

export const taskQueueKind = enumeration('TASK_QUEUE_KIND', {
  UNSPECIFIED: 0,
  NORMAL: 1,
  STICKY: 2,
  WORKER_COMMANDS: 3,
});
export type TaskQueueKind = Infer<typeof taskQueueKind>;

export const continueAsNewInitiator = enumeration('CONTINUE_AS_NEW_INITIATOR', {
  UNSPECIFIED: 0,
  WORKFLOW: 1,
  RETRY: 2,
  CRON_SCHEDULE: 3,
});
export type ContinueAsNewInitiator = Infer<typeof continueAsNewInitiator>;

export const applicationErrorCategory = enumeration('APPLICATION_ERROR_CATEGORY', {
  UNSPECIFIED: 0,
  BENIGN: 1,
});
export type ApplicationErrorCategory = Infer<typeof applicationErrorCategory>;

export const timeoutType = enumeration('TIMEOUT_TYPE', {
  UNSPECIFIED: 0,
  START_TO_CLOSE: 1,
  SCHEDULE_TO_START: 2,
  SCHEDULE_TO_CLOSE: 3,
  HEARTBEAT: 4,
});
export type TimeoutType = Infer<typeof timeoutType>;

export const retryState = enumeration('RETRY_STATE', {
  UNSPECIFIED: 0,
  IN_PROGRESS: 1,
  NON_RETRYABLE_FAILURE: 2,
  TIMEOUT: 3,
  MAXIMUM_ATTEMPTS_REACHED: 4,
  RETRY_POLICY_NOT_SET: 5,
  INTERNAL_SERVER_ERROR: 6,
  CANCEL_REQUESTED: 7,
});
export type RetryState = Infer<typeof retryState>;

export const nexusHandlerErrorRetryBehavior = enumeration('NEXUS_HANDLER_ERROR_RETRY_BEHAVIOR', {
  UNSPECIFIED: 0,
  RETRYABLE: 1,
  NON_RETRYABLE: 2,
});
export type NexusHandlerErrorRetryBehavior = Infer<typeof nexusHandlerErrorRetryBehavior>;

export const pinnedOverrideBehavior = enumeration('PINNED_OVERRIDE_BEHAVIOR', {
  UNSPECIFIED: 0,
  PINNED: 1,
});
export type PinnedOverrideBehavior = Infer<typeof pinnedOverrideBehavior>;

export const versioningBehavior = enumeration('VERSIONING_BEHAVIOR', {
  UNSPECIFIED: 0,
  PINNED: 1,
  AUTO_UPGRADE: 2,
});
export type VersioningBehavior = Infer<typeof versioningBehavior>;

export const continueAsNewVersioningBehavior = enumeration('CONTINUE_AS_NEW_VERSIONING_BEHAVIOR', {
  UNSPECIFIED: 0,
  AUTO_UPGRADE: 1,
  USE_RAMPING_VERSION: 2,
});
export type ContinueAsNewVersioningBehavior = Infer<typeof continueAsNewVersioningBehavior>;

export const suggestContinueAsNewReason = enumeration('SUGGEST_CONTINUE_AS_NEW_REASON', {
  UNSPECIFIED: 0,
  HISTORY_SIZE_TOO_LARGE: 1,
  TOO_MANY_HISTORY_EVENTS: 2,
  TOO_MANY_UPDATES: 3,
});
export type SuggestContinueAsNewReason = Infer<typeof suggestContinueAsNewReason>;

export const workflowTaskFailedCause = enumeration('WORKFLOW_TASK_FAILED_CAUSE', {
  UNSPECIFIED: 0,
  UNHANDLED_COMMAND: 1,
  BAD_SCHEDULE_ACTIVITY_ATTRIBUTES: 2,
  BAD_REQUEST_CANCEL_ACTIVITY_ATTRIBUTES: 3,
  BAD_START_TIMER_ATTRIBUTES: 4,
  BAD_CANCEL_TIMER_ATTRIBUTES: 5,
  BAD_RECORD_MARKER_ATTRIBUTES: 6,
  BAD_COMPLETE_WORKFLOW_EXECUTION_ATTRIBUTES: 7,
  BAD_FAIL_WORKFLOW_EXECUTION_ATTRIBUTES: 8,
  BAD_CANCEL_WORKFLOW_EXECUTION_ATTRIBUTES: 9,
  BAD_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_ATTRIBUTES: 10,
  BAD_CONTINUE_AS_NEW_ATTRIBUTES: 11,
  START_TIMER_DUPLICATE_ID: 12,
  RESET_STICKY_TASK_QUEUE: 13,
  WORKFLOW_WORKER_UNHANDLED_FAILURE: 14,
  BAD_SIGNAL_WORKFLOW_EXECUTION_ATTRIBUTES: 15,
  BAD_START_CHILD_EXECUTION_ATTRIBUTES: 16,
  FORCE_CLOSE_COMMAND: 17,
  FAILOVER_CLOSE_COMMAND: 18,
  BAD_SIGNAL_INPUT_SIZE: 19,
  RESET_WORKFLOW: 20,
  BAD_BINARY: 21,
  SCHEDULE_ACTIVITY_DUPLICATE_ID: 22,
  BAD_SEARCH_ATTRIBUTES: 23,
  NON_DETERMINISTIC_ERROR: 24,
  BAD_MODIFY_WORKFLOW_PROPERTIES_ATTRIBUTES: 25,
  PENDING_CHILD_WORKFLOWS_LIMIT_EXCEEDED: 26,
  PENDING_ACTIVITIES_LIMIT_EXCEEDED: 27,
  PENDING_SIGNALS_LIMIT_EXCEEDED: 28,
  PENDING_REQUEST_CANCEL_LIMIT_EXCEEDED: 29,
  BAD_UPDATE_WORKFLOW_EXECUTION_MESSAGE: 30,
  UNHANDLED_UPDATE: 31,
  BAD_SCHEDULE_NEXUS_OPERATION_ATTRIBUTES: 32,
  PENDING_NEXUS_OPERATIONS_LIMIT_EXCEEDED: 33,
  BAD_REQUEST_CANCEL_NEXUS_OPERATION_ATTRIBUTES: 34,
  FEATURE_DISABLED: 35,
  GRPC_MESSAGE_TOO_LARGE: 36,
  PAYLOADS_TOO_LARGE: 37,
  EXTERNAL_STORAGE_FAILURE: 38,
  WORKFLOW_PAUSE_REQUESTED_BEFORE_TASK_STARTED: 39,
  REQUEST_TOO_LARGE: 40,
});
export type WorkflowTaskFailedCause = Infer<typeof workflowTaskFailedCause>;

export const cancelExternalWorkflowExecutionFailedCause = enumeration(
  'CANCEL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE',
  {
    UNSPECIFIED: 0,
    EXTERNAL_WORKFLOW_EXECUTION_NOT_FOUND: 1,
    NAMESPACE_NOT_FOUND: 2,
  },
);
export type CancelExternalWorkflowExecutionFailedCause = Infer<typeof cancelExternalWorkflowExecutionFailedCause>;

export const parentClosePolicy = enumeration('PARENT_CLOSE_POLICY', {
  UNSPECIFIED: 0,
  TERMINATE: 1,
  ABANDON: 2,
  REQUEST_CANCEL: 3,
});
export type ParentClosePolicy = Infer<typeof parentClosePolicy>;

export const workflowIdReusePolicy = enumeration('WORKFLOW_ID_REUSE_POLICY', {
  UNSPECIFIED: 0,
  ALLOW_DUPLICATE: 1,
  ALLOW_DUPLICATE_FAILED_ONLY: 2,
  REJECT_DUPLICATE: 3,
  TERMINATE_IF_RUNNING: 4,
});
export type WorkflowIdReusePolicy = Infer<typeof workflowIdReusePolicy>;

export const startChildWorkflowExecutionFailedCause = enumeration('START_CHILD_WORKFLOW_EXECUTION_FAILED_CAUSE', {
  UNSPECIFIED: 0,
  WORKFLOW_ALREADY_EXISTS: 1,
  NAMESPACE_NOT_FOUND: 2,
  INVALID_VERSIONING_OVERRIDE: 3,
});
export type StartChildWorkflowExecutionFailedCause = Infer<typeof startChildWorkflowExecutionFailedCause>;

export const signalExternalWorkflowExecutionFailedCause = enumeration(
  'SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE',
  {
    UNSPECIFIED: 0,
    EXTERNAL_WORKFLOW_EXECUTION_NOT_FOUND: 1,
    NAMESPACE_NOT_FOUND: 2,
    SIGNAL_COUNT_LIMIT_EXCEEDED: 3,
  },
);
export type SignalExternalWorkflowExecutionFailedCause = Infer<typeof signalExternalWorkflowExecutionFailedCause>;

export const updateAdmittedEventOrigin = enumeration('UPDATE_ADMITTED_EVENT_ORIGIN', {
  UNSPECIFIED: 0,
  REAPPLY: 1,
});
export type UpdateAdmittedEventOrigin = Infer<typeof updateAdmittedEventOrigin>;
/** The event types, by the same names that our events carry. */
export const eventType = enumeration('EVENT_TYPE', {
  Unspecified: 0,
  WorkflowExecutionStarted: 1,
  WorkflowExecutionCompleted: 2,
  WorkflowExecutionFailed: 3,
  WorkflowExecutionTimedOut: 4,
  WorkflowTaskScheduled: 5,
  WorkflowTaskStarted: 6,
  WorkflowTaskCompleted: 7,
  WorkflowTaskTimedOut: 8,
  WorkflowTaskFailed: 9,
  ActivityTaskScheduled: 10,
  ActivityTaskStarted: 11,
  ActivityTaskCompleted: 12,
  ActivityTaskFailed: 13,
  ActivityTaskTimedOut: 14,
  ActivityTaskCancelRequested: 15,
  ActivityTaskCanceled: 16,
  TimerStarted: 17,
  TimerFired: 18,
  TimerCanceled: 19,
  WorkflowExecutionCancelRequested: 20,
  WorkflowExecutionCanceled: 21,
  RequestCancelExternalWorkflowExecutionInitiated: 22,
  RequestCancelExternalWorkflowExecutionFailed: 23,
  ExternalWorkflowExecutionCancelRequested: 24,
  MarkerRecorded: 25,
  WorkflowExecutionSignaled: 26,
  WorkflowExecutionTerminated: 27,
  WorkflowExecutionContinuedAsNew: 28,
  StartChildWorkflowExecutionInitiated: 29,
  StartChildWorkflowExecutionFailed: 30,
  ChildWorkflowExecutionStarted: 31,
  ChildWorkflowExecutionCompleted: 32,
  ChildWorkflowExecutionFailed: 33,
  ChildWorkflowExecutionCanceled: 34,
  ChildWorkflowExecutionTimedOut: 35,
  ChildWorkflowExecutionTerminated: 36,
  SignalExternalWorkflowExecutionInitiated: 37,
  SignalExternalWorkflowExecutionFailed: 38,
  ExternalWorkflowExecutionSignaled: 39,
  UpsertWorkflowSearchAttributes: 40,
  WorkflowExecutionUpdateAdmitted: 47,
  WorkflowExecutionUpdateAccepted: 41,
  WorkflowExecutionUpdateRejected: 42,
  WorkflowExecutionUpdateCompleted: 43,
  WorkflowPropertiesModifiedExternally: 44,
  ActivityPropertiesModifiedExternally: 45,
  WorkflowPropertiesModified: 46,
  NexusOperationScheduled: 48,
  NexusOperationStarted: 49,
  NexusOperationCompleted: 50,
  NexusOperationFailed: 51,
  NexusOperationCanceled: 52,
  NexusOperationTimedOut: 53,
  NexusOperationCancelRequested: 54,
  WorkflowExecutionOptionsUpdated: 55,
  NexusOperationCancelRequestCompleted: 56,
  NexusOperationCancelRequestFailed: 57,
  WorkflowExecutionPaused: 58,
  WorkflowExecutionUnpaused: 59,
  WorkflowExecutionTimeSkippingTransitioned: 60,
});
