// The history of a workflow task, whole: a poll hands over the first page, and of a run that is in no cache perhaps not even
// that.

import { joinHistory, sliceHistory } from '../../api/history.ts';
import type {
  GetWorkflowExecutionHistoryRequest,
  PollWorkflowTaskQueueResponse,
  WorkflowService,
} from '../../api/workflow-service.ts';

/** The task with all pages of its history joined. */
export async function withAllPages(
  service: WorkflowService,
  namespace: string,
  task: PollWorkflowTaskQueueResponse,
): Promise<PollWorkflowTaskQueueResponse> {
  if (isLast(task.nextPageToken)) return task;
  const { nextPageToken, workflowExecution: execution } = task;
  const rest = await pagesFrom(service, { namespace, execution, nextPageToken });
  return { ...task, history: joinHistory([task.history, ...rest]), nextPageToken: undefined };
}

/** The task with its run's history from event 1, up to the start of the task itself. */
export async function withFullHistory(
  service: WorkflowService,
  namespace: string,
  task: PollWorkflowTaskQueueResponse,
): Promise<PollWorkflowTaskQueueResponse> {
  const pages = await pagesFrom(service, { namespace, execution: task.workflowExecution });
  const history = joinHistory(pages);
  // A task that is lost meanwhile has later events behind its own. A query task (started id 0) is about all there is.
  const upTo = task.startedEventId || Number.POSITIVE_INFINITY;
  return { ...task, history: sliceHistory(history, 0, upTo), nextPageToken: undefined };
}

async function pagesFrom(
  service: WorkflowService,
  first: GetWorkflowExecutionHistoryRequest,
): Promise<readonly Uint8Array[]> {
  const pages: Uint8Array[] = [];
  let request = first;
  for (;;) {
    const { history, nextPageToken } = await service.getWorkflowExecutionHistory(request);
    pages.push(history);
    if (isLast(nextPageToken)) return pages;
    request = { ...first, nextPageToken };
  }
}

function isLast(token: Uint8Array | undefined): boolean {
  return token === undefined || token.length === 0;
}
