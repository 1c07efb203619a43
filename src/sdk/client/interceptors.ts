// Interceptors of a client's calls. Each method stands around one call: it may change the input, which carries the headers, and
// looks at the outcome.

import type { DescribeWorkflowExecutionResponse } from '../../api/workflow-service.ts';
import type { Headers } from '../common/interceptors.ts';
import type { CompiledWorkflowOptions } from './workflow-options.ts';

export type QueryRejectCondition = 'NONE' | 'NOT_OPEN' | 'NOT_COMPLETED_CLEANLY';

/** An absent run id is the current run. */
export interface WorkflowTarget {
  readonly workflowId: string;
  readonly runId?: string | undefined;
}

export interface WorkflowStartInput {
  readonly workflowType: string;
  readonly headers: Headers;
  readonly options: CompiledWorkflowOptions;
}

export interface WorkflowStartOutput {
  readonly runId: string;
  /** Of the chain: differs from runId where a running workflow was used (`workflowIdConflictPolicy: 'USE_EXISTING'`). */
  readonly firstExecutionRunId: string;
  readonly eagerlyStarted: boolean;
}

export interface WorkflowSignalInput {
  readonly signalName: string;
  readonly args: readonly unknown[];
  readonly workflowExecution: WorkflowTarget;
  readonly headers: Headers;
}

export interface WorkflowSignalWithStartInput {
  readonly workflowType: string;
  readonly signalName: string;
  readonly signalArgs: readonly unknown[];
  readonly headers: Headers;
  readonly options: CompiledWorkflowOptions;
}

export interface WorkflowQueryInput {
  readonly queryType: string;
  readonly args: readonly unknown[];
  readonly workflowExecution: WorkflowTarget;
  readonly queryRejectCondition?: QueryRejectCondition | undefined;
  readonly headers: Headers;
}

export interface WorkflowTerminateInput {
  readonly workflowExecution: WorkflowTarget;
  readonly reason?: string | undefined;
  readonly details?: readonly unknown[] | undefined;
  readonly firstExecutionRunId?: string | undefined;
}

export interface WorkflowCancelInput {
  readonly workflowExecution: WorkflowTarget;
  readonly reason?: string | undefined;
  readonly firstExecutionRunId?: string | undefined;
}

export interface WorkflowDescribeInput {
  readonly workflowExecution: WorkflowTarget;
}

/** Implement the methods whose calls are to be intercepted. */
export interface WorkflowClientInterceptor {
  readonly startWithDetails?: (
    input: WorkflowStartInput,
    next: (input: WorkflowStartInput) => Promise<WorkflowStartOutput>,
  ) => Promise<WorkflowStartOutput>;
  readonly signal?: (input: WorkflowSignalInput, next: (input: WorkflowSignalInput) => Promise<void>) => Promise<void>;
  /** Returns the run id. */
  readonly signalWithStart?: (
    input: WorkflowSignalWithStartInput,
    next: (input: WorkflowSignalWithStartInput) => Promise<string>,
  ) => Promise<string>;
  readonly query?: (
    input: WorkflowQueryInput,
    next: (input: WorkflowQueryInput) => Promise<unknown>,
  ) => Promise<unknown>;
  readonly terminate?: (
    input: WorkflowTerminateInput,
    next: (input: WorkflowTerminateInput) => Promise<void>,
  ) => Promise<void>;
  readonly cancel?: (input: WorkflowCancelInput, next: (input: WorkflowCancelInput) => Promise<void>) => Promise<void>;
  readonly describe?: (
    input: WorkflowDescribeInput,
    next: (input: WorkflowDescribeInput) => Promise<DescribeWorkflowExecutionResponse>,
  ) => Promise<DescribeWorkflowExecutionResponse>;
}
