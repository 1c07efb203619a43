// What a worker asks of the place where workflow code runs, and what it gets back. The sandbox thread is behind it; the worker
// polls, hands a task over, and answers the service with the outcome.

import type { Command } from '../../api/command.ts';
import type { WorkflowTaskFailedCause } from '../../api/messages/enums.ts';
import type { Failure } from '../../api/messages/failure.ts';
import type { PollWorkflowTaskQueueResponse, WorkflowQueryResult } from '../../api/workflow-service.ts';

export type WorkflowTaskOutcome =
  | {
      readonly kind: 'completed';
      readonly commands: readonly Command[];
      readonly queryResults: Readonly<Record<string, WorkflowQueryResult>>;
      /** Flags that this task was the first of its run to use. */
      readonly usedFlags: readonly number[];
    }
  /** The workflow task failed, not the workflow: code and history differ, or the code did what a workflow cannot. */
  | { readonly kind: 'failed'; readonly cause: WorkflowTaskFailedCause; readonly failure: Failure }
  /** The answer to a query task. */
  | { readonly kind: 'queried'; readonly result: WorkflowQueryResult }
  /** The run is not in the cache and the task's history does not begin at event 1: fetch all of it and hand the task over again. */
  | { readonly kind: 'needsHistory' };

export interface WorkflowRunner {
  /** Runs one task to quiescence. All pages of its history are joined in `task.history`. Never rejects for what user code does. */
  run(task: PollWorkflowTaskQueueResponse): Promise<WorkflowTaskOutcome>;
  /** Forgets a run: its next task is replayed from event 1. */
  evict(runId: string): void;
  /** Bytes that the cached runs are reckoned to hold, and how many they are. */
  readonly cache: { readonly runs: number; readonly bytes: number };
  close(): Promise<void>;
}

export interface WorkflowRunnerOptions {
  readonly namespace: string;
  readonly taskQueue: string;
  /** Where the workflow functions are: a source file to bundle, or a finished bundle. */
  readonly workflows: { readonly path: string } | { readonly code: string; readonly sourceMap?: string | undefined };
  /** Runs are evicted, least recently used first, above this. Default 256 MiB. */
  readonly maxCachedBytes?: number | undefined;
  /** How long an activation may run without yielding. Default 2000 ms. */
  readonly interruptAfterMs?: number | undefined;
  /** Lines that workflow code logs while it is not replaying. */
  readonly onLog?: ((line: WorkflowLogLine) => void) | undefined;
}

export interface WorkflowLogLine {
  readonly level: 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
  readonly message: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}
