import type { StartWorkflowExecutionResponse } from '../../api/workflow-service.ts';
import type { LoadedRun } from '../../engine/loaded-run.ts';
import { refused } from '../../engine/refused.ts';
import type { Transaction } from '../../engine/transaction.ts';
import type { ReadonlyRun } from '../../machine/run.ts';
import { type StartRequest, startWorkflow } from '../../machine/start.ts';
import { checkNamespace } from '../namespace.ts';
import type { Rpc } from '../rpc.ts';

/** Starts a run, or answers with the one that there is, as the policies say. */
export const startWorkflowExecution: Rpc<'startWorkflowExecution'> = async (engine, request) => {
  checkNamespace(request.namespace);
  return engine.runs.begin(request, (transaction, current) => startInstead(transaction, current, request));
};

/** Begins a run in the place of the current one, if there is one and the policies let it. */
export function startInstead(
  transaction: Transaction,
  current: LoadedRun | undefined,
  request: StartRequest,
): StartWorkflowExecutionResponse {
  const { namespace, workflowId } = request;
  const decision = startWorkflow(current?.run, request, transaction.moment);
  if (decision.kind === 'refused') throw refused(decision.refusal);
  if (decision.kind === 'existing') return startedAs(decision.run, decision.started);
  if (current) transaction.apply(current, { facts: decision.endsCurrent });
  const { run } = transaction.begin({ namespace, workflowId }, decision.beginning, current?.run.key.runId);
  return startedAs(run, true);
}

export function startedAs({ key, birth, status }: ReadonlyRun, started: boolean): StartWorkflowExecutionResponse {
  return { runId: key.runId, started, status, firstExecutionRunId: birth.firstExecutionRunId };
}
