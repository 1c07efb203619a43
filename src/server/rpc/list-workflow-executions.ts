import { decode } from '../../api/codec.ts';
import { memo as memoKind } from '../../api/messages/common.ts';
import { invalidArgument } from '../../api/service-error.ts';
import type { WorkflowExecutionInfo } from '../../api/workflow-service.ts';
import { type RunSummary, UnknownCursor } from '../../store/store.ts';
import { parseFilter } from '../list-filter.ts';
import { checkNamespace } from '../namespace.ts';
import type { Rpc } from '../rpc.ts';

const LARGEST_PAGE = 1000;

/** Lists runs page by page: open ones first, newest first. */
export const listWorkflowExecutions: Rpc<'listWorkflowExecutions'> = async (engine, request) => {
  const { namespace, query, nextPageToken } = request;
  checkNamespace(namespace);
  const pageSize = Math.min(request.pageSize || LARGEST_PAGE, LARGEST_PAGE);
  if (pageSize < 0) throw invalidArgument(`PageSize is ${pageSize}: it must be 0 (as many as fit) or more.`);
  const after = nextPageToken?.length ? Buffer.from(nextPageToken).toString() : undefined;
  const page = await engine.store
    .listRuns({ namespace, claims: parseFilter(query), pageSize, after })
    .catch(refuseCursor);
  return {
    executions: page.runs.map(executionInfo),
    nextPageToken: page.next === undefined ? undefined : new Uint8Array(Buffer.from(page.next)),
  };
};

function refuseCursor(error: unknown): never {
  throw error instanceof UnknownCursor ? invalidArgument(`${error.message}: begin without a page token`) : error;
}

function executionInfo(run: RunSummary): WorkflowExecutionInfo {
  const {
    key,
    workflowType,
    taskQueue,
    status,
    startTimeMs,
    executionTimeMs,
    closeTimeMs,
    historyLength,
    historySizeBytes,
    memo,
  } = run;
  return {
    execution: { workflowId: key.workflowId, runId: key.runId },
    type: workflowType,
    taskQueue,
    status,
    startTimeMs,
    executionTimeMs,
    closeTimeMs,
    historyLength,
    historySizeBytes,
    memo: memo && decode(memoKind, memo),
  };
}
