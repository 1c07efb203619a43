import { historyOf } from '../../api/history.ts';
import { invalidArgument, ServiceError } from '../../api/service-error.ts';
import type { CallOptions, GetWorkflowExecutionHistoryResponse } from '../../api/workflow-service.ts';
import type { Engine } from '../../engine/engine.ts';
import { decodeToken, encodeToken, LARGEST_PAGE, type PageToken, readPage } from '../../engine/history.ts';
import { look } from '../../engine/transact.ts';
import { isOpen } from '../../machine/run.ts';
import type { Rpc } from '../rpc.ts';
import { refOf } from '../run-ref.ts';
import { historyPage } from '../workflow-task-response.ts';

const LONGEST_WAIT_MS = 20_000;
const ANSWER_EARLIER_MS = 1000;
const ENGINE_CLOSED =
  'the engine was closed while the call waited for the workflow: open the database again, it goes on';

/** What is durable of a run when it is looked at. */
interface Seen {
  readonly runId: string;
  readonly nextEventId: number;
  readonly closed: boolean;
  readonly lastEvent: Uint8Array | undefined;
}

/** Reads a history page by page; with `waitNewEvent` it waits for the next events, or for the last one. */
export const getWorkflowExecutionHistory: Rpc<'getWorkflowExecutionHistory'> = async (engine, request, options) => {
  const ref = refOf(request.namespace, request.execution);
  const token = request.nextPageToken?.length ? readPageToken(request.nextPageToken) : undefined;
  if (token && ref.runId && token.runId !== ref.runId)
    throw invalidArgument('the page token is of another run: begin without a token');
  const runRef = token ? { ...ref, runId: token.runId } : ref;
  if (request.historyEventFilterType === 'CLOSE_EVENT') {
    return closeEvent(engine, runRef, request.waitNewEvent ?? false, options);
  }
  // A worker's token says where its task's history ends: later events are not its business.
  if (token && token.endEventId > 0) return historyPage(engine, { ...runRef, runId: token.runId }, token);
  return allEvents(
    engine,
    runRef,
    { from: token?.nextEventId ?? 1, wait: request.waitNewEvent ?? false, size: request.maximumPageSize },
    options,
  );
};

function readPageToken(bytes: Uint8Array): PageToken {
  try {
    return decodeToken<PageToken>(bytes);
  } catch {
    throw invalidArgument('the page token is not one that this server gave out: begin without a token');
  }
}

async function closeEvent(
  engine: Engine,
  ref: ReturnType<typeof refOf>,
  wait: boolean,
  options: CallOptions,
): Promise<GetWorkflowExecutionHistoryResponse> {
  const seen = await see(engine, ref, ({ closed }) => closed || !wait, options);
  const history =
    seen.lastEvent ?? (await readPage(engine.store, { ...ref, runId: seen.runId }, seen.nextEventId - 1, 1));
  if (seen.closed) return { history };
  if (!wait) return { history: new Uint8Array(0) };
  return {
    history: new Uint8Array(0),
    nextPageToken: encodeToken({ runId: seen.runId, nextEventId: 1, endEventId: 0 }),
  };
}

async function allEvents(
  engine: Engine,
  ref: ReturnType<typeof refOf>,
  page: { readonly from: number; readonly wait: boolean; readonly size: number | undefined },
  options: CallOptions,
): Promise<GetWorkflowExecutionHistoryResponse> {
  const { from, wait } = page;
  const seen = await see(engine, ref, ({ nextEventId, closed }) => closed || !wait || nextEventId > from, options);
  const size = Math.min(page.size || LARGEST_PAGE, LARGEST_PAGE, seen.nextEventId - from);
  const history =
    size > 0 ? await readPage(engine.store, { ...ref, runId: seen.runId }, from, size) : new Uint8Array(0);
  const nextEventId = from + Math.max(size, 0);
  const isComplete = nextEventId >= seen.nextEventId && (seen.closed || !wait);
  return isComplete
    ? { history }
    : { history, nextPageToken: encodeToken({ runId: seen.runId, nextEventId, endEventId: 0 }) };
}

/** Looks at the run until it is as wanted, or the wait is over; answers with what it saw last. */
async function see(
  engine: Engine,
  ref: ReturnType<typeof refOf>,
  enough: (seen: Seen) => boolean,
  options: CallOptions,
): Promise<Seen> {
  const endMs = Math.min(
    engine.clock.now() + LONGEST_WAIT_MS,
    (options.deadlineMs ?? Number.POSITIVE_INFINITY) - ANSWER_EARLIER_MS,
  );
  let seen = await lookAt(engine, ref);
  while (!enough(seen.seen)) {
    if (engine.waiters.ended) throw new ServiceError('CANCELLED', ENGINE_CLOSED);
    if (!(await seen.changed(endMs, options.signal))) break;
    seen = await lookAt(engine, { ...ref, runId: seen.seen.runId });
  }
  return seen.seen;
}

/** The wait begins in the same turn as the look, so that no change falls between the two. */
async function lookAt(engine: Engine, ref: ReturnType<typeof refOf>) {
  let told = () => {};
  let isTold = false;
  let cancelWait = () => {};
  const seen = await look(engine, ref, ({ run, tail }, transaction): Seen => {
    transaction.afterwards.push(() => {
      cancelWait = engine.waiters.wait(run.key.runId, () => {
        isTold = true;
        told();
      });
    });
    const last = isOpen(run) ? undefined : tail?.events.at(-1);
    return {
      runId: run.key.runId,
      nextEventId: run.nextEventId,
      closed: !isOpen(run),
      lastEvent: last && historyOf([last]),
    };
  });
  const changed = (endMs: number, signal: AbortSignal | undefined) =>
    new Promise<boolean>((resolve) => {
      const finish = (value: boolean) => {
        cancelTimer();
        cancelWait();
        signal?.removeEventListener('abort', leave);
        resolve(value);
      };
      const leave = () => finish(false);
      const cancelTimer = engine.clock.at(endMs, leave);
      told = () => finish(true);
      signal?.addEventListener('abort', leave, { once: true });
      if (isTold) finish(true);
      else if (signal?.aborted) finish(false);
    });
  return { seen, changed };
}
