import type { WorkflowExecution } from '../api/messages/common.ts';
import { invalidArgument, notFound } from '../api/service-error.ts';
import type { RunRef } from '../engine/runs.ts';
import type { ReadonlyRun } from '../machine/run.ts';
import { checkNamespace } from './namespace.ts';

export function refOf(namespace: string, { workflowId, runId }: WorkflowExecution): RunRef {
  checkNamespace(namespace);
  if (!workflowId) throw invalidArgument('WorkflowId is not set on request.');
  return { namespace, workflowId, runId };
}

/** Refuses when the caller means another chain of runs than the one that now has the workflow id. */
export function checkChain(run: ReadonlyRun, firstExecutionRunId: string | undefined): void {
  if (!firstExecutionRunId || run.birth.firstExecutionRunId === firstExecutionRunId) return;
  throw notFound(
    `workflow ${run.key.workflowId} runs, but not in the chain that began with run ${firstExecutionRunId}`,
  );
}
