import { bool, duration, field, int, map, message, must, text } from '../schema.ts';
import {
  header,
  memo,
  payload,
  payloads,
  priority,
  retryPolicy,
  searchAttributes,
  taskQueue,
  workflowExecution,
  workflowTypeName,
} from './common.ts';
import {
  continueAsNewInitiator,
  continueAsNewVersioningBehavior,
  parentClosePolicy,
  workflowIdReusePolicy,
} from './enums.ts';
import { failure } from './failure.ts';
import { versioningOverride } from './versioning.ts';

export const requestCancelExternalWorkflowExecutionCommand = message({
  namespace: field(1, text),
  workflowId: must(2, text),
  runId: must(3, text),
  control: field(4, text),
  childWorkflowOnly: field(5, bool),
  reason: field(6, text),
});

export const continueAsNewWorkflowExecutionCommand = message({
  workflowType: must(1, workflowTypeName),
  taskQueue: field(2, taskQueue),
  input: field(3, payloads),
  workflowRunTimeoutMs: field(4, duration),
  workflowTaskTimeoutMs: field(5, duration),
  backoffStartIntervalMs: field(6, duration),
  retryPolicy: field(7, retryPolicy),
  initiator: field(8, continueAsNewInitiator),
  failure: field(9, failure),
  lastCompletionResult: field(10, payloads),
  cronSchedule: field(11, text),
  header: field(12, header),
  memo: field(13, memo),
  searchAttributes: field(14, searchAttributes),
  inheritBuildId: field(15, bool),
  initialVersioningBehavior: field(16, continueAsNewVersioningBehavior),
});

export const startChildWorkflowExecutionCommand = message({
  namespace: field(1, text),
  workflowId: must(2, text),
  workflowType: must(3, workflowTypeName),
  taskQueue: field(4, taskQueue),
  input: field(5, payloads),
  workflowExecutionTimeoutMs: field(6, duration),
  workflowRunTimeoutMs: field(7, duration),
  workflowTaskTimeoutMs: field(8, duration),
  parentClosePolicy: field(9, parentClosePolicy),
  control: field(10, text),
  workflowIdReusePolicy: field(11, workflowIdReusePolicy),
  retryPolicy: field(12, retryPolicy),
  cronSchedule: field(13, text),
  header: field(14, header),
  memo: field(15, memo),
  searchAttributes: field(16, searchAttributes),
  inheritBuildId: field(17, bool),
  priority: field(18, priority),
  versioningOverride: field(19, versioningOverride),
});

export const signalExternalWorkflowExecutionCommand = message({
  namespace: field(1, text),
  execution: field(2, workflowExecution),
  signalName: must(3, text),
  input: field(4, payloads),
  control: field(5, text),
  childWorkflowOnly: field(6, bool),
  header: field(7, header),
});

export const scheduleNexusOperationCommand = message({
  endpoint: field(1, text),
  service: field(2, text),
  operation: field(3, text),
  input: field(4, payload),
  scheduleToCloseTimeoutMs: field(5, duration),
  nexusHeader: field(6, map(text)),
  scheduleToStartTimeoutMs: field(7, duration),
  startToCloseTimeoutMs: field(8, duration),
});

export const requestCancelNexusOperationCommand = message({
  scheduledEventId: must(1, int),
});
