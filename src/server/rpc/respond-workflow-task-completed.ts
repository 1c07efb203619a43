import type { RespondWorkflowTaskCompletedRequest } from '../../api/workflow-service.ts';
import { workflowDelivery } from '../../engine/delivery.ts';
import type { Engine } from '../../engine/engine.ts';
import type { LoadedRun } from '../../engine/loaded-run.ts';
import { transact } from '../../engine/transact.ts';
import type { Transaction } from '../../engine/transaction.ts';
import { completeWorkflowTask } from '../../machine/complete-workflow-task.ts';
import { startWorkflowTask } from '../../machine/workflow-task.ts';
import type { Rpc } from '../rpc.ts';
import { readToken, type WorkflowTaskToken } from '../task-token.ts';
import { workflowTaskResponse } from '../workflow-task-response.ts';

/** Takes what a workflow asks for, all of it or nothing. A further task that is due at once goes back in the answer. */
export const respondWorkflowTaskCompleted: Rpc<'respondWorkflowTaskCompleted'> = async (engine, request) => {
  const token = readToken<WorkflowTaskToken>(request.taskToken, 'startedEventId');
  let next: ReturnType<typeof workflowDelivery>;
  await transact(engine, token, (loaded, moment, transaction) => {
    transaction.afterwards.push(() => engine.queries.answer(request.queryResults ?? {}));
    const decision = completeWorkflowTask(loaded.run, token, completionOf(request), moment);
    const { refusal, successor, facts } = decision;
    transaction.apply(loaded, { facts, successor });
    if (refusal) return { facts: [], refusal };
    if (request.returnNewWorkflowTask) next = startNext(engine, transaction, loaded, request);
    return { facts: [] };
  });
  return next ? { workflowTask: await workflowTaskResponse(engine, next) } : {};
};

function completionOf(request: RespondWorkflowTaskCompletedRequest): Parameters<typeof completeWorkflowTask>[2] {
  const { commands, identity, stickyAttributes, forceCreateNewWorkflowTask, binaryChecksum, sdkMetadata } = request;
  return {
    commands,
    identity,
    sticky: stickyAttributes && {
      queue: stickyAttributes.workerTaskQueue.name,
      scheduleToStartTimeoutMs: stickyAttributes.scheduleToStartTimeoutMs,
    },
    forceNewTask: forceCreateNewWorkflowTask,
    stamp: { binaryChecksum, sdkMetadata },
  };
}

/** The worker that answers is the one that knows the run: a further task is started for it in the same commit. */
function startNext(
  engine: Engine,
  transaction: Transaction,
  loaded: LoadedRun,
  { identity, stickyAttributes }: RespondWorkflowTaskCompletedRequest,
): ReturnType<typeof workflowDelivery> {
  const { run } = loaded;
  const { task } = run;
  if (!task || task.started) return undefined;
  const start = { identity, requestId: 'request-from-RespondWorkflowTaskCompleted', processId: engine.processId };
  const queue = stickyAttributes?.workerTaskQueue.name ?? run.birth.taskQueue;
  const claim = { scheduledEventId: task.scheduledEventId, attempt: task.attempt, queue, start };
  transaction.apply(loaded, startWorkflowTask(run, claim, transaction.moment));
  return workflowDelivery(engine, transaction, loaded, true);
}
