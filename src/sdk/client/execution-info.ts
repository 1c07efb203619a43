// What the service says of a workflow, as a client shows it: dates, decoded values, errors instead of failures.

import type { Payload, WorkflowExecution } from '../../api/messages/common.ts';
import type {
  DescribeWorkflowExecutionResponse,
  PendingActivityInfo as RawPendingActivityInfo,
  PendingWorkflowTaskInfo as RawPendingWorkflowTaskInfo,
  WorkflowExecutionInfo as RawWorkflowExecutionInfo,
  WorkflowExecutionStatus,
} from '../../api/workflow-service.ts';
import {
  decodeOptionalError,
  decodeRecord,
  decodeValue,
  decodeValues,
  type LoadedDataConverter,
} from '../common/data-converter.ts';

export type WorkflowExecutionStatusName =
  | 'RUNNING'
  | 'COMPLETED'
  | 'FAILED'
  | 'CANCELLED'
  | 'TERMINATED'
  | 'CONTINUED_AS_NEW'
  | 'TIMED_OUT'
  | 'PAUSED';

/** The protocol's numbers, which the official SDK shows beside the names. */
const STATUS_CODES: Readonly<Record<WorkflowExecutionStatus, number>> = {
  RUNNING: 1,
  COMPLETED: 2,
  FAILED: 3,
  CANCELED: 4,
  TERMINATED: 5,
  CONTINUED_AS_NEW: 6,
  TIMED_OUT: 7,
  PAUSED: 8,
};

export interface WorkflowExecutionInfo {
  readonly type: string;
  readonly workflowId: string;
  readonly runId: string;
  readonly taskQueue: string;
  readonly status: { readonly code: number; readonly name: WorkflowExecutionStatusName };
  /** Events so far. */
  readonly historyLength: number;
  /** Bytes so far. */
  readonly historySize: number;
  readonly startTime: Date;
  /** When its first workflow task was due: later than startTime after a delay or a back-off. */
  readonly executionTime: Date;
  readonly closeTime: Date | undefined;
  readonly memo: Readonly<Record<string, unknown>>;
  readonly parentExecution: WorkflowExecution | undefined;
  readonly rootExecution: WorkflowExecution | undefined;
  /** As the service said it. */
  readonly raw: RawWorkflowExecutionInfo;
}

/** An activity that has not ended. */
export interface PendingActivity {
  readonly activityId: string;
  readonly activityType: string;
  readonly state: RawPendingActivityInfo['state'];
  readonly attempt: number;
  /** 0: no limit. */
  readonly maximumAttempts: number;
  readonly scheduledTime: Date;
  readonly lastStartedTime: Date | undefined;
  readonly lastHeartbeatTime: Date | undefined;
  readonly nextAttemptScheduleTime: Date | undefined;
  readonly heartbeatDetails: readonly unknown[];
  /** How the last attempt failed. */
  readonly lastFailure: Error | undefined;
  readonly lastWorkerIdentity: string | undefined;
}

/** A workflow task that waits for a worker or is with one. */
export interface PendingWorkflowTask {
  readonly state: RawPendingWorkflowTaskInfo['state'];
  readonly scheduledTime: Date;
  readonly startedTime: Date | undefined;
  /** Above 1: the task keeps failing. */
  readonly attempt: number;
  /** How the last attempt failed, e.g. because the workflow's code no longer fits its history. */
  readonly lastFailure: Error | undefined;
  readonly lastFailureCause: string | undefined;
  readonly lastFailureTime: Date | undefined;
}

export interface WorkflowExecutionDescription extends Omit<WorkflowExecutionInfo, 'raw'> {
  readonly staticSummary: () => Promise<string | undefined>;
  readonly staticDetails: () => Promise<string | undefined>;
  readonly cancelRequested: boolean;
  readonly pendingActivities: readonly PendingActivity[];
  readonly pendingWorkflowTask: PendingWorkflowTask | undefined;
  /** As the service said it. */
  readonly raw: DescribeWorkflowExecutionResponse;
}

export async function executionInfo(
  converter: LoadedDataConverter,
  raw: RawWorkflowExecutionInfo,
): Promise<WorkflowExecutionInfo> {
  return {
    type: raw.type,
    workflowId: raw.execution.workflowId,
    runId: raw.execution.runId,
    taskQueue: raw.taskQueue,
    status: { code: STATUS_CODES[raw.status], name: raw.status === 'CANCELED' ? 'CANCELLED' : raw.status },
    historyLength: raw.historyLength,
    historySize: raw.historySizeBytes,
    startTime: new Date(raw.startTimeMs),
    executionTime: new Date(raw.executionTimeMs),
    closeTime: optionalDate(raw.closeTimeMs),
    memo: await decodeRecord(converter, raw.memo),
    parentExecution: raw.parentExecution,
    rootExecution: raw.rootExecution,
    raw,
  };
}

export async function executionDescription(
  converter: LoadedDataConverter,
  raw: DescribeWorkflowExecutionResponse,
): Promise<WorkflowExecutionDescription> {
  const { summary, details } = raw.executionConfig.userMetadata ?? {};
  return {
    ...(await executionInfo(converter, raw.workflowExecutionInfo)),
    staticSummary: () => text(converter, summary),
    staticDetails: () => text(converter, details),
    cancelRequested: raw.workflowExtendedInfo.cancelRequested,
    pendingActivities: await Promise.all(raw.pendingActivities.map((one) => pendingActivity(converter, one))),
    pendingWorkflowTask: raw.pendingWorkflowTask && (await pendingWorkflowTask(converter, raw.pendingWorkflowTask)),
    raw,
  };
}

async function pendingActivity(converter: LoadedDataConverter, raw: RawPendingActivityInfo): Promise<PendingActivity> {
  return {
    activityId: raw.activityId,
    activityType: raw.activityType,
    state: raw.state,
    attempt: raw.attempt,
    maximumAttempts: raw.maximumAttempts,
    scheduledTime: new Date(raw.scheduledTimeMs),
    lastStartedTime: optionalDate(raw.lastStartedTimeMs),
    lastHeartbeatTime: optionalDate(raw.lastHeartbeatTimeMs),
    nextAttemptScheduleTime: optionalDate(raw.nextAttemptScheduleTimeMs),
    heartbeatDetails: await decodeValues(converter, raw.heartbeatDetails),
    lastFailure: await decodeOptionalError(converter, raw.lastFailure),
    lastWorkerIdentity: raw.lastWorkerIdentity,
  };
}

async function pendingWorkflowTask(
  converter: LoadedDataConverter,
  raw: RawPendingWorkflowTaskInfo,
): Promise<PendingWorkflowTask> {
  return {
    state: raw.state,
    scheduledTime: new Date(raw.scheduledTimeMs),
    startedTime: optionalDate(raw.startedTimeMs),
    attempt: raw.attempt,
    lastFailure: await decodeOptionalError(converter, raw.lastFailure),
    lastFailureCause: raw.lastFailureCause,
    lastFailureTime: optionalDate(raw.lastFailureTimeMs),
  };
}

function text(converter: LoadedDataConverter, payload: Payload | undefined): Promise<string | undefined> {
  return decodeValue<string | undefined>(converter, payload && [payload]);
}

function optionalDate(ms: number | undefined): Date | undefined {
  return ms === undefined ? undefined : new Date(ms);
}
