// Asking a workflow (queries.ts has where the question waits). A question that no worker answers in time is refused, naming why.

import { ServiceError } from '../api/service-error.ts';
import type { CallOptions, QueryWorkflowRequest, WorkflowQueryResult } from '../api/workflow-service.ts';
import { isOpen, type ReadonlyRun } from '../machine/run.ts';
import { offer, workflowQueueOf } from './delivery.ts';
import type { Engine } from './engine.ts';
import type { LoadedRun } from './loaded-run.ts';
import type { WaitingQuery } from './queries.ts';
import type { RunRef } from './runs.ts';
import { look } from './transact.ts';

const DEFAULT_PATIENCE_MS = 10_000;
/** From this attempt on a workflow task is failing, and a query would wait for it in vain. */
const FAILING_ATTEMPT = 3;

export type QueryAnswer = { readonly result: WorkflowQueryResult } | { readonly rejectedAs: ReadonlyRun['status'] };

export async function askWorkflow(
  engine: Engine,
  ref: RunRef,
  { query, queryRejectCondition }: QueryWorkflowRequest,
  { signal, deadlineMs = engine.clock.now() + DEFAULT_PATIENCE_MS }: CallOptions = {},
): Promise<QueryAnswer> {
  const answer = Promise.withResolvers<QueryAnswer>();
  // The engine may close, and reject it, while the run is still being looked at and nobody waits for the answer yet.
  answer.promise.catch(() => {});
  const waiting = await look(engine, ref, (loaded, transaction) => {
    const { run } = loaded;
    if (isRejected(run, queryRejectCondition)) {
      answer.resolve({ rejectedAs: run.status });
      return undefined;
    }
    refuseUnready(run);
    const added = add(engine, loaded, query, answer);
    transaction.undo.push(() => engine.queries.remove(added));
    transaction.afterwards.push(() => sendAlone(engine, loaded, added));
    return added;
  });
  if (!waiting) return answer.promise;
  const leave = () => engine.queries.reject(waiting, new ServiceError('CANCELLED', 'the caller no longer waits'));
  const cancelTimer = engine.clock.at(deadlineMs, () => engine.queries.reject(waiting, tooLate(waiting)));
  signal?.addEventListener('abort', leave, { once: true });
  if (signal?.aborted) leave();
  try {
    return await answer.promise;
  } finally {
    cancelTimer();
    signal?.removeEventListener('abort', leave);
  }
}

function isRejected(run: ReadonlyRun, condition: QueryWorkflowRequest['queryRejectCondition']): boolean {
  if (condition === 'NOT_OPEN') return !isOpen(run);
  return (
    condition === 'NOT_COMPLETED_CLEANLY' &&
    !isOpen(run) &&
    run.status !== 'COMPLETED' &&
    run.status !== 'CONTINUED_AS_NEW'
  );
}

function refuseUnready(run: ReadonlyRun): void {
  if (run.task && run.task.attempt >= FAILING_ATTEMPT) {
    const why = run.taskFailure?.failure?.message ?? 'it times out';
    throw notReady(`the workflow task of ${run.key.workflowId} keeps failing, so that it cannot be queried: ${why}`);
  }
  if (!isOpen(run) && run.previousStartedEventId === 0) {
    throw notReady(
      `workflow ${run.key.workflowId} closed before its first workflow task was completed: there is nothing to query`,
    );
  }
}

function notReady(message: string): ServiceError {
  return new ServiceError('FAILED_PRECONDITION', message, { type: 'WorkflowNotReadyFailure' });
}

function add(
  engine: Engine,
  { run }: LoadedRun,
  query: QueryWorkflowRequest['query'],
  { resolve, reject }: PromiseWithResolvers<QueryAnswer>,
): WaitingQuery {
  const { key, birth } = run;
  const waiting: WaitingQuery = {
    id: engine.newId(),
    key,
    query,
    taskQueue: birth.taskQueue,
    state: 'waiting',
    resolve: (result) => resolve({ result }),
    reject,
  };
  engine.queries.add(waiting);
  return waiting;
}

function tooLate({ key, query, taskQueue }: WaitingQuery): ServiceError {
  const message = `query "${query.queryType}" of ${key.workflowId} was not answered in time: is a worker running for task queue "${taskQueue}"?`;
  return new ServiceError('DEADLINE_EXCEEDED', message);
}

/** With no workflow task to ride with, and code that has run at least once, the query goes to a worker by itself. */
function sendAlone(engine: Engine, loaded: LoadedRun, waiting: WaitingQuery): void {
  const { run } = loaded;
  if (run.task || run.previousStartedEventId === 0 || waiting.state !== 'waiting') return;
  waiting.state = 'queued';
  offer(engine, workflowQueueOf(engine, run), { key: run.key, queryId: waiting.id });
}

/** After a commit: queries whose workflow task is over go alone, or wait for the next one. */
export function reviewQueries(engine: Engine, loaded: LoadedRun): void {
  for (const waiting of engine.queries.ofRun(loaded.run.key.runId)) sendAlone(engine, loaded, waiting);
}
