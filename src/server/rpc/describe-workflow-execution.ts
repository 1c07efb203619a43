import type {
  DescribeWorkflowExecutionResponse,
  PendingActivityInfo,
  PendingWorkflowTaskInfo,
} from '../../api/workflow-service.ts';
import { readEvent } from '../../engine/history.ts';
import { look } from '../../engine/transact.ts';
import { activityExpiresAtMs } from '../../machine/activity.ts';
import type { PendingActivity, ReadonlyRun } from '../../machine/run.ts';
import type { Rpc } from '../rpc.ts';
import { refOf } from '../run-ref.ts';

/** A run as it stands: what it was started with, what is pending, and how its workflow task failed last if it keeps failing. */
export const describeWorkflowExecution: Rpc<'describeWorkflowExecution'> = async (engine, { namespace, execution }) => {
  const [key, description] = await look(engine, refOf(namespace, execution), ({ run }) => [run.key, describe(run)]);
  // The user's own words stand in the first event alone.
  const { userMetadata } = await readEvent(engine.store, key, 1);
  return { ...description, executionConfig: { ...description.executionConfig, userMetadata } };
};

function describe(run: ReadonlyRun): DescribeWorkflowExecutionResponse {
  const { birth, key } = run;
  return {
    executionConfig: {
      taskQueue: birth.taskQueue,
      workflowExecutionTimeoutMs: birth.executionTimeoutMs,
      workflowRunTimeoutMs: birth.runTimeoutMs,
      defaultWorkflowTaskTimeoutMs: birth.taskTimeoutMs,
    },
    workflowExecutionInfo: {
      execution: { workflowId: key.workflowId, runId: key.runId },
      type: birth.workflowType,
      taskQueue: birth.taskQueue,
      status: run.status,
      startTimeMs: birth.startTimeMs,
      executionTimeMs: birth.executionTimeMs,
      closeTimeMs: run.closeTimeMs,
      historyLength: run.nextEventId - 1,
      historySizeBytes: run.historySizeBytes,
      memo: birth.memo,
      searchAttributes: birth.searchAttributes,
      firstRunId: birth.firstExecutionRunId,
      rootExecution: { workflowId: key.workflowId, runId: birth.firstExecutionRunId },
    },
    pendingActivities: [...run.activities.values()].map((activity) => pendingActivity(run, activity)),
    pendingWorkflowTask: pendingTask(run),
    workflowExtendedInfo: {
      executionExpirationTimeMs: birth.executionExpiresAtMs,
      runExpirationTimeMs: birth.runExpiresAtMs,
      cancelRequested: run.cancelRequested,
    },
  };
}

function pendingActivity(run: ReadonlyRun, activity: PendingActivity): PendingActivityInfo {
  const { state, attempt, retryPolicy, nextAttemptAtMs, attemptScheduledTimeMs } = activity;
  return {
    activityId: activity.activityId,
    activityType: activity.activityType,
    state:
      activity.cancelRequestedEventId !== undefined
        ? 'CANCEL_REQUESTED'
        : state === 'started'
          ? 'STARTED'
          : 'SCHEDULED',
    attempt,
    maximumAttempts: retryPolicy.maximumAttempts ?? 0,
    scheduledTimeMs: nextAttemptAtMs ?? attemptScheduledTimeMs,
    lastStartedTimeMs: activity.lastStartedTimeMs,
    lastHeartbeatTimeMs: activity.lastHeartbeatTimeMs,
    heartbeatDetails: activity.heartbeatDetails,
    lastFailure: activity.lastFailure,
    lastWorkerIdentity: activity.lastWorkerIdentity,
    nextAttemptScheduleTimeMs: nextAttemptAtMs,
    expirationTimeMs: activityExpiresAtMs(run, activity),
  };
}

function pendingTask({ task, taskFailure }: ReadonlyRun): PendingWorkflowTaskInfo | undefined {
  if (!task) return undefined;
  return {
    state: task.started ? 'STARTED' : 'SCHEDULED',
    scheduledTimeMs: task.scheduledTimeMs,
    originalScheduledTimeMs: task.originalScheduledTimeMs,
    startedTimeMs: task.started?.timeMs,
    attempt: task.attempt,
    lastFailure: taskFailure?.failure,
    lastFailureCause: taskFailure?.cause,
    lastFailureTimeMs: taskFailure?.timeMs,
  };
}
