import { refused } from '../../engine/refused.ts';
import { isOpen } from '../../machine/run.ts';
import { signaled, signalWorkflow } from '../../machine/signal.ts';
import { startWorkflow } from '../../machine/start.ts';
import { checkNamespace } from '../namespace.ts';
import type { Rpc } from '../rpc.ts';

/** Signals the running workflow, or starts one that has the signal before its first task: both in one commit. */
export const signalWithStartWorkflowExecution: Rpc<'signalWithStartWorkflowExecution'> = async (engine, request) => {
  const { namespace, workflowId, signalName, signalInput, identity, requestId, links } = request;
  checkNamespace(namespace);
  const signal = { signalName, input: signalInput, identity, requestId, links };
  return engine.runs.begin({ namespace, workflowId }, (transaction, current) => {
    const replaces = request.workflowIdConflictPolicy === 'TERMINATE_EXISTING';
    if (current && isOpen(current.run) && !replaces) {
      const started = current.run.requestIds.get(requestId) === 'start';
      if (!started) transaction.apply(current, signalWorkflow(current.run, signal));
      const { key, birth, status } = current.run;
      return { runId: key.runId, started, status, firstExecutionRunId: birth.firstExecutionRunId };
    }
    const decision = startWorkflow(current?.run, { ...request, firstSignal: signaled(signal) }, transaction.moment);
    if (decision.kind === 'refused') throw refused(decision.refusal);
    if (decision.kind === 'existing') {
      const { key, birth, status } = decision.run;
      return { runId: key.runId, started: decision.started, status, firstExecutionRunId: birth.firstExecutionRunId };
    }
    if (current) transaction.apply(current, { facts: decision.endsCurrent });
    const { run } = transaction.begin({ namespace, workflowId }, decision.beginning, current?.run.key.runId);
    return { runId: run.key.runId, started: true, status: 'RUNNING', firstExecutionRunId: run.key.runId };
  });
};
