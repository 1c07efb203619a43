import { bool, duration, field, int, message, must, text } from '../schema.ts';
import {
  header,
  memo,
  payloads,
  priority,
  retryPolicy,
  searchAttributes,
  taskQueue,
  workflowExecution,
  workflowTypeName,
} from './common.ts';
import {
  cancelExternalWorkflowExecutionFailedCause,
  parentClosePolicy,
  retryState,
  signalExternalWorkflowExecutionFailedCause,
  startChildWorkflowExecutionFailedCause,
  workflowIdReusePolicy,
} from './enums.ts';
import { failure } from './failure.ts';
import { timeSkippingConfig, timeSkippingStatePropagation, versioningOverride } from './versioning.ts';

export const requestCancelExternalWorkflowExecutionInitiatedEvent = message({
  workflowTaskCompletedEventId: must(1, int),
  namespace: field(2, text),
  namespaceId: field(7, text),
  workflowExecution: field(3, workflowExecution),
  control: field(4, text),
  childWorkflowOnly: field(5, bool),
  reason: field(6, text),
});

export const requestCancelExternalWorkflowExecutionFailedEvent = message({
  cause: field(1, cancelExternalWorkflowExecutionFailedCause),
  workflowTaskCompletedEventId: must(2, int),
  namespace: field(3, text),
  namespaceId: field(7, text),
  workflowExecution: field(4, workflowExecution),
  initiatedEventId: must(5, int),
  control: field(6, text),
});

export const externalWorkflowExecutionCancelRequestedEvent = message({
  initiatedEventId: must(1, int),
  namespace: field(2, text),
  namespaceId: field(4, text),
  workflowExecution: field(3, workflowExecution),
});

export const startChildWorkflowExecutionInitiatedEvent = message({
  namespace: field(1, text),
  namespaceId: field(18, text),
  workflowId: must(2, text),
  workflowType: must(3, workflowTypeName),
  taskQueue: field(4, taskQueue),
  input: field(5, payloads),
  workflowExecutionTimeoutMs: field(6, duration),
  workflowRunTimeoutMs: field(7, duration),
  workflowTaskTimeoutMs: field(8, duration),
  parentClosePolicy: field(9, parentClosePolicy),
  control: field(10, text),
  workflowTaskCompletedEventId: must(11, int),
  workflowIdReusePolicy: field(12, workflowIdReusePolicy),
  retryPolicy: field(13, retryPolicy),
  cronSchedule: field(14, text),
  header: field(15, header),
  memo: field(16, memo),
  searchAttributes: field(17, searchAttributes),
  inheritBuildId: field(19, bool),
  priority: field(20, priority),
  timeSkippingConfig: field(21, timeSkippingConfig),
  timeSkippingStatePropagation: field(23, timeSkippingStatePropagation),
  versioningOverride: field(24, versioningOverride),
});

export const startChildWorkflowExecutionFailedEvent = message({
  namespace: field(1, text),
  namespaceId: field(8, text),
  workflowId: must(2, text),
  workflowType: must(3, workflowTypeName),
  cause: field(4, startChildWorkflowExecutionFailedCause),
  control: field(5, text),
  initiatedEventId: must(6, int),
  workflowTaskCompletedEventId: must(7, int),
});

export const childWorkflowExecutionStartedEvent = message({
  namespace: field(1, text),
  namespaceId: field(6, text),
  initiatedEventId: must(2, int),
  workflowExecution: field(3, workflowExecution),
  workflowType: must(4, workflowTypeName),
  header: field(5, header),
});

export const childWorkflowExecutionCompletedEvent = message({
  result: field(1, payloads),
  namespace: field(2, text),
  namespaceId: field(7, text),
  workflowExecution: field(3, workflowExecution),
  workflowType: must(4, workflowTypeName),
  initiatedEventId: must(5, int),
  startedEventId: must(6, int),
});

export const childWorkflowExecutionFailedEvent = message({
  failure: field(1, failure),
  namespace: field(2, text),
  namespaceId: field(8, text),
  workflowExecution: field(3, workflowExecution),
  workflowType: must(4, workflowTypeName),
  initiatedEventId: must(5, int),
  startedEventId: must(6, int),
  retryState: field(7, retryState),
});

export const childWorkflowExecutionCanceledEvent = message({
  details: field(1, payloads),
  namespace: field(2, text),
  namespaceId: field(7, text),
  workflowExecution: field(3, workflowExecution),
  workflowType: must(4, workflowTypeName),
  initiatedEventId: must(5, int),
  startedEventId: must(6, int),
});

export const childWorkflowExecutionTimedOutEvent = message({
  namespace: field(1, text),
  namespaceId: field(7, text),
  workflowExecution: field(2, workflowExecution),
  workflowType: must(3, workflowTypeName),
  initiatedEventId: must(4, int),
  startedEventId: must(5, int),
  retryState: field(6, retryState),
});

export const childWorkflowExecutionTerminatedEvent = message({
  namespace: field(1, text),
  namespaceId: field(6, text),
  workflowExecution: field(2, workflowExecution),
  workflowType: must(3, workflowTypeName),
  initiatedEventId: must(4, int),
  startedEventId: must(5, int),
});

export const signalExternalWorkflowExecutionInitiatedEvent = message({
  workflowTaskCompletedEventId: must(1, int),
  namespace: field(2, text),
  namespaceId: field(9, text),
  workflowExecution: field(3, workflowExecution),
  signalName: must(4, text),
  input: field(5, payloads),
  control: field(6, text),
  childWorkflowOnly: field(7, bool),
  header: field(8, header),
});

export const signalExternalWorkflowExecutionFailedEvent = message({
  cause: field(1, signalExternalWorkflowExecutionFailedCause),
  workflowTaskCompletedEventId: must(2, int),
  namespace: field(3, text),
  namespaceId: field(7, text),
  workflowExecution: field(4, workflowExecution),
  initiatedEventId: must(5, int),
  control: field(6, text),
});

export const externalWorkflowExecutionSignaledEvent = message({
  initiatedEventId: must(1, int),
  namespace: field(2, text),
  namespaceId: field(5, text),
  workflowExecution: field(3, workflowExecution),
  control: field(4, text),
});
