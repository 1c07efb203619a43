import { bool, duration, field, int, int32, map, message, must, text } from '../schema.ts';
import { activityTypeName, header, payloads, priority, retryPolicy, taskQueue } from './common.ts';
import { retryState } from './enums.ts';
import { failure } from './failure.ts';
import { workerVersionStamp } from './versioning.ts';

export const activityTaskScheduledEvent = message({
  activityId: must(1, text),
  activityType: must(2, activityTypeName),
  taskQueue: must(4, taskQueue),
  header: field(5, header),
  input: field(6, payloads),
  scheduleToCloseTimeoutMs: field(7, duration),
  scheduleToStartTimeoutMs: field(8, duration),
  startToCloseTimeoutMs: field(9, duration),
  heartbeatTimeoutMs: field(10, duration),
  workflowTaskCompletedEventId: must(11, int),
  retryPolicy: field(12, retryPolicy),
  useWorkflowBuildId: field(13, bool),
  priority: field(14, priority),
});

export const activityTaskStartedEvent = message({
  scheduledEventId: must(1, int),
  identity: field(2, text),
  requestId: field(3, text),
  attempt: must(4, int32),
  lastFailure: field(5, failure),
  workerVersion: field(6, workerVersionStamp),
  buildIdRedirectCounter: field(7, int),
});

export const activityTaskCompletedEvent = message({
  result: field(1, payloads),
  scheduledEventId: must(2, int),
  startedEventId: must(3, int),
  identity: field(4, text),
  workerVersion: field(5, workerVersionStamp),
});

export const activityTaskFailedEvent = message({
  failure: field(1, failure),
  scheduledEventId: must(2, int),
  startedEventId: must(3, int),
  identity: field(4, text),
  retryState: field(5, retryState),
  workerVersion: field(6, workerVersionStamp),
});

export const activityTaskTimedOutEvent = message({
  failure: field(1, failure),
  scheduledEventId: must(2, int),
  startedEventId: must(3, int),
  retryState: field(4, retryState),
});

export const timerStartedEvent = message({
  timerId: must(1, text),
  startToFireTimeoutMs: field(2, duration),
  workflowTaskCompletedEventId: must(3, int),
});

export const timerFiredEvent = message({
  timerId: must(1, text),
  startedEventId: must(2, int),
});

export const activityTaskCancelRequestedEvent = message({
  scheduledEventId: must(1, int),
  workflowTaskCompletedEventId: must(2, int),
});

export const activityTaskCanceledEvent = message({
  details: field(1, payloads),
  latestCancelRequestedEventId: field(2, int),
  scheduledEventId: must(3, int),
  startedEventId: must(4, int),
  identity: field(5, text),
  workerVersion: field(6, workerVersionStamp),
});

export const timerCanceledEvent = message({
  timerId: must(1, text),
  startedEventId: must(2, int),
  workflowTaskCompletedEventId: must(3, int),
  identity: field(4, text),
});

export const markerRecordedEvent = message({
  markerName: must(1, text),
  details: field(2, map(payloads)),
  workflowTaskCompletedEventId: must(3, int),
  header: field(4, header),
  failure: field(5, failure),
});

export const activityPropertiesModifiedExternallyEvent = message({
  scheduledEventId: must(1, int),
  newRetryPolicy: field(2, retryPolicy),
});
