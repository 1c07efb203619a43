import { bool, duration, field, int, int32, list, message, must, text, timestamp } from '../schema.ts';
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
import { continueAsNewInitiator, continueAsNewVersioningBehavior, retryState } from './enums.ts';
import { failure } from './failure.ts';
import { callback } from './link.ts';
import {
  declinedTargetVersionUpgrade,
  inheritedAutoUpgradeInfo,
  resetPoints,
  timeSkippingConfig,
  timeSkippingStatePropagation,
  versioningOverride,
  workerDeploymentVersion,
  workerVersionStamp,
} from './versioning.ts';

export const workflowExecutionStartedEvent = message({
  workflowType: must(1, workflowTypeName),
  parentWorkflowNamespace: field(2, text),
  parentWorkflowNamespaceId: field(27, text),
  parentWorkflowExecution: field(3, workflowExecution),
  parentInitiatedEventId: field(4, int),
  taskQueue: must(5, taskQueue),
  input: field(6, payloads),
  workflowExecutionTimeoutMs: field(7, duration),
  workflowRunTimeoutMs: field(8, duration),
  workflowTaskTimeoutMs: field(9, duration),
  continuedExecutionRunId: field(10, text),
  initiator: field(11, continueAsNewInitiator),
  continuedFailure: field(12, failure),
  lastCompletionResult: field(13, payloads),
  originalExecutionRunId: must(14, text),
  identity: field(15, text),
  firstExecutionRunId: must(16, text),
  retryPolicy: field(17, retryPolicy),
  attempt: must(18, int32),
  workflowExecutionExpirationTimeMs: field(19, timestamp),
  cronSchedule: field(20, text),
  firstWorkflowTaskBackoffMs: field(21, duration),
  memo: field(22, memo),
  searchAttributes: field(23, searchAttributes),
  prevAutoResetPoints: field(24, resetPoints),
  header: field(25, header),
  parentInitiatedEventVersion: field(26, int),
  workflowId: must(28, text),
  sourceVersionStamp: field(29, workerVersionStamp),
  completionCallbacks: field(30, list(callback)),
  rootWorkflowExecution: field(31, workflowExecution),
  inheritedBuildId: field(32, text),
  versioningOverride: field(33, versioningOverride),
  parentPinnedWorkerDeploymentVersion: field(34, text),
  priority: field(35, priority),
  inheritedPinnedVersion: field(37, workerDeploymentVersion),
  inheritedAutoUpgradeInfo: field(39, inheritedAutoUpgradeInfo),
  eagerExecutionAccepted: field(38, bool),
  declinedTargetVersionUpgrade: field(40, declinedTargetVersionUpgrade),
  timeSkippingConfig: field(41, timeSkippingConfig),
  timeSkippingStatePropagation: field(43, timeSkippingStatePropagation),
});

export const workflowExecutionCompletedEvent = message({
  result: field(1, payloads),
  workflowTaskCompletedEventId: must(2, int),
  newExecutionRunId: field(3, text),
});

export const workflowExecutionFailedEvent = message({
  failure: field(1, failure),
  retryState: field(2, retryState),
  workflowTaskCompletedEventId: must(3, int),
  newExecutionRunId: field(4, text),
});

export const workflowExecutionTimedOutEvent = message({
  retryState: field(1, retryState),
  newExecutionRunId: field(2, text),
});

export const workflowExecutionSignaledEvent = message({
  signalName: must(1, text),
  input: field(2, payloads),
  identity: field(3, text),
  header: field(4, header),
  skipGenerateWorkflowTask: field(5, bool),
  externalWorkflowExecution: field(6, workflowExecution),
  requestId: field(7, text),
});

export const workflowExecutionTerminatedEvent = message({
  reason: field(1, text),
  details: field(2, payloads),
  identity: field(3, text),
});

export const workflowExecutionCancelRequestedEvent = message({
  cause: field(1, text),
  externalInitiatedEventId: field(2, int),
  externalWorkflowExecution: field(3, workflowExecution),
  identity: field(4, text),
});

export const workflowExecutionCanceledEvent = message({
  workflowTaskCompletedEventId: must(1, int),
  details: field(2, payloads),
});

export const workflowExecutionContinuedAsNewEvent = message({
  newExecutionRunId: field(1, text),
  workflowType: must(2, workflowTypeName),
  taskQueue: field(3, taskQueue),
  input: field(4, payloads),
  workflowRunTimeoutMs: field(5, duration),
  workflowTaskTimeoutMs: field(6, duration),
  workflowTaskCompletedEventId: must(7, int),
  backoffStartIntervalMs: field(8, duration),
  initiator: field(9, continueAsNewInitiator),
  failure: field(10, failure),
  lastCompletionResult: field(11, payloads),
  header: field(12, header),
  memo: field(13, memo),
  searchAttributes: field(14, searchAttributes),
  inheritBuildId: field(15, bool),
  initialVersioningBehavior: field(16, continueAsNewVersioningBehavior),
});
