import { bool, duration, field, type Infer, int, list, message, must, text, timestamp } from '../schema.ts';
import { memo, priority, searchAttributes } from './common.ts';
import { updateAdmittedEventOrigin } from './enums.ts';
import { failure } from './failure.ts';
import { callback } from './link.ts';
import { meta, outcome, request } from './update.ts';
import { timeSkippingConfig, versioningOverride } from './versioning.ts';

export const upsertWorkflowSearchAttributesEvent = message({
  workflowTaskCompletedEventId: must(1, int),
  searchAttributes: field(2, searchAttributes),
});

export const workflowExecutionUpdateAcceptedEvent = message({
  protocolInstanceId: must(1, text),
  acceptedRequestMessageId: field(2, text),
  acceptedRequestSequencingEventId: field(3, int),
  acceptedRequest: field(4, request),
});

export const workflowExecutionUpdateRejectedEvent = message({
  protocolInstanceId: must(1, text),
  rejectedRequestMessageId: field(2, text),
  rejectedRequestSequencingEventId: field(3, int),
  rejectedRequest: field(4, request),
  failure: field(5, failure),
});

export const workflowExecutionUpdateCompletedEvent = message({
  meta: field(1, meta),
  acceptedEventId: must(3, int),
  outcome: field(2, outcome),
});

export const workflowPropertiesModifiedExternallyEvent = message({
  newTaskQueue: field(1, text),
  newWorkflowTaskTimeoutMs: field(2, duration),
  newWorkflowRunTimeoutMs: field(3, duration),
  newWorkflowExecutionTimeoutMs: field(4, duration),
  upsertedMemo: field(5, memo),
});

export const workflowPropertiesModifiedEvent = message({
  workflowTaskCompletedEventId: must(1, int),
  upsertedMemo: field(2, memo),
});

export const workflowExecutionUpdateAdmittedEvent = message({
  request: field(1, request),
  origin: field(2, updateAdmittedEventOrigin),
});

export const workflowExecutionOptionsUpdatedEventAttributesWorkflowUpdateOptionsUpdate = message({
  updateId: field(1, text),
  attachedRequestId: field(2, text),
  attachedCompletionCallbacks: field(3, list(callback)),
});
export type WorkflowExecutionOptionsUpdatedEventAttributesWorkflowUpdateOptionsUpdate = Infer<
  typeof workflowExecutionOptionsUpdatedEventAttributesWorkflowUpdateOptionsUpdate
>;

export const workflowExecutionOptionsUpdatedEvent = message({
  versioningOverride: field(1, versioningOverride),
  unsetVersioningOverride: field(2, bool),
  attachedRequestId: field(3, text),
  attachedCompletionCallbacks: field(4, list(callback)),
  identity: field(5, text),
  priority: field(6, priority),
  timeSkippingConfig: field(7, timeSkippingConfig),
  timeSkippingConfigUpdated: field(9, bool),
  workflowUpdateOptions: field(8, list(workflowExecutionOptionsUpdatedEventAttributesWorkflowUpdateOptionsUpdate)),
});

export const workflowExecutionPausedEvent = message({
  identity: field(1, text),
  reason: field(2, text),
  requestId: field(3, text),
});

export const workflowExecutionUnpausedEvent = message({
  identity: field(1, text),
  reason: field(2, text),
  requestId: field(3, text),
});

export const workflowExecutionTimeSkippingTransitionedEvent = message({
  targetTimeMs: field(1, timestamp),
  disabledAfterFastForward: field(2, bool),
  wallClockTimeMs: field(3, timestamp),
});
