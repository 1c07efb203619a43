import type { StartWorkflowExecutionResponse } from '../../api/workflow-service.ts';
import type { Engine } from '../../engine/engine.ts';
import { refused } from '../../engine/refused.ts';
import { type StartRequest, startWorkflow } from '../../machine/start.ts';
import { checkNamespace } from '../namespace.ts';
import type { Rpc } from '../rpc.ts';

/** Starts a run, or answers with the one that there is, as the policies say. */
export const startWorkflowExecution: Rpc<'startWorkflowExecution'> = async (engine, request) => {
  checkNamespace(request.namespace);
  return start(engine, request);
};

export function start(engine: Engine, request: StartRequest): Promise<StartWorkflowExecutionResponse> {
  const { namespace, workflowId } = request;
  return engine.runs.begin({ namespace, workflowId }, (transaction, current) => {
    const decision = startWorkflow(current?.run, request, transaction.moment);
    if (decision.kind === 'refused') throw refused(decision.refusal);
    if (decision.kind === 'existing') {
      const { key, birth, status } = decision.run;
      return { runId: key.runId, started: decision.started, status, firstExecutionRunId: birth.firstExecutionRunId };
    }
    if (current) transaction.apply(current, { facts: decision.endsCurrent });
    const { run } = transaction.begin({ namespace, workflowId }, decision.beginning, current?.run.key.runId);
    return { runId: run.key.runId, started: true, status: 'RUNNING', firstExecutionRunId: run.key.runId };
  });
}
