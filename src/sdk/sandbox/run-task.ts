// One task, from its history to its outcome, inside the sandbox thread.

import type { Command } from '../../api/command.ts';
import type { HistoryEvent } from '../../api/event.ts';
import { decodeHistory, sliceHistory } from '../../api/history.ts';
import type { WorkflowQuery, WorkflowQueryResult } from '../../api/workflow-service.ts';
import type { Asked } from '../workflow/contract.ts';
import { failureOf, TaskFailed, traceFailure } from './explain.ts';
import type { Sandbox } from './replay/activate.ts';
import type { CachedRun } from './replay/cached-run.ts';
import { Nondeterminism, nondeterminismMessage, unrecordedCommand } from './replay/nondeterminism.ts';
import { answerQuery } from './replay/query.ts';
import { beginRun, replay } from './replay/replay.ts';
import type { RunCache } from './run-cache.ts';
import type { WorkflowTaskOutcome } from './runner.ts';

/** What of a polled task the sandbox needs. */
export interface SandboxTask {
  readonly workflowId: string;
  readonly runId: string;
  readonly previousStartedEventId: number;
  /** 0 for a query task. */
  readonly startedEventId: number;
  readonly history: Uint8Array;
  readonly query?: WorkflowQuery | undefined;
  readonly queries: Readonly<Record<string, WorkflowQuery>>;
}

export interface TaskRunner extends Sandbox {
  readonly namespace: string;
  readonly cache: RunCache;
  /** The source that functions of the workflow file were compiled from. */
  readonly code: string;
}

const CLOSING: ReadonlySet<string> = new Set([
  'CompleteWorkflowExecution',
  'FailWorkflowExecution',
  'CancelWorkflowExecution',
  'ContinueAsNewWorkflowExecution',
]);

/** Runs a task. What is asked of the workflow is an outcome, whatever its code does; a throw is a bug of ours. */
export function runTask(runner: TaskRunner, task: SandboxTask): WorkflowTaskOutcome {
  let run: CachedRun | undefined;
  try {
    const known = runner.cache.get(task.runId);
    const continued = known && fitsTo(known, task) ? known : undefined;
    if (known && !continued) runner.cache.drop(task.runId);
    const events = eventsFor(task, continued);
    if (events === undefined) return { kind: 'needsHistory' };
    run =
      continued ??
      beginRun(runner, { namespace: runner.namespace, workflowId: task.workflowId, runId: task.runId }, events[0]);
    run.historyBytes += task.history.length;
    replay(runner, run, events, task.startedEventId);
    if (task.query && !continued && run.expected[0]) throw unrecordedCommand(run.expected[0], undefined);
    return finish(runner, run, task);
  } catch (error) {
    runner.cache.drop(task.runId);
    return failed(runner, run, task, error);
  }
}

/** A cached run goes on from the workflow task that the service takes for the last completed one, or not at all. */
function fitsTo(run: CachedRun, { previousStartedEventId }: SandboxTask): boolean {
  return run.startedEventId === previousStartedEventId;
}

/** The events that the run has not read; undefined when there is a gap before them. */
function eventsFor({ history }: SandboxTask, run: CachedRun | undefined): readonly HistoryEvent[] | undefined {
  const next = (run?.lastEventId ?? 0) + 1;
  const first = history.length === 0 ? undefined : decodeHistory(sliceHistory(history, 0, 1))[0];
  if (first === undefined) return run ? [] : undefined;
  if (first.eventId > next) return undefined;
  const unread = sliceHistory(history, next - first.eventId, Number.MAX_SAFE_INTEGER);
  return decodeHistory(unread);
}

function finish(runner: TaskRunner, run: CachedRun, task: SandboxTask): WorkflowTaskOutcome {
  if (task.query) {
    const result = answerQuery(runner, run, task.query);
    runner.cache.keep(run);
    return { kind: 'queried', result };
  }
  // Queries come last: they see what the task has changed.
  const queryResults: Record<string, WorkflowQueryResult> = {};
  for (const [id, query] of Object.entries(task.queries)) queryResults[id] = answerQuery(runner, run, query);
  const commands = run.expected.map((asked) => toProtocol(runner, run, asked));
  // A run that closes has no further task; who queries it later has it replayed.
  if (commands.some(({ type }) => CLOSING.has(type))) runner.cache.drop(run.runId);
  else runner.cache.keep(run);
  return { kind: 'completed', commands, queryResults, usedFlags: [] };
}

function toProtocol({ tracer }: TaskRunner, run: CachedRun, { command }: Asked): Command {
  const { type, attributes } = command;
  if (type === 'FailWorkflowExecution' && attributes.failure) {
    return { type, attributes: { failure: traceFailure(attributes.failure, tracer) } };
  }
  if (type !== 'RequestCancelActivityTask') return command;
  return { type, attributes: { scheduledEventId: run.scheduledEventIds.get(attributes.activityId) ?? 0 } };
}

function failed(
  runner: TaskRunner,
  run: CachedRun | undefined,
  task: SandboxTask,
  error: unknown,
): WorkflowTaskOutcome {
  const { reason, failure } = reasonOf(runner, run, error);
  // A query has nobody to answer for the workflow task, but its asker is told.
  if (task.query) return { kind: 'queried', result: { resultType: 'FAILED', errorMessage: failure.message, failure } };
  return { kind: 'failed', cause: reason, failure };
}

function reasonOf(
  runner: TaskRunner,
  run: CachedRun | undefined,
  error: unknown,
): Pick<TaskFailed, 'reason' | 'failure'> {
  if (error instanceof TaskFailed) return error;
  if (error instanceof Nondeterminism) {
    const stack = run && stackOf(runner, run, error);
    const message = nondeterminismMessage(error, runner.tracer.place(stack) ?? (run && definedAt(runner, run, error)));
    const failure = failureOf(message, 'DeterminismViolationError', runner.tracer.stack(stack));
    return { reason: 'NON_DETERMINISTIC_ERROR', failure };
  }
  const { name, message, stack } = error as Error;
  const ours = `the sandbox failed, which is a bug of perdure's: ${message}`;
  return { reason: 'WORKFLOW_WORKER_UNHANDLED_FAILURE', failure: failureOf(ours, name, stack) };
}

/** Where the command was asked for; where the code asked for none: where it waits. */
function stackOf({ context }: TaskRunner, run: CachedRun, { where }: Nondeterminism): string | undefined {
  if ('site' in where) return where.site.stack;
  return 'waits' in where ? context.machine.waits(run.instance.run).at(-1)?.site.stack : undefined;
}

/** Where the workflow's function begins: a function that has returned has no frame left. */
function definedAt({ code, tracer }: TaskRunner, run: CachedRun, { where }: Nondeterminism): string | undefined {
  if ('site' in where) return undefined;
  const { workflows } = run.instance;
  const workflow = workflows[run.workflowType] ?? workflows.default;
  const start = typeof workflow === 'function' ? code.indexOf(Function.prototype.toString.call(workflow)) : -1;
  if (start < 0) return undefined;
  const before = code.slice(0, start).split('\n');
  return tracer.at(before.length, (before.at(-1) as string).length + 1);
}
