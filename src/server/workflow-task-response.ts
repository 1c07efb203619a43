// What a worker is sent with a workflow task. History is paged: the first page comes with the task, the others by token, and the
// events of a transient task, which the store does not have, stand behind the last.

import { joinHistory } from '../api/history.ts';
import type { PollWorkflowTaskQueueResponse } from '../api/workflow-service.ts';
import type { QueryTaskDelivery, WorkflowTaskDelivery } from '../engine/delivery.ts';
import type { Engine } from '../engine/engine.ts';
import { encodeToken, LARGEST_PAGE, type PageToken, readPage } from '../engine/history.ts';
import { tokenOf } from './task-token.ts';

export const NO_WORKFLOW_TASK: PollWorkflowTaskQueueResponse = {
  taskToken: new Uint8Array(0),
  workflowExecution: { workflowId: '', runId: '' },
  workflowType: '',
  previousStartedEventId: 0,
  startedEventId: 0,
  attempt: 0,
  history: new Uint8Array(0),
  queries: {},
  workflowExecutionTaskQueue: { name: '' },
  scheduledTimeMs: 0,
  startedTimeMs: 0,
};

export async function workflowTaskResponse(
  engine: Engine,
  delivery: WorkflowTaskDelivery | QueryTaskDelivery,
): Promise<PollWorkflowTaskQueueResponse> {
  const { key, workflowType, taskQueue, previousStartedEventId } = delivery;
  const base = {
    ...(await firstPage(engine, delivery)),
    workflowExecution: { workflowId: key.workflowId, runId: key.runId },
    workflowType,
    previousStartedEventId,
    workflowExecutionTaskQueue: { name: taskQueue, kind: 'NORMAL' as const },
  };
  if (delivery.kind === 'query') {
    const taskToken = tokenOf({ queryId: delivery.queryId });
    return {
      ...base,
      taskToken,
      startedEventId: 0,
      attempt: 1,
      query: delivery.query,
      queries: {},
      scheduledTimeMs: 0,
      startedTimeMs: 0,
    };
  }
  const { scheduledEventId, attempt, scheduledTimeMs, started } = delivery.task;
  const startedEventId = started?.eventId ?? 0;
  return {
    ...base,
    taskToken: tokenOf({ ...key, scheduledEventId, startedEventId, attempt }),
    startedEventId,
    attempt,
    queries: delivery.queries,
    scheduledTimeMs,
    startedTimeMs: started?.timeMs ?? 0,
  };
}

async function firstPage(
  engine: Engine,
  delivery: WorkflowTaskDelivery | QueryTaskDelivery,
): Promise<Pick<PollWorkflowTaskQueueResponse, 'history' | 'nextPageToken'>> {
  const { key, firstEventId, lastEventId, history } = delivery;
  const suffix = delivery.kind === 'workflow' ? delivery.suffix : new Uint8Array(0);
  if (history) return { history: joinHistory([history, suffix]) };
  return historyPage(engine, key, {
    runId: key.runId,
    nextEventId: firstEventId,
    endEventId: lastEventId + 1,
    suffix: suffix.length > 0 ? Buffer.from(suffix).toString('base64') : undefined,
  });
}

/** A page of the history that a token speaks of, and the token of the page behind it. */
export async function historyPage(
  engine: Engine,
  key: { readonly namespace: string; readonly workflowId: string; readonly runId: string },
  token: PageToken,
  pageSize = LARGEST_PAGE,
): Promise<{ readonly history: Uint8Array; readonly nextPageToken?: Uint8Array | undefined }> {
  const count = Math.min(pageSize, token.endEventId - token.nextEventId);
  const page = count > 0 ? await readPage(engine.store, key, token.nextEventId, count) : new Uint8Array(0);
  const nextEventId = token.nextEventId + count;
  if (nextEventId < token.endEventId) return { history: page, nextPageToken: encodeToken({ ...token, nextEventId }) };
  return { history: token.suffix ? joinHistory([page, new Uint8Array(Buffer.from(token.suffix, 'base64'))]) : page };
}
