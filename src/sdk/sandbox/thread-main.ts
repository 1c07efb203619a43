// The sandbox thread: takes work, runs it in slices of about a millisecond, and sends what is done after each.
//
// A slice ends by giving the event loop a turn, because only then does Node tell of promises that were rejected and not handled;
// an outcome leaves after that, so that a rejection is counted against the task that caused it.

import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { type MessagePort, parentPort } from 'node:worker_threads';
import { type Context, createContext } from './context.ts';
import {
  type FromSandbox,
  packDone,
  type SandboxOptions,
  type TaskDone,
  type ToSandbox,
  unpackWork,
  type Work,
} from './crossing.ts';
import { explained, failureOf } from './explain.ts';
import { type Pulse, pulseOf } from './pulse.ts';
import type { RealmRun } from './realm/contract.ts';
import { createRunCache, type RunCache } from './run-cache.ts';
import { runTask, type TaskRunner } from './run-task.ts';
import type { WorkflowLogLine, WorkflowTaskOutcome } from './runner.ts';
import { createTracer, type Tracer } from './tracer.ts';

const SLICE_MS = 1;
const MAJOR_COLLECTION = 4;

interface Thread {
  readonly port: MessagePort;
  readonly runner: TaskRunner;
  readonly pulse: Pulse;
  readonly waiting: Work[];
  readonly lines: WorkflowLogLine[];
  /** Rejections that nobody handled, by run. */
  readonly rejections: Map<string, unknown>;
}

/** Begins to serve the parent. The first message is the bundle, everything after it is work. */
export function serve(): void {
  const port = parentPort as MessagePort;
  let thread: Thread | undefined;
  port.on('message', (message: ToSandbox) => {
    if (message.type === 'load') {
      thread = load(port, message);
    } else if (thread) {
      const idle = thread.waiting.length === 0;
      thread.waiting.push(...unpackWork(message));
      if (idle) slice(thread);
    }
  });
}

function load(port: MessagePort, message: Extract<ToSandbox, { type: 'load' }>): Thread | undefined {
  const { code, sourceMap, options } = message;
  const tracer = createTracer(sourceMap);
  const pulse = pulseOf(message.pulse);
  const lines: WorkflowLogLine[] = [];
  try {
    const context = createContext({
      code,
      onLog: (run, ...line) => lines.push(logLine(options, tracer, run, ...line)),
    });
    tryOut(context, options, pulse);
    const heapBytes = getHeapStatistics().used_heap_size;
    const cache = createRunCache({ maxBytes: options.maxCachedBytes, bundleBytes: context.bundleBytes, heapBytes });
    measureAfterCollections(cache);
    const runner = { context, tracer, beat: pulse, namespace: options.namespace, cache, code };
    const thread = { port, runner, pulse, waiting: [], lines, rejections: new Map<string, unknown>() };
    noteRejections(thread);
    send(port, { type: 'loaded' });
    return thread;
  } catch (error) {
    const { name, message: text, stack } = Object(error) as Partial<Error>;
    const failure = explained(failureOf(text ?? String(error), name ?? 'Error', stack), tracer);
    const place = tracer.place(stack);
    const unplaced = place !== undefined && !failure.message.includes(place);
    const message = unplaced ? `${failure.message} (at ${place})` : failure.message;
    send(port, { type: 'notLoaded', message, stack: failure.stackTrace ?? '' });
    return undefined;
  }
}

/** Evaluates the bundle once before there is work: what is wrong with it shows, and V8 has compiled it. */
function tryOut(context: Context, { namespace, taskQueue }: SandboxOptions, pulse: Pulse): void {
  const started = {
    workflowType: '',
    workflowId: '',
    taskQueue: { name: taskQueue },
    originalExecutionRunId: '',
    firstExecutionRunId: '',
    attempt: 1,
  };
  pulse.begin();
  try {
    context.evaluate({ namespace, workflowId: '', runId: '', startTimeMs: Date.now(), started }, '');
  } finally {
    pulse.end();
  }
}

/** Works through what waits, for about a millisecond; the rest is for the next slice. */
function slice(thread: Thread): void {
  const { waiting, runner } = thread;
  const done: (TaskDone & { readonly runId: string })[] = [];
  const until = performance.now() + SLICE_MS;
  while (waiting.length > 0) {
    const work = waiting.shift() as Work;
    if ('evict' in work) {
      runner.cache.drop(work.evict);
      continue;
    }
    thread.pulse.work(work.id);
    done.push({ id: work.id, runId: work.task.runId, outcome: runTask(runner, work.task) });
    if (performance.now() >= until) break;
  }
  setImmediate(() => {
    report(thread, done);
    if (waiting.length > 0) slice(thread);
  });
}

function report(thread: Thread, done: readonly (TaskDone & { readonly runId: string })[]): void {
  const { port, runner, lines, rejections } = thread;
  const outcomes = done.map(({ id, runId, outcome }) => {
    if (!rejections.has(runId)) return { id, outcome };
    runner.cache.drop(runId);
    return { id, outcome: unhandled(runner.tracer, rejections.get(runId), outcome) };
  });
  rejections.clear();
  const { cache } = runner;
  const packed = packDone(outcomes);
  const rest = { lines: lines.splice(0), cachedRuns: cache.runs, cachedBytes: cache.bytes };
  port.postMessage({ type: 'done', ...packed, ...rest } satisfies FromSandbox, [packed.bytes]);
}

function unhandled(tracer: Tracer, reason: unknown, outcome: WorkflowTaskOutcome): WorkflowTaskOutcome {
  if (outcome.kind !== 'completed') return outcome;
  const { name = 'Error', message = String(reason), stack } = (reason ?? {}) as Partial<Error>;
  const failure = explained(failureOf(message, name, stack), tracer);
  const advice = 'a promise was rejected and nobody handles it: await it, or give it a catch';
  return {
    kind: 'failed',
    cause: 'WORKFLOW_WORKER_UNHANDLED_FAILURE',
    failure: { ...failure, message: `${failure.message} (${advice})` },
  };
}

/** Node tells of a rejection in the context of the promise, so its run is known. */
function noteRejections({ runner, rejections }: Thread): void {
  process.on('unhandledRejection', (reason) => {
    const run = runner.context.currentRun;
    if (!run) throw reason;
    if (!rejections.has(run.runId)) rejections.set(run.runId, reason);
  });
  // A rejection that is handled late was counted already; without a listener Node would print a warning.
  process.on('rejectionHandled', () => {});
}

function detailOf(entry: object): { readonly kind?: number } | undefined {
  return 'detail' in entry ? (entry.detail as { kind?: number }) : undefined;
}

function measureAfterCollections(cache: RunCache): void {
  const observer = new PerformanceObserver((list) => {
    const major = list.getEntries().some((entry) => detailOf(entry)?.kind === MAJOR_COLLECTION);
    if (major) cache.measured(getHeapStatistics().used_heap_size);
  });
  observer.observe({ entryTypes: ['gc'] });
}

function logLine(
  { namespace, taskQueue }: SandboxOptions,
  tracer: Tracer,
  run: RealmRun,
  level: string,
  message: string,
  attributes: string,
): WorkflowLogLine {
  const { workflowId, runId, started } = run.start;
  return {
    level: level as WorkflowLogLine['level'],
    message: tracer.text(message),
    attributes: {
      ...(JSON.parse(tracer.text(attributes)) as Record<string, unknown>),
      namespace,
      taskQueue,
      workflowId,
      runId,
      workflowType: started.workflowType,
      sdkComponent: 'workflow',
    },
  };
}

function send(port: MessagePort, message: FromSandbox): void {
  port.postMessage(message);
}
