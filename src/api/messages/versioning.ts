import {
  bool,
  duration,
  field,
  type Infer,
  int,
  int32,
  list,
  member,
  message,
  must,
  text,
  timestamp,
} from '../schema.ts';
import { continueAsNewVersioningBehavior, pinnedOverrideBehavior, versioningBehavior } from './enums.ts';

export const resetPointInfo = message({
  buildId: field(7, text),
  binaryChecksum: field(1, text),
  runId: must(2, text),
  firstWorkflowTaskCompletedId: field(3, int),
  createTimeMs: field(4, timestamp),
  expireTimeMs: field(5, timestamp),
  resettable: field(6, bool),
});
export type ResetPointInfo = Infer<typeof resetPointInfo>;

export const resetPoints = message({
  points: field(1, list(resetPointInfo)),
});
export type ResetPoints = Infer<typeof resetPoints>;

export const workerVersionStamp = message({
  buildId: field(1, text),
  useVersioning: field(3, bool),
});
export type WorkerVersionStamp = Infer<typeof workerVersionStamp>;

export const workerDeploymentVersion = message({
  buildId: field(1, text),
  deploymentName: field(2, text),
});
export type WorkerDeploymentVersion = Infer<typeof workerDeploymentVersion>;

export const versioningOverridePinnedOverride = message({
  behavior: field(1, pinnedOverrideBehavior),
  version: field(2, workerDeploymentVersion),
});
export type VersioningOverridePinnedOverride = Infer<typeof versioningOverridePinnedOverride>;

export const versioningOverrideOneTimeOverride = message({
  targetDeploymentVersion: field(1, workerDeploymentVersion),
});
export type VersioningOverrideOneTimeOverride = Infer<typeof versioningOverrideOneTimeOverride>;

export const deployment = message({
  seriesName: field(1, text),
  buildId: field(2, text),
});
export type Deployment = Infer<typeof deployment>;

export const versioningOverride = message({
  pinned: field(3, versioningOverridePinnedOverride),
  autoUpgrade: member(4, bool),
  oneTime: field(5, versioningOverrideOneTimeOverride),
  behavior: field(1, versioningBehavior),
  deployment: field(2, deployment),
  pinnedVersion: field(9, text),
});
export type VersioningOverride = Infer<typeof versioningOverride>;

export const inheritedAutoUpgradeInfo = message({
  sourceDeploymentVersion: field(1, workerDeploymentVersion),
  sourceDeploymentRevisionNumber: field(2, int),
  continueAsNewInitialVersioningBehavior: field(3, continueAsNewVersioningBehavior),
});
export type InheritedAutoUpgradeInfo = Infer<typeof inheritedAutoUpgradeInfo>;

export const declinedTargetVersionUpgrade = message({
  deploymentVersion: field(1, workerDeploymentVersion),
  revisionNumber: field(2, int),
});
export type DeclinedTargetVersionUpgrade = Infer<typeof declinedTargetVersionUpgrade>;

export const fastForwardConfig = message({
  id: field(1, text),
  durationMs: field(2, duration),
});
export type FastForwardConfig = Infer<typeof fastForwardConfig>;

export const timeSkippingConfig = message({
  enabled: field(1, bool),
  fastForwardConfig: field(2, fastForwardConfig),
  disablePropagation: field(3, bool),
  maxSessionSkipCount: field(4, int32),
});
export type TimeSkippingConfig = Infer<typeof timeSkippingConfig>;

export const timeSkippingStatePropagation = message({
  initialSkippedDurationMs: field(1, duration),
  fastForwardTargetTimeMs: field(2, timestamp),
  initialSkipCount: field(3, int32),
});
export type TimeSkippingStatePropagation = Infer<typeof timeSkippingStatePropagation>;
