import { transact } from '../../engine/transact.ts';
import { signalWorkflow } from '../../machine/signal.ts';
import type { Rpc } from '../rpc.ts';
import { refOf } from '../run-ref.ts';

/** Records the signal and wakes the workflow to see it. A repeated request id changes nothing. */
export const signalWorkflowExecution: Rpc<'signalWorkflowExecution'> = async (engine, request) => {
  const ref = refOf(request.namespace, request.workflowExecution);
  await transact(engine, ref, ({ run }) => signalWorkflow(run, request));
  return {};
};
