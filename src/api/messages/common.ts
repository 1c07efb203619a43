import {
  bytes,
  double,
  duration,
  field,
  float,
  type Infer,
  int,
  int32,
  list,
  map,
  message,
  must,
  text,
  uint32,
  wrap,
} from '../schema.ts';
import { taskQueueKind } from './enums.ts';

export const payloadExternalPayloadDetails = message({
  sizeBytes: field(1, int),
});
export type PayloadExternalPayloadDetails = Infer<typeof payloadExternalPayloadDetails>;

export const payload = message({
  metadata: field(1, map(bytes)),
  data: field(2, bytes),
  externalPayloads: field(3, list(payloadExternalPayloadDetails)),
});
export type Payload = Infer<typeof payload>;

export const payloads = wrap('payloads', 1, list(payload));
export const memo = wrap('fields', 1, map(payload));
export const header = wrap('fields', 1, map(payload));
export const searchAttributes = wrap('indexedFields', 1, map(payload));
export const workflowTypeName = wrap('name', 1, text);
export const activityTypeName = wrap('name', 1, text);

export const userMetadata = message({
  summary: field(1, payload),
  details: field(2, payload),
});
export type UserMetadata = Infer<typeof userMetadata>;

export const workflowExecution = message({
  workflowId: must(1, text),
  runId: must(2, text),
});
export type WorkflowExecution = Infer<typeof workflowExecution>;

export const taskQueue = message({
  name: must(1, text),
  kind: field(2, taskQueueKind),
  normalName: field(3, text),
});
export type TaskQueue = Infer<typeof taskQueue>;

export const retryPolicy = message({
  initialIntervalMs: field(1, duration),
  backoffCoefficient: field(2, double),
  maximumIntervalMs: field(3, duration),
  maximumAttempts: field(4, int32),
  nonRetryableErrorTypes: field(5, list(text)),
});
export type RetryPolicy = Infer<typeof retryPolicy>;

export const priority = message({
  priorityKey: field(1, int32),
  fairnessKey: field(2, text),
  fairnessWeight: field(3, float),
});
export type Priority = Infer<typeof priority>;

export const workflowTaskCompletedMetadata = message({
  coreUsedFlags: field(1, list(uint32)),
  langUsedFlags: field(2, list(uint32)),
  sdkName: field(3, text),
  sdkVersion: field(4, text),
});
export type WorkflowTaskCompletedMetadata = Infer<typeof workflowTaskCompletedMetadata>;

export const meteringMetadata = message({
  nonfirstLocalActivityExecutionAttempts: field(13, uint32),
});
export type MeteringMetadata = Infer<typeof meteringMetadata>;

export type Payloads = Infer<typeof payloads>;
export type Memo = Infer<typeof memo>;
export type Header = Infer<typeof header>;
export type SearchAttributes = Infer<typeof searchAttributes>;
