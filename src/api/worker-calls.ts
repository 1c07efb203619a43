// What workers ask and answer: the requests and responses of polling for tasks and of responding to them.

import type { Command } from './command.ts';
import type { Payload, Payloads, Priority, RetryPolicy, TaskQueue, WorkflowExecution } from './messages/common.ts';
import type { WorkflowTaskFailedCause } from './messages/enums.ts';
import type { Failure } from './messages/failure.ts';

export interface WorkflowQuery {
  readonly queryType: string;
  readonly queryArgs?: Payloads | undefined;
  readonly header?: Readonly<Record<string, Payload>> | undefined;
}

/** The answer to one query, by the workflow. */
export interface WorkflowQueryResult {
  readonly resultType: 'ANSWERED' | 'FAILED';
  readonly answer?: Payloads | undefined;
  readonly errorMessage?: string | undefined;
  readonly failure?: Failure | undefined;
}

/** What says which worker a poll or an answer comes from. */
export interface WorkerStamp {
  readonly identity: string;
  /** One per worker in a process; it ties polls, heartbeats and shutdown together. */
  readonly workerInstanceKey?: string | undefined;
}

export interface PollWorkflowTaskQueueRequest extends WorkerStamp {
  readonly namespace: string;
  readonly taskQueue: TaskQueue;
}

/** An empty task token says that the poll ended without a task: poll again. */
export interface PollWorkflowTaskQueueResponse {
  readonly taskToken: Uint8Array;
  readonly workflowExecution: WorkflowExecution;
  readonly workflowType: string;
  /** Of the last completed workflow task; 0 before the first. A sticky task's history begins after it. */
  readonly previousStartedEventId: number;
  /** 0 for a query task. */
  readonly startedEventId: number;
  readonly attempt: number;
  readonly history: Uint8Array;
  readonly nextPageToken?: Uint8Array | undefined;
  /** Set for a query task, which is answered by respondQueryTaskCompleted and runs nothing forward. */
  readonly query?: WorkflowQuery | undefined;
  readonly queries: Readonly<Record<string, WorkflowQuery>>;
  readonly workflowExecutionTaskQueue: TaskQueue;
  readonly scheduledTimeMs: number;
  readonly startedTimeMs: number;
}

export interface RespondWorkflowTaskCompletedRequest {
  readonly namespace: string;
  readonly taskToken: Uint8Array;
  readonly commands: readonly Command[];
  readonly identity: string;
  readonly stickyAttributes?:
    | { readonly workerTaskQueue: TaskQueue; readonly scheduleToStartTimeoutMs: number }
    | undefined;
  /** When a further task is needed at once, hand it over in the answer. */
  readonly returnNewWorkflowTask?: boolean | undefined;
  readonly forceCreateNewWorkflowTask?: boolean | undefined;
  readonly queryResults?: Readonly<Record<string, WorkflowQueryResult>> | undefined;
  readonly binaryChecksum?: string | undefined;
  readonly sdkMetadata?:
    | {
        readonly coreUsedFlags?: readonly number[] | undefined;
        readonly langUsedFlags?: readonly number[] | undefined;
        readonly sdkName?: string | undefined;
        readonly sdkVersion?: string | undefined;
      }
    | undefined;
}

export interface RespondWorkflowTaskCompletedResponse {
  readonly workflowTask?: PollWorkflowTaskQueueResponse | undefined;
}

export interface RespondWorkflowTaskFailedRequest {
  readonly namespace: string;
  readonly taskToken: Uint8Array;
  readonly cause: WorkflowTaskFailedCause;
  readonly failure?: Failure | undefined;
  readonly identity: string;
  readonly binaryChecksum?: string | undefined;
}

export interface RespondQueryTaskCompletedRequest {
  readonly namespace: string;
  readonly taskToken: Uint8Array;
  readonly completedType: 'ANSWERED' | 'FAILED';
  readonly queryResult?: Payloads | undefined;
  readonly errorMessage?: string | undefined;
  readonly failure?: Failure | undefined;
}

export interface PollActivityTaskQueueRequest extends WorkerStamp {
  readonly namespace: string;
  readonly taskQueue: TaskQueue;
}

/** An empty task token says that the poll ended without a task: poll again. */
export interface PollActivityTaskQueueResponse {
  readonly taskToken: Uint8Array;
  readonly workflowNamespace: string;
  readonly workflowType: string;
  readonly workflowExecution: WorkflowExecution;
  readonly activityType: string;
  readonly activityId: string;
  readonly header?: Readonly<Record<string, Payload>> | undefined;
  readonly input?: Payloads | undefined;
  /** What the attempts before recorded last. */
  readonly heartbeatDetails?: Payloads | undefined;
  readonly scheduledTimeMs: number;
  readonly currentAttemptScheduledTimeMs: number;
  readonly startedTimeMs: number;
  readonly attempt: number;
  readonly scheduleToCloseTimeoutMs: number;
  readonly startToCloseTimeoutMs: number;
  readonly heartbeatTimeoutMs: number;
  readonly retryPolicy?: RetryPolicy | undefined;
  readonly priority?: Priority | undefined;
}

/** An activity's attempt, by its token or by the ids of its workflow and itself (an empty run id is the current run). */
export type ActivityRef =
  | { readonly taskToken: Uint8Array }
  | { readonly workflowId: string; readonly runId: string; readonly activityId: string };

export type RecordActivityTaskHeartbeatRequest = ActivityRef & {
  readonly namespace: string;
  readonly identity: string;
  readonly details?: Payloads | undefined;
};

export interface RecordActivityTaskHeartbeatResponse {
  readonly cancelRequested: boolean;
  readonly activityPaused: boolean;
  readonly activityReset: boolean;
}

export type RespondActivityTaskCompletedRequest = ActivityRef & {
  readonly namespace: string;
  readonly identity: string;
  readonly result?: Payloads | undefined;
};

export type RespondActivityTaskFailedRequest = ActivityRef & {
  readonly namespace: string;
  readonly identity: string;
  readonly failure: Failure;
  readonly lastHeartbeatDetails?: Payloads | undefined;
};

export type RespondActivityTaskCanceledRequest = ActivityRef & {
  readonly namespace: string;
  readonly identity: string;
  readonly details?: Payloads | undefined;
};

export interface ShutdownWorkerRequest extends WorkerStamp {
  readonly namespace: string;
  readonly stickyTaskQueue?: string | undefined;
  readonly taskQueue?: string | undefined;
  readonly reason?: string | undefined;
}
