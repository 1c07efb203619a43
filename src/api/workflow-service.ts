// Temporal's WorkflowService as one interface, in our words (schema.ts has the naming rule). The SDK talks to nothing else;
// a transport is whatever implements it: today the direct call, later gRPC and HTTP.
//
// History travels as the protocol's own bytes (api/history.ts): only who reads it decodes it.

import type {
  Memo,
  Payload,
  Payloads,
  Priority,
  RetryPolicy,
  SearchAttributes,
  TaskQueue,
  UserMetadata,
  WorkflowExecution,
} from './messages/common.ts';
import type { WorkflowIdReusePolicy, WorkflowTaskFailedCause } from './messages/enums.ts';
import type { Failure } from './messages/failure.ts';
import type { Link } from './messages/link.ts';
import type { RunStatus } from './run-key.ts';
import type {
  PollActivityTaskQueueRequest,
  PollActivityTaskQueueResponse,
  PollWorkflowTaskQueueRequest,
  PollWorkflowTaskQueueResponse,
  RecordActivityTaskHeartbeatRequest,
  RecordActivityTaskHeartbeatResponse,
  RespondActivityTaskCanceledRequest,
  RespondActivityTaskCompletedRequest,
  RespondActivityTaskFailedRequest,
  RespondQueryTaskCompletedRequest,
  RespondWorkflowTaskCompletedRequest,
  RespondWorkflowTaskCompletedResponse,
  RespondWorkflowTaskFailedRequest,
  ShutdownWorkerRequest,
  WorkflowQuery,
} from './worker-calls.ts';

export type * from './worker-calls.ts';

/** What a caller may add to any call. */
export interface CallOptions {
  /** Aborting ends the wait for an answer: a poll gives its place back and takes no task with it. */
  readonly signal?: AbortSignal | undefined;
  /** When the caller stops waiting, in milliseconds since 1970. A long poll ends empty a second before it. */
  readonly deadlineMs?: number | undefined;
}

type Call<Request, Response> = (request: Request, options?: CallOptions) => Promise<Response>;
type Nothing = Readonly<Record<string, never>>;

export type WorkflowExecutionStatus = RunStatus;
export type WorkflowIdConflictPolicy = 'UNSPECIFIED' | 'FAIL' | 'USE_EXISTING' | 'TERMINATE_EXISTING';

export interface StartWorkflowExecutionRequest {
  readonly namespace: string;
  readonly workflowId: string;
  readonly workflowType: string;
  readonly taskQueue: TaskQueue;
  readonly input?: Payloads | undefined;
  /** Of the whole chain of runs; 0 or absent: none. */
  readonly workflowExecutionTimeoutMs?: number | undefined;
  readonly workflowRunTimeoutMs?: number | undefined;
  readonly workflowTaskTimeoutMs?: number | undefined;
  readonly identity?: string | undefined;
  /** Two starts with one request id are one start. */
  readonly requestId: string;
  readonly workflowIdReusePolicy?: WorkflowIdReusePolicy | undefined;
  readonly workflowIdConflictPolicy?: WorkflowIdConflictPolicy | undefined;
  readonly retryPolicy?: RetryPolicy | undefined;
  readonly cronSchedule?: string | undefined;
  readonly memo?: Memo | undefined;
  readonly searchAttributes?: SearchAttributes | undefined;
  readonly header?: Readonly<Record<string, Payload>> | undefined;
  readonly workflowStartDelayMs?: number | undefined;
  readonly userMetadata?: UserMetadata | undefined;
  readonly links?: readonly Link[] | undefined;
  readonly priority?: Priority | undefined;
}

export interface StartWorkflowExecutionResponse {
  readonly runId: string;
  readonly started: boolean;
  readonly status: WorkflowExecutionStatus;
  readonly firstExecutionRunId: string;
}

export interface SignalWorkflowExecutionRequest {
  readonly namespace: string;
  readonly workflowExecution: WorkflowExecution;
  readonly signalName: string;
  readonly input?: Payloads | undefined;
  readonly identity?: string | undefined;
  readonly requestId?: string | undefined;
  readonly header?: Readonly<Record<string, Payload>> | undefined;
  readonly links?: readonly Link[] | undefined;
}

export interface SignalWithStartWorkflowExecutionRequest extends StartWorkflowExecutionRequest {
  readonly signalName: string;
  readonly signalInput?: Payloads | undefined;
}

export interface RequestCancelWorkflowExecutionRequest {
  readonly namespace: string;
  readonly workflowExecution: WorkflowExecution;
  readonly identity?: string | undefined;
  readonly requestId?: string | undefined;
  readonly firstExecutionRunId?: string | undefined;
  readonly reason?: string | undefined;
  readonly links?: readonly Link[] | undefined;
}

export interface TerminateWorkflowExecutionRequest {
  readonly namespace: string;
  readonly workflowExecution: WorkflowExecution;
  readonly reason?: string | undefined;
  readonly details?: Payloads | undefined;
  readonly identity?: string | undefined;
  readonly firstExecutionRunId?: string | undefined;
  readonly links?: readonly Link[] | undefined;
}

export interface GetWorkflowExecutionHistoryRequest {
  readonly namespace: string;
  /** An empty run id is the current run. */
  readonly execution: WorkflowExecution;
  readonly maximumPageSize?: number | undefined;
  readonly nextPageToken?: Uint8Array | undefined;
  readonly waitNewEvent?: boolean | undefined;
  readonly historyEventFilterType?: 'ALL_EVENT' | 'CLOSE_EVENT' | undefined;
}

export interface GetWorkflowExecutionHistoryResponse {
  /** A `History` message (api/history.ts). */
  readonly history: Uint8Array;
  /** Absent when there is no more to come. */
  readonly nextPageToken?: Uint8Array | undefined;
}

export interface WorkflowExecutionInfo {
  readonly execution: WorkflowExecution;
  readonly type: string;
  readonly taskQueue: string;
  readonly status: WorkflowExecutionStatus;
  readonly startTimeMs: number;
  readonly executionTimeMs: number;
  readonly closeTimeMs?: number | undefined;
  readonly historyLength: number;
  readonly historySizeBytes: number;
  readonly memo?: Memo | undefined;
  readonly searchAttributes?: SearchAttributes | undefined;
  readonly firstRunId?: string | undefined;
  readonly parentExecution?: WorkflowExecution | undefined;
  readonly rootExecution?: WorkflowExecution | undefined;
}

export interface PendingActivityInfo {
  readonly activityId: string;
  readonly activityType: string;
  readonly state: 'SCHEDULED' | 'STARTED' | 'CANCEL_REQUESTED' | 'PAUSED' | 'PAUSE_REQUESTED';
  readonly attempt: number;
  readonly maximumAttempts: number;
  readonly scheduledTimeMs: number;
  readonly lastStartedTimeMs?: number | undefined;
  readonly lastHeartbeatTimeMs?: number | undefined;
  readonly heartbeatDetails?: Payloads | undefined;
  readonly lastFailure?: Failure | undefined;
  readonly lastWorkerIdentity?: string | undefined;
  readonly nextAttemptScheduleTimeMs?: number | undefined;
  readonly currentRetryIntervalMs?: number | undefined;
  readonly expirationTimeMs?: number | undefined;
}

export interface PendingWorkflowTaskInfo {
  readonly state: 'SCHEDULED' | 'STARTED';
  readonly scheduledTimeMs: number;
  readonly originalScheduledTimeMs: number;
  readonly startedTimeMs?: number | undefined;
  readonly attempt: number;
  /** Our own addition: how the last attempt failed, and when, while the workflow task keeps failing. */
  readonly lastFailure?: Failure | undefined;
  readonly lastFailureCause?: WorkflowTaskFailedCause | undefined;
  readonly lastFailureTimeMs?: number | undefined;
}

export interface DescribeWorkflowExecutionResponse {
  readonly executionConfig: {
    readonly taskQueue: string;
    readonly workflowExecutionTimeoutMs: number;
    readonly workflowRunTimeoutMs: number;
    readonly defaultWorkflowTaskTimeoutMs: number;
    readonly userMetadata?: UserMetadata | undefined;
  };
  readonly workflowExecutionInfo: WorkflowExecutionInfo;
  readonly pendingActivities: readonly PendingActivityInfo[];
  readonly pendingWorkflowTask?: PendingWorkflowTaskInfo | undefined;
  readonly workflowExtendedInfo: {
    readonly executionExpirationTimeMs?: number | undefined;
    readonly runExpirationTimeMs?: number | undefined;
    readonly cancelRequested: boolean;
  };
}

export interface QueryWorkflowRequest {
  readonly namespace: string;
  readonly execution: WorkflowExecution;
  readonly query: WorkflowQuery;
  readonly queryRejectCondition?: 'NONE' | 'NOT_OPEN' | 'NOT_COMPLETED_CLEANLY' | undefined;
}

export interface QueryWorkflowResponse {
  readonly queryResult?: Payloads | undefined;
  readonly queryRejected?: { readonly status: WorkflowExecutionStatus } | undefined;
}

export interface ListWorkflowExecutionsRequest {
  readonly namespace: string;
  readonly pageSize?: number | undefined;
  readonly nextPageToken?: Uint8Array | undefined;
  readonly query?: string | undefined;
}

export interface ListWorkflowExecutionsResponse {
  readonly executions: readonly WorkflowExecutionInfo[];
  readonly nextPageToken?: Uint8Array | undefined;
}

export interface GetSystemInfoResponse {
  readonly serverVersion: string;
  readonly capabilities: Readonly<Record<string, boolean>>;
}

/** The calls of `temporal.api.workflowservice.v1.WorkflowService` that a client and a worker need. */
export interface WorkflowService {
  readonly getSystemInfo: Call<Nothing, GetSystemInfoResponse>;
  readonly startWorkflowExecution: Call<StartWorkflowExecutionRequest, StartWorkflowExecutionResponse>;
  readonly signalWorkflowExecution: Call<SignalWorkflowExecutionRequest, Nothing>;
  readonly signalWithStartWorkflowExecution: Call<
    SignalWithStartWorkflowExecutionRequest,
    StartWorkflowExecutionResponse
  >;
  readonly requestCancelWorkflowExecution: Call<RequestCancelWorkflowExecutionRequest, Nothing>;
  readonly terminateWorkflowExecution: Call<TerminateWorkflowExecutionRequest, Nothing>;
  readonly getWorkflowExecutionHistory: Call<GetWorkflowExecutionHistoryRequest, GetWorkflowExecutionHistoryResponse>;
  readonly describeWorkflowExecution: Call<
    { readonly namespace: string; readonly execution: WorkflowExecution },
    DescribeWorkflowExecutionResponse
  >;
  readonly queryWorkflow: Call<QueryWorkflowRequest, QueryWorkflowResponse>;
  readonly listWorkflowExecutions: Call<ListWorkflowExecutionsRequest, ListWorkflowExecutionsResponse>;
  readonly countWorkflowExecutions: Call<
    { readonly namespace: string; readonly query?: string | undefined },
    { readonly count: number }
  >;
  readonly pollWorkflowTaskQueue: Call<PollWorkflowTaskQueueRequest, PollWorkflowTaskQueueResponse>;
  readonly respondWorkflowTaskCompleted: Call<
    RespondWorkflowTaskCompletedRequest,
    RespondWorkflowTaskCompletedResponse
  >;
  readonly respondWorkflowTaskFailed: Call<RespondWorkflowTaskFailedRequest, Nothing>;
  readonly respondQueryTaskCompleted: Call<RespondQueryTaskCompletedRequest, Nothing>;
  readonly pollActivityTaskQueue: Call<PollActivityTaskQueueRequest, PollActivityTaskQueueResponse>;
  readonly recordActivityTaskHeartbeat: Call<RecordActivityTaskHeartbeatRequest, RecordActivityTaskHeartbeatResponse>;
  readonly respondActivityTaskCompleted: Call<RespondActivityTaskCompletedRequest, Nothing>;
  readonly respondActivityTaskFailed: Call<RespondActivityTaskFailedRequest, Nothing>;
  readonly respondActivityTaskCanceled: Call<RespondActivityTaskCanceledRequest, Nothing>;
  readonly shutdownWorker: Call<ShutdownWorkerRequest, Nothing>;
}
