import { isOpen } from '../../machine/run.ts';
import { signaled, signalWorkflow } from '../../machine/signal.ts';
import { checkNamespace } from '../namespace.ts';
import type { Rpc } from '../rpc.ts';
import { startedAs, startInstead } from './start-workflow-execution.ts';

/** Signals the running workflow, or starts one that has the signal before its first task: both in one commit. */
export const signalWithStartWorkflowExecution: Rpc<'signalWithStartWorkflowExecution'> = async (engine, request) => {
  const { namespace, signalName, signalInput, identity, requestId, links } = request;
  checkNamespace(namespace);
  const signal = { signalName, input: signalInput, identity, requestId, links };
  return engine.runs.begin(request, (transaction, current) => {
    const replaces = request.workflowIdConflictPolicy === 'TERMINATE_EXISTING';
    if (!current || !isOpen(current.run) || replaces) {
      return startInstead(transaction, current, { ...request, firstSignal: signaled(signal) });
    }
    const isRepeated = current.run.requestIds.get(requestId) === 'start';
    if (!isRepeated) transaction.apply(current, signalWorkflow(current.run, signal));
    return startedAs(current.run, isRepeated);
  });
};
