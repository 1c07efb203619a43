import { bool, duration, field, int, map, message, must, text } from '../schema.ts';
import {
  activityTypeName,
  header,
  memo,
  payloads,
  priority,
  retryPolicy,
  searchAttributes,
  taskQueue,
} from './common.ts';
import { failure } from './failure.ts';

export const scheduleActivityTaskCommand = message({
  activityId: must(1, text),
  activityType: must(2, activityTypeName),
  taskQueue: must(4, taskQueue),
  header: field(5, header),
  input: field(6, payloads),
  scheduleToCloseTimeoutMs: field(7, duration),
  scheduleToStartTimeoutMs: field(8, duration),
  startToCloseTimeoutMs: field(9, duration),
  heartbeatTimeoutMs: field(10, duration),
  retryPolicy: field(11, retryPolicy),
  requestEagerExecution: field(12, bool),
  useWorkflowBuildId: field(13, bool),
  priority: field(14, priority),
});

export const startTimerCommand = message({
  timerId: must(1, text),
  startToFireTimeoutMs: field(2, duration),
});

export const completeWorkflowExecutionCommand = message({
  result: field(1, payloads),
});

export const failWorkflowExecutionCommand = message({
  failure: field(1, failure),
});

export const requestCancelActivityTaskCommand = message({
  scheduledEventId: must(1, int),
});

export const cancelTimerCommand = message({
  timerId: must(1, text),
});

export const cancelWorkflowExecutionCommand = message({
  details: field(1, payloads),
});

export const recordMarkerCommand = message({
  markerName: must(1, text),
  details: field(2, map(payloads)),
  header: field(3, header),
  failure: field(4, failure),
});

export const upsertWorkflowSearchAttributesCommand = message({
  searchAttributes: field(1, searchAttributes),
});

export const protocolMessageCommand = message({
  messageId: must(1, text),
});

export const modifyWorkflowPropertiesCommand = message({
  upsertedMemo: field(1, memo),
});
