import { invalidArgument } from '../../api/service-error.ts';
import type { PollActivityTaskQueueResponse } from '../../api/workflow-service.ts';
import { assert } from '../../base/assert.ts';
import type { ActivityTaskDelivery } from '../../engine/delivery.ts';
import type { Engine } from '../../engine/engine.ts';
import { readEvent } from '../../engine/history.ts';
import { poll } from '../../engine/poll.ts';
import { checkNamespace } from '../namespace.ts';
import { workerOf } from '../polling-worker.ts';
import type { Rpc } from '../rpc.ts';
import { tokenOf } from '../task-token.ts';

const NO_ACTIVITY_TASK: PollActivityTaskQueueResponse = {
  taskToken: new Uint8Array(0),
  workflowNamespace: '',
  workflowType: '',
  workflowExecution: { workflowId: '', runId: '' },
  activityType: '',
  activityId: '',
  scheduledTimeMs: 0,
  currentAttemptScheduledTimeMs: 0,
  startedTimeMs: 0,
  attempt: 0,
  scheduleToCloseTimeoutMs: 0,
  startToCloseTimeoutMs: 0,
  heartbeatTimeoutMs: 0,
};

/** Waits for an attempt of an activity to run. */
export const pollActivityTaskQueue: Rpc<'pollActivityTaskQueue'> = async (engine, request, options) => {
  checkNamespace(request.namespace);
  if (!request.taskQueue.name) throw invalidArgument('taskQueue is not set');
  const name = { namespace: request.namespace, kind: 'activity', name: request.taskQueue.name } as const;
  const delivery = await poll(engine, name, workerOf(engine, request), options);
  return delivery?.kind === 'activity' ? activityTask(engine, delivery) : NO_ACTIVITY_TASK;
};

async function activityTask(engine: Engine, delivery: ActivityTaskDelivery): Promise<PollActivityTaskQueueResponse> {
  const { key, workflowType, activity } = delivery;
  const { scheduledEventId, attempt } = activity;
  const { input, header } = delivery.scheduled ?? (await scheduledAttributes(engine, delivery));
  return {
    taskToken: tokenOf({ ...key, scheduledEventId, attempt }),
    workflowNamespace: key.namespace,
    workflowType,
    workflowExecution: { workflowId: key.workflowId, runId: key.runId },
    activityType: activity.activityType,
    activityId: activity.activityId,
    header,
    input,
    heartbeatDetails: activity.heartbeatDetails,
    scheduledTimeMs: activity.scheduledTimeMs,
    currentAttemptScheduledTimeMs: activity.attemptScheduledTimeMs,
    startedTimeMs: activity.started?.timeMs ?? 0,
    attempt,
    scheduleToCloseTimeoutMs: activity.scheduleToCloseTimeoutMs,
    startToCloseTimeoutMs: activity.startToCloseTimeoutMs,
    heartbeatTimeoutMs: activity.heartbeatTimeoutMs,
    retryPolicy: activity.retryPolicy,
    priority: activity.priority,
  };
}

async function scheduledAttributes(engine: Engine, { key, activity }: ActivityTaskDelivery) {
  const event = await readEvent(engine.store, key, activity.scheduledEventId);
  assert(
    event.type === 'ActivityTaskScheduled',
    `event ${activity.scheduledEventId} of ${key.workflowId} schedules no activity`,
  );
  return event.attributes;
}
