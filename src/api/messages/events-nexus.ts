import { duration, field, int, map, message, must, text } from '../schema.ts';
import { payload } from './common.ts';
import { failure } from './failure.ts';

export const nexusOperationScheduledEvent = message({
  endpoint: field(1, text),
  service: field(2, text),
  operation: field(3, text),
  input: field(4, payload),
  scheduleToCloseTimeoutMs: field(5, duration),
  nexusHeader: field(6, map(text)),
  workflowTaskCompletedEventId: must(7, int),
  requestId: field(8, text),
  endpointId: field(9, text),
  scheduleToStartTimeoutMs: field(10, duration),
  startToCloseTimeoutMs: field(11, duration),
});

export const nexusOperationStartedEvent = message({
  scheduledEventId: must(1, int),
  operationId: field(3, text),
  requestId: field(4, text),
  operationToken: field(5, text),
});

export const nexusOperationCompletedEvent = message({
  scheduledEventId: must(1, int),
  result: field(2, payload),
  requestId: field(3, text),
});

export const nexusOperationFailedEvent = message({
  scheduledEventId: must(1, int),
  failure: field(2, failure),
  requestId: field(3, text),
});

export const nexusOperationCanceledEvent = message({
  scheduledEventId: must(1, int),
  failure: field(2, failure),
  requestId: field(3, text),
});

export const nexusOperationTimedOutEvent = message({
  scheduledEventId: must(1, int),
  failure: field(2, failure),
  requestId: field(3, text),
});

export const nexusOperationCancelRequestedEvent = message({
  scheduledEventId: must(1, int),
  workflowTaskCompletedEventId: must(2, int),
});

export const nexusOperationCancelRequestCompletedEvent = message({
  requestedEventId: field(1, int),
  workflowTaskCompletedEventId: must(2, int),
  scheduledEventId: must(3, int),
});

export const nexusOperationCancelRequestFailedEvent = message({
  requestedEventId: field(1, int),
  workflowTaskCompletedEventId: must(2, int),
  failure: field(3, failure),
  scheduledEventId: must(4, int),
});
