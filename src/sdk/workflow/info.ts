// What a workflow can know of itself. The object is frozen and made anew for every workflow task: ask for it where it is used.

import type { SearchAttributes as SearchAttributePayloads } from '../../api/messages/common.ts';
import type { FailureConverter } from '../common/failure-converter.ts';
import { fromPayloadsAtIndex, mapFromPayloads, type PayloadConverter } from '../common/payload-converter.ts';
import type { Priority } from '../common/priority.ts';
import { decompileRetryPolicy, type RetryPolicy } from '../common/retry-policy.ts';
import { host } from '../sandbox/realm/current.ts';
import type { Activation, RunStart } from './contract.ts';

/** What a workflow can know of itself and of its run. */
export interface WorkflowInfo {
  readonly workflowId: string;
  readonly runId: string;
  readonly workflowType: string;
  readonly namespace: string;
  readonly taskQueue: string;
  /** Of the chain's first run: retries, cron runs and runs continued as new share it. */
  readonly firstExecutionRunId: string;
  /** The run that this one continues. */
  readonly continuedFromExecutionRunId?: string | undefined;
  readonly memo?: Readonly<Record<string, unknown>> | undefined;
  readonly searchAttributes: Readonly<Record<string, readonly unknown[]>>;
  readonly parent?: { readonly workflowId: string; readonly runId: string; readonly namespace: string } | undefined;
  readonly root?: { readonly workflowId: string; readonly runId: string } | undefined;
  /** When the run was started. */
  readonly startTime: Date;
  readonly runStartTime: Date;
  readonly executionTimeoutMs?: number | undefined;
  readonly executionExpirationTime?: Date | undefined;
  readonly runTimeoutMs?: number | undefined;
  readonly taskTimeoutMs: number;
  readonly retryPolicy?: RetryPolicy | undefined;
  /** From 1; one more for each retry of the workflow. */
  readonly attempt: number;
  readonly cronSchedule?: string | undefined;
  /** The result of the run before, where a schedule or continue-as-new passes one on. */
  readonly lastResult?: unknown;
  /** How the run before failed, when this one is its retry. */
  readonly lastFailure?: Error | undefined;
  readonly priority?: Priority | undefined;
  /** Events in the history up to the present workflow task. */
  readonly historyLength: number;
  /** Bytes of the history up to the present workflow task. */
  readonly historySize: number;
  /** The service finds the history long: continue as new when it suits. */
  readonly continueAsNewSuggested: boolean;
  /** Never decide by these: they differ from one replay to the next. */
  readonly unsafe: UnsafeWorkflowInfo;
}

/** What differs from one replay to the next. */
export interface UnsafeWorkflowInfo {
  readonly isReplaying: boolean;
  /** As `isReplaying`, but false in a query handler. */
  readonly isReplayingHistoryEvents: boolean;
  /** The machine's clock, in milliseconds since 1970. */
  readonly now: () => number;
}

export function initialInfo(
  { namespace, workflowId, runId, startTimeMs, started }: RunStart,
  converter: PayloadConverter,
  failureConverter: FailureConverter,
): WorkflowInfo {
  const startTime = new Date(startTimeMs);
  const { parentWorkflowExecution: parent, rootWorkflowExecution: root, continuedFailure } = started;
  const expiration = started.workflowExecutionExpirationTimeMs;
  return {
    workflowId,
    runId,
    workflowType: started.workflowType,
    namespace,
    taskQueue: started.taskQueue.name,
    firstExecutionRunId: started.firstExecutionRunId || runId,
    continuedFromExecutionRunId: started.continuedExecutionRunId || undefined,
    memo: started.memo && Object.freeze(mapFromPayloads(converter, started.memo)),
    searchAttributes: readSearchAttributes(started.searchAttributes, converter),
    parent: parent && Object.freeze({ ...parent, namespace: started.parentWorkflowNamespace ?? namespace }),
    root: root && root.workflowId !== workflowId ? Object.freeze({ ...root }) : undefined,
    startTime,
    runStartTime: startTime,
    executionTimeoutMs: started.workflowExecutionTimeoutMs || undefined,
    executionExpirationTime: expiration ? new Date(expiration) : undefined,
    runTimeoutMs: started.workflowRunTimeoutMs || undefined,
    taskTimeoutMs: started.workflowTaskTimeoutMs ?? 10_000,
    retryPolicy: copied(decompileRetryPolicy(started.retryPolicy)),
    attempt: started.attempt || 1,
    cronSchedule: started.cronSchedule || undefined,
    lastResult: fromPayloadsAtIndex(converter, 0, started.lastCompletionResult),
    lastFailure: continuedFailure && failureConverter.failureToError(copied(continuedFailure), converter),
    priority: copied(started.priority),
    historyLength: 0,
    historySize: 0,
    continueAsNewSuggested: false,
    unsafe: unsafeInfo(true),
  };
}

/** The info of one workflow task. */
export function infoAt(before: WorkflowInfo, activation: Activation): WorkflowInfo {
  const { historyLength, historySize, continueAsNewSuggested, isReplaying } = activation;
  return Object.freeze({
    ...before,
    historyLength,
    historySize,
    continueAsNewSuggested,
    unsafe: unsafeInfo(isReplaying),
  });
}

/** The info that a query handler sees: it is live, whatever its workflow is. */
export function infoInQuery(before: WorkflowInfo): WorkflowInfo {
  return Object.freeze({ ...before, unsafe: Object.freeze({ ...before.unsafe, isReplayingHistoryEvents: false }) });
}

const now = () => host?.systemTime() ?? Date.now();

function unsafeInfo(isReplaying: boolean): UnsafeWorkflowInfo {
  return Object.freeze({ isReplaying, isReplayingHistoryEvents: isReplaying, now });
}

/** Search attributes are always plain JSON, and always shown as lists. */
function readSearchAttributes(payloads: SearchAttributePayloads | undefined, converter: PayloadConverter) {
  const read = Object.entries(mapFromPayloads(converter, payloads)).map(([name, value]) => [
    name,
    Object.freeze(Array.isArray(value) ? value : [value]),
  ]);
  return Object.freeze(Object.fromEntries(read)) as Readonly<Record<string, readonly unknown[]>>;
}

/**
 * A copy in this realm of plain data from the host's. Bytes become this realm's, so that nothing that user code may see was made
 * outside.
 */
export function copied<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value)) return new Uint8Array(value as unknown as Uint8Array) as T;
  if (Array.isArray(value)) return Array.from(value, copied) as T;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, copied(one)])) as T;
}
