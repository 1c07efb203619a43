import { invalidArgument } from '../../api/service-error.ts';
import { poll } from '../../engine/poll.ts';
import { checkNamespace } from '../namespace.ts';
import { workerOf } from '../polling-worker.ts';
import type { Rpc } from '../rpc.ts';
import { NO_WORKFLOW_TASK, workflowTaskResponse } from '../workflow-task-response.ts';

/** Waits for a workflow task, or for a query to answer. */
export const pollWorkflowTaskQueue: Rpc<'pollWorkflowTaskQueue'> = async (engine, request, options) => {
  checkNamespace(request.namespace);
  if (!request.taskQueue.name) throw invalidArgument('taskQueue is not set');
  const name = { namespace: request.namespace, kind: 'workflow', name: request.taskQueue.name } as const;
  const delivery = await poll(engine, name, workerOf(engine, request), options);
  return delivery && delivery.kind !== 'activity' ? workflowTaskResponse(engine, delivery) : NO_WORKFLOW_TASK;
};
