// Runs workflow tasks in a sandbox thread of its own, so that no workflow can hold up the engine or an activity; and puts another
// thread in its place when a workflow holds up the others.

import type { Failure } from '../../api/messages/failure.ts';
import type { PollWorkflowTaskQueueResponse } from '../../api/workflow-service.ts';
import type { WorkflowBundle } from './bundle/format.ts';
import { keptBundle } from './bundle/kept-bundles.ts';
import { type FromSandbox, type SandboxOptions, unpackDone, type Work } from './crossing.ts';
import { beingDebugged, locate } from './culprit.ts';
import { failureOf } from './explain.ts';
import { type Beat, feel } from './pulse.ts';
import type { WorkflowRunner, WorkflowRunnerOptions, WorkflowTaskOutcome } from './runner.ts';
import { SandboxThread } from './sandbox-thread.ts';
import { createTracer } from './tracer.ts';
import { createWatchdog, type Watchdog } from './watchdog.ts';

const DEFAULT_CACHED_BYTES = 256 * 2 ** 20;
/** What a thread needs beside its cached runs: V8 itself, the bundle, histories in decoding, garbage. */
const HEAP_BESIDE_CACHE = 256 * 2 ** 20;
const INTERRUPT_AFTER_MS = 2_000;
/** How long the debugger may take to say where a loop is. */
const LOCATE_WITHIN_MS = 10_000;
/** A task whose thread died under it this often is taken for the cause. */
const DEATHS = 2;

interface InFlight {
  readonly task: PollWorkflowTaskQueueResponse;
  readonly resolve: (outcome: WorkflowTaskOutcome) => void;
  readonly reject: (reason: Error) => void;
  deaths: number;
}

interface Pool {
  readonly bundle: WorkflowBundle;
  readonly options: WorkflowRunnerOptions;
  readonly inFlight: Map<number, InFlight>;
  /** Not yet handed to the thread. */
  queue: Work[];
  /** Undefined while one thread takes the place of another. */
  thread: SandboxThread | undefined;
  /** Loaded and idle, once the thread has become slow. */
  spare: Promise<SandboxThread> | undefined;
  readonly watchdog: Watchdog;
  cache: { runs: number; bytes: number };
  closed: boolean;
}

/**
 * Starts a place for workflow code to run in. Rejects when the workflows cannot be bundled or loaded, with an error that names
 * file and line.
 */
export async function createWorkflowRunner(options: WorkflowRunnerOptions): Promise<WorkflowRunner> {
  const first = new SandboxThread(heapBytes(options));
  const bundle = await bundleOf(options).catch(async (error) => {
    await first.end();
    throw error;
  });
  const pool: Pool = {
    bundle,
    options,
    inFlight: new Map(),
    queue: [],
    thread: undefined,
    spare: undefined,
    watchdog: createWatchdog({
      limitMs: options.interruptAfterMs ?? INTERRUPT_AFTER_MS,
      onSlow: () => {
        if (pool.thread) void spareOf(pool).catch(() => {});
      },
      onEndless: (beat) => void interrupt(pool, pool.thread ?? first, beat),
    }),
    cache: { runs: 0, bytes: 0 },
    closed: false,
  };
  pool.watchdog.watch(first.pulse);
  pool.watchdog.work(true);
  await load(pool, first);
  pool.watchdog.work(false);
  adopt(pool, first);
  return runnerOf(pool);
}

function runnerOf(pool: Pool): WorkflowRunner {
  let lastId = 0;
  return {
    run(task) {
      if (pool.closed) return Promise.reject(closed());
      const { promise, resolve, reject } = Promise.withResolvers<WorkflowTaskOutcome>();
      const id = ++lastId;
      pool.inFlight.set(id, { task, resolve, reject, deaths: 0 });
      pool.watchdog.work(true);
      give(pool, work(id, task));
      return promise;
    },
    evict: (runId) => give(pool, { evict: runId }),
    get cache() {
      return pool.cache;
    },
    async close() {
      pool.closed = true;
      pool.watchdog.stop();
      for (const { reject } of pool.inFlight.values()) reject(closed());
      pool.inFlight.clear();
      const spare = await pool.spare?.catch(() => undefined);
      await Promise.all([pool.thread?.end(), spare?.end()]);
    },
  };
}

function closed(): Error {
  return new Error('the workflow runner is closed');
}

async function bundleOf({ workflows }: WorkflowRunnerOptions): Promise<WorkflowBundle> {
  return 'code' in workflows ? workflows : keptBundle(workflows.path);
}

function heapBytes({ maxCachedBytes = DEFAULT_CACHED_BYTES }: WorkflowRunnerOptions): number {
  return maxCachedBytes * 2 + HEAP_BESIDE_CACHE;
}

async function load(pool: Pool, thread: SandboxThread): Promise<SandboxThread> {
  const { namespace, taskQueue, maxCachedBytes = DEFAULT_CACHED_BYTES } = pool.options;
  const options: SandboxOptions = { namespace, taskQueue, maxCachedBytes };
  try {
    await thread.load(pool.bundle, options);
    return thread;
  } catch (error) {
    pool.watchdog.stop();
    await thread.end();
    throw error;
  }
}

function spareOf(pool: Pool): Promise<SandboxThread> {
  pool.spare ??= load(pool, new SandboxThread(heapBytes(pool.options)));
  return pool.spare;
}

/** Work given in one turn of the event loop travels together. */
function give(pool: Pool, work: Work): void {
  if (pool.queue.length === 0) process.nextTick(() => flush(pool));
  pool.queue.push(work);
}

function flush(pool: Pool): void {
  if (!pool.thread || pool.queue.length === 0) return;
  pool.thread.work(pool.queue);
  pool.queue = [];
}

function work(id: number, task: PollWorkflowTaskQueueResponse): Work {
  const { workflowExecution, previousStartedEventId, startedEventId, history, query, queries } = task;
  return { id, task: { ...workflowExecution, previousStartedEventId, startedEventId, history, query, queries } };
}

/** The thread is the one that runs tasks from now on: also those that were under way in the one before. */
function adopt(pool: Pool, thread: SandboxThread): void {
  pool.thread = thread;
  pool.spare = undefined;
  pool.cache = { runs: 0, bytes: 0 };
  thread.onDone = (done) => finish(pool, done);
  thread.onDeath = (error) => void bury(pool, thread, error);
  pool.watchdog.watch(thread.pulse);
  pool.queue = [...pool.inFlight].map(([id, { task }]) => work(id, task));
  flush(pool);
}

function finish(pool: Pool, done: Extract<FromSandbox, { type: 'done' }>): void {
  pool.cache = { runs: done.cachedRuns, bytes: done.cachedBytes };
  for (const line of done.lines) pool.options.onLog?.(line);
  for (const { id, outcome } of unpackDone(done)) settle(pool, id, outcome);
}

function settle(pool: Pool, id: number, outcome: WorkflowTaskOutcome): void {
  const inFlight = pool.inFlight.get(id);
  pool.inFlight.delete(id);
  if (pool.inFlight.size === 0) pool.watchdog.work(false);
  inFlight?.resolve(outcome);
}

/** Ends the thread whose code does not come to rest. The others go on in the spare one before it is known where that code was. */
async function interrupt(pool: Pool, thread: SandboxThread, beat: Beat): Promise<void> {
  if ((await beingDebugged()) || feel(thread.pulse).activation !== beat.activation) {
    pool.watchdog.watch(thread.pulse);
    return;
  }
  const { task, resolve } = pool.inFlight.get(beat.taskId) ?? {};
  pool.inFlight.delete(beat.taskId);
  thread.onDone = () => {};
  thread.onDeath = () => {};
  void replace(pool, thread);
  const { stack, letGo } = await locate(thread.name, LOCATE_WITHIN_MS);
  const failure = endless(pool, task, stack);
  const ended = thread.end(new Error(failure.message));
  if (task) resolve?.(failedBy(task, failure));
  await ended;
  letGo();
}

function endless({ bundle, options }: Pool, task: InFlight['task'] | undefined, stack: string | undefined): Failure {
  const tracer = createTracer(bundle.sourceMap);
  const place = tracer.place(stack);
  const limit = options.interruptAfterMs ?? INTERRUPT_AFTER_MS;
  const what = task ? described(task) : 'the top level of the workflow file';
  return failureOf(
    `${what} did not yield for ${limit} ms and was interrupted${place === undefined ? '' : ` at ${place}`}: no other workflow runs meanwhile; let the loop await something, or do this in an activity`,
    'WorkflowInterrupted',
    tracer.stack(stack),
  );
}

function described({ workflowType, workflowExecution, query }: PollWorkflowTaskQueueResponse): string {
  const workflow = `workflow '${workflowType}' (id '${workflowExecution.workflowId}')`;
  return query ? `query '${query.queryType}' of ${workflow}` : workflow;
}

function failedBy(task: PollWorkflowTaskQueueResponse, failure: Failure): WorkflowTaskOutcome {
  if (task.query) return { kind: 'queried', result: { resultType: 'FAILED', errorMessage: failure.message, failure } };
  return { kind: 'failed', cause: 'WORKFLOW_WORKER_UNHANDLED_FAILURE', failure };
}

/** The thread died by itself. Whose code was running is taken for the cause; the rest is run again. */
async function bury(pool: Pool, thread: SandboxThread, error: Error): Promise<void> {
  const beat = feel(thread.pulse);
  for (const [id, inFlight] of pool.inFlight) {
    inFlight.deaths += 1;
    if (!(beat.running && beat.taskId === id) && inFlight.deaths < DEATHS) continue;
    const message = `${described(inFlight.task)} took its sandbox thread down: ${error.message}; let it hold less, and do heavy work in activities`;
    settle(pool, id, failedBy(inFlight.task, failureOf(message, 'SandboxDied')));
  }
  await replace(pool, thread);
}

async function replace(pool: Pool, dead: SandboxThread): Promise<void> {
  if (pool.thread !== dead || pool.closed) return;
  pool.thread = undefined;
  try {
    const spare = await spareOf(pool);
    if (pool.closed) await spare.end();
    else adopt(pool, spare);
  } catch (error) {
    pool.spare = undefined;
    const failure = failureOf((error as Error).message, 'SandboxNotStarted');
    for (const [id, { task }] of [...pool.inFlight]) settle(pool, id, failedBy(task, failure));
  }
}
