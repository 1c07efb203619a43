import { transact } from '../../engine/transact.ts';
import { failWorkflowTask } from '../../machine/workflow-task.ts';
import type { Rpc } from '../rpc.ts';
import { readToken, type WorkflowTaskToken } from '../task-token.ts';

/** The worker could not run the task; the run goes on with another attempt. Its queries wait for that. */
export const respondWorkflowTaskFailed: Rpc<'respondWorkflowTaskFailed'> = async (engine, request) => {
  const token = readToken<WorkflowTaskToken>(request.taskToken, 'startedEventId');
  await transact(engine, token, ({ run }, moment, transaction) => {
    transaction.afterwards.push(() => engine.queries.backToWaiting(token.runId));
    return failWorkflowTask(run, token, request, moment);
  });
  return {};
};
