import type { Workflow } from './definitions.ts';
import type { Duration } from './duration.ts';
import type { Priority } from './priority.ts';
import type { RetryPolicy } from './retry-policy.ts';

/** Whether a workflow id may be used again once its workflow is closed. */
export const WorkflowIdReusePolicy = {
  /** Always. The default. */
  ALLOW_DUPLICATE: 'ALLOW_DUPLICATE',
  /** When it did not complete: it failed, timed out, was cancelled or terminated. */
  ALLOW_DUPLICATE_FAILED_ONLY: 'ALLOW_DUPLICATE_FAILED_ONLY',
  /** Never. */
  REJECT_DUPLICATE: 'REJECT_DUPLICATE',
  /** @deprecated Use `workflowIdConflictPolicy: 'TERMINATE_EXISTING'`. */
  TERMINATE_IF_RUNNING: 'TERMINATE_IF_RUNNING',
} as const;
export type WorkflowIdReusePolicy = (typeof WorkflowIdReusePolicy)[keyof typeof WorkflowIdReusePolicy];

/** What a start does when a workflow with this id is running. */
export const WorkflowIdConflictPolicy = {
  /** Throw WorkflowExecutionAlreadyStartedError. The default. */
  FAIL: 'FAIL',
  /** Start nothing and return a handle of the running one. */
  USE_EXISTING: 'USE_EXISTING',
  /** Terminate the running one and start. */
  TERMINATE_EXISTING: 'TERMINATE_EXISTING',
} as const;
export type WorkflowIdConflictPolicy = (typeof WorkflowIdConflictPolicy)[keyof typeof WorkflowIdConflictPolicy];

/** What can be said of a workflow when it is started, by a client or, later, by another workflow. */
export interface CommonWorkflowOptions {
  readonly workflowIdReusePolicy?: WorkflowIdReusePolicy | undefined;
  readonly workflowIdConflictPolicy?: WorkflowIdConflictPolicy | undefined;
  /** How the workflow as a whole is tried again after it failed. Default: it is not. */
  readonly retry?: RetryPolicy | undefined;
  readonly cronSchedule?: string | undefined;
  /** Values kept beside the workflow, for whoever looks at it; not searched. */
  readonly memo?: Readonly<Record<string, unknown>> | undefined;
  /** One run. */
  readonly workflowRunTimeout?: Duration | undefined;
  /** The whole chain of runs: retries and continue-as-new included. */
  readonly workflowExecutionTimeout?: Duration | undefined;
  /** One workflow task. Default 10 s. */
  readonly workflowTaskTimeout?: Duration | undefined;
  /** One line about this workflow, for whoever looks at it. */
  readonly staticSummary?: string | undefined;
  /** More about this workflow, in Markdown. */
  readonly staticDetails?: string | undefined;
  readonly priority?: Priority | undefined;
}

/** Options, with `args` required where the workflow takes any. */
export type WithWorkflowArgs<W extends Workflow, T> = T &
  // biome-ignore lint/suspicious/noExplicitAny: any first parameter is meant
  (Parameters<W> extends [any, ...any[]]
    ? { readonly args: Parameters<W> | Readonly<Parameters<W>> }
    : { readonly args?: Parameters<W> | Readonly<Parameters<W>> | undefined });
