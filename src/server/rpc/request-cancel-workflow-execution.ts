import { transact } from '../../engine/transact.ts';
import { requestCancelWorkflow } from '../../machine/close.ts';
import type { Rpc } from '../rpc.ts';
import { checkChain, refOf } from '../run-ref.ts';

/** Asks the workflow to cancel itself. Asked twice, or of a closed run, it does nothing. */
export const requestCancelWorkflowExecution: Rpc<'requestCancelWorkflowExecution'> = async (engine, request) => {
  const ref = refOf(request.namespace, request.workflowExecution);
  await transact(engine, ref, ({ run }) => {
    checkChain(run, request.firstExecutionRunId);
    return requestCancelWorkflow(run, request);
  });
  return {};
};
