import { bytes, field, type Infer, int, list, map, message, must, text } from '../schema.ts';
import { payload } from './common.ts';
import { eventType } from './enums.ts';

export const linkWorkflowEventEventReference = message({
  eventId: field(1, int),
  eventType: field(2, eventType),
});
export type LinkWorkflowEventEventReference = Infer<typeof linkWorkflowEventEventReference>;

export const linkWorkflowEventRequestIdReference = message({
  requestId: field(1, text),
  eventType: field(2, eventType),
});
export type LinkWorkflowEventRequestIdReference = Infer<typeof linkWorkflowEventRequestIdReference>;

export const linkWorkflowEvent = message({
  namespace: field(1, text),
  workflowId: must(2, text),
  runId: must(3, text),
  eventRef: field(100, linkWorkflowEventEventReference),
  requestIdRef: field(101, linkWorkflowEventRequestIdReference),
});
export type LinkWorkflowEvent = Infer<typeof linkWorkflowEvent>;

export const linkBatchJob = message({
  jobId: field(1, text),
});
export type LinkBatchJob = Infer<typeof linkBatchJob>;

export const linkActivity = message({
  namespace: field(1, text),
  activityId: must(2, text),
  runId: must(3, text),
});
export type LinkActivity = Infer<typeof linkActivity>;

export const linkNexusOperation = message({
  namespace: field(1, text),
  operationId: field(2, text),
  runId: must(3, text),
});
export type LinkNexusOperation = Infer<typeof linkNexusOperation>;

export const linkWorkflow = message({
  namespace: field(1, text),
  workflowId: must(2, text),
  runId: must(3, text),
  reason: field(4, text),
});
export type LinkWorkflow = Infer<typeof linkWorkflow>;

export const link = message({
  workflowEvent: field(1, linkWorkflowEvent),
  batchJob: field(2, linkBatchJob),
  activity: field(3, linkActivity),
  nexusOperation: field(4, linkNexusOperation),
  workflow: field(5, linkWorkflow),
});
export type Link = Infer<typeof link>;

export const principal = message({
  type: field(1, text),
  name: must(2, text),
});
export type Principal = Infer<typeof principal>;

export const eventGroupMarkerLabel = message({
  id: field(1, text),
  label: field(2, payload),
});
export type EventGroupMarkerLabel = Infer<typeof eventGroupMarkerLabel>;

export const eventGroupMarkerInboundEvent = message({
  inboundEventId: field(1, int),
});
export type EventGroupMarkerInboundEvent = Infer<typeof eventGroupMarkerInboundEvent>;

export const eventGroupMarkerInboundUpdate = message({
  inboundUpdateId: field(1, text),
});
export type EventGroupMarkerInboundUpdate = Infer<typeof eventGroupMarkerInboundUpdate>;

export const eventGroupMarker = message({
  label: field(1, eventGroupMarkerLabel),
  inboundEvent: field(2, eventGroupMarkerInboundEvent),
  inboundUpdate: field(3, eventGroupMarkerInboundUpdate),
});
export type EventGroupMarker = Infer<typeof eventGroupMarker>;

export const callbackNexus = message({
  url: field(1, text),
  header: field(2, map(text)),
});
export type CallbackNexus = Infer<typeof callbackNexus>;

export const callbackInternal = message({
  data: field(1, bytes),
});
export type CallbackInternal = Infer<typeof callbackInternal>;

export const callback = message({
  nexus: field(2, callbackNexus),
  internal: field(3, callbackInternal),
  links: field(100, list(link)),
});
export type Callback = Infer<typeof callback>;
