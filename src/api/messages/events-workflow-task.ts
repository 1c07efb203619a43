import { bool, duration, field, int, int32, list, message, must, text } from '../schema.ts';
import { meteringMetadata, taskQueue, workflowTaskCompletedMetadata } from './common.ts';
import { suggestContinueAsNewReason, timeoutType, versioningBehavior, workflowTaskFailedCause } from './enums.ts';
import { failure } from './failure.ts';
import { deployment, workerDeploymentVersion, workerVersionStamp } from './versioning.ts';

export const workflowTaskScheduledEvent = message({
  taskQueue: must(1, taskQueue),
  startToCloseTimeoutMs: field(2, duration),
  attempt: must(3, int32),
});

export const workflowTaskStartedEvent = message({
  scheduledEventId: must(1, int),
  identity: field(2, text),
  requestId: field(3, text),
  suggestContinueAsNew: field(4, bool),
  suggestContinueAsNewReasons: field(8, list(suggestContinueAsNewReason)),
  targetWorkerDeploymentVersionChanged: field(9, bool),
  historySizeBytes: field(5, int),
  workerVersion: field(6, workerVersionStamp),
  buildIdRedirectCounter: field(7, int),
});

export const workflowTaskCompletedEvent = message({
  scheduledEventId: must(1, int),
  startedEventId: must(2, int),
  identity: field(3, text),
  binaryChecksum: field(4, text),
  workerVersion: field(5, workerVersionStamp),
  sdkMetadata: field(6, workflowTaskCompletedMetadata),
  meteringMetadata: field(13, meteringMetadata),
  deployment: field(7, deployment),
  versioningBehavior: field(8, versioningBehavior),
  workerDeploymentVersion: field(9, text),
  workerDeploymentName: field(10, text),
  deploymentVersion: field(11, workerDeploymentVersion),
});

export const workflowTaskTimedOutEvent = message({
  scheduledEventId: must(1, int),
  startedEventId: must(2, int),
  timeoutType: must(3, timeoutType),
});

export const workflowTaskFailedEvent = message({
  scheduledEventId: must(1, int),
  startedEventId: must(2, int),
  cause: field(3, workflowTaskFailedCause),
  failure: field(4, failure),
  identity: field(5, text),
  baseRunId: field(6, text),
  newRunId: field(7, text),
  forkEventVersion: field(8, int),
  binaryChecksum: field(9, text),
  workerVersion: field(10, workerVersionStamp),
});
