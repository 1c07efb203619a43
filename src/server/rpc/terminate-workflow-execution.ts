import { transact } from '../../engine/transact.ts';
import { terminateWorkflow } from '../../machine/close.ts';
import type { Rpc } from '../rpc.ts';
import { checkChain, refOf } from '../run-ref.ts';

/** Ends the run at once: its code is not asked. */
export const terminateWorkflowExecution: Rpc<'terminateWorkflowExecution'> = async (engine, request) => {
  const ref = refOf(request.namespace, request.workflowExecution);
  const { reason, details, identity, links } = request;
  await transact(engine, ref, ({ run }) => {
    checkChain(run, request.firstExecutionRunId);
    return terminateWorkflow(run, { reason, details, identity, links });
  });
  return {};
};
