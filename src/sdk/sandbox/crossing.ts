// What crosses between the worker's thread and the sandbox's. A thread hop costs more than most tasks, so what is queued travels
// together: the small things as one text, histories and commands as one buffer that is handed over and not copied again, and what
// is rare (queries, failures) as objects, which cost most.

import { type Command, decodeCommand, encodeCommand } from '../../api/command.ts';
import type { WorkflowQuery, WorkflowQueryResult } from '../../api/workflow-service.ts';
import type { SandboxTask } from './run-task.ts';
import type { WorkflowLogLine, WorkflowTaskOutcome } from './runner.ts';

export interface SandboxOptions {
  readonly namespace: string;
  readonly taskQueue: string;
  readonly maxCachedBytes: number;
}

/** To the sandbox. */
export type ToSandbox =
  | {
      readonly type: 'load';
      readonly code: string;
      readonly sourceMap: string | undefined;
      readonly options: SandboxOptions;
      /** Two int32 (see pulse.ts). */
      readonly pulse: SharedArrayBuffer;
    }
  | {
      readonly type: 'work';
      readonly heads: string;
      readonly bytes: ArrayBuffer;
      readonly queries: readonly TaskQueries[];
    };

/** From the sandbox. */
export type FromSandbox =
  | { readonly type: 'loaded' }
  | { readonly type: 'notLoaded'; readonly message: string; readonly stack: string }
  | {
      readonly type: 'done';
      readonly heads: string;
      readonly bytes: ArrayBuffer;
      readonly others: readonly OtherOutcome[];
      readonly lines: readonly WorkflowLogLine[];
      readonly cachedRuns: number;
      readonly cachedBytes: number;
    };

interface TaskQueries {
  readonly id: number;
  readonly query?: WorkflowQuery | undefined;
  readonly queries: Readonly<Record<string, WorkflowQuery>>;
}

interface OtherOutcome {
  readonly id: number;
  readonly outcome: WorkflowTaskOutcome;
}

/** A piece of work: a task, or a run to forget. In the order in which they were given. */
export type Work = { readonly id: number; readonly task: SandboxTask } | { readonly evict: string };

type TaskHead = readonly [
  id: number,
  workflowId: string,
  runId: string,
  previous: number,
  started: number,
  bytes: number,
];
type OutcomeHead = readonly [id: number, ...commandBytes: number[]];

export function packWork(work: readonly Work[]): Extract<ToSandbox, { type: 'work' }> {
  const heads: (TaskHead | string)[] = [];
  const histories: Uint8Array[] = [];
  const queries: TaskQueries[] = [];
  for (const one of work) {
    if ('evict' in one) {
      heads.push(one.evict);
      continue;
    }
    const { id, task } = one;
    const { workflowId, runId, previousStartedEventId, startedEventId, history } = task;
    heads.push([id, workflowId, runId, previousStartedEventId, startedEventId, history.length]);
    histories.push(history);
    if (task.query || Object.keys(task.queries).length > 0)
      queries.push({ id, query: task.query, queries: task.queries });
  }
  return { type: 'work', heads: JSON.stringify(heads), bytes: joined(histories), queries };
}

export function unpackWork({ heads, bytes, queries }: Extract<ToSandbox, { type: 'work' }>): Work[] {
  let at = 0;
  return (JSON.parse(heads) as (TaskHead | string)[]).map((head) => {
    if (typeof head === 'string') return { evict: head };
    const [id, workflowId, runId, previousStartedEventId, startedEventId, length] = head;
    const history = new Uint8Array(bytes, at, length);
    at += length;
    const own = queries.find((one) => one.id === id);
    const asked = { query: own?.query, queries: own?.queries ?? {} };
    return { id, task: { workflowId, runId, previousStartedEventId, startedEventId, history, ...asked } };
  });
}

export interface TaskDone {
  readonly id: number;
  readonly outcome: WorkflowTaskOutcome;
}

/** The commands of plain outcomes as bytes; everything else as it is. */
export function packDone(
  done: readonly TaskDone[],
): Pick<Extract<FromSandbox, { type: 'done' }>, 'heads' | 'bytes' | 'others'> {
  const heads: OutcomeHead[] = [];
  const commands: Uint8Array[] = [];
  const others: OtherOutcome[] = [];
  for (const { id, outcome } of done) {
    if (outcome.kind !== 'completed' || outcome.usedFlags.length > 0) {
      others.push({ id, outcome });
      continue;
    }
    const encoded = outcome.commands.map(encodeCommand);
    heads.push([id, ...encoded.map(({ length }) => length)]);
    commands.push(...encoded);
    if (Object.keys(outcome.queryResults).length > 0) others.push({ id, outcome: { ...outcome, commands: [] } });
  }
  return { heads: JSON.stringify(heads), bytes: joined(commands), others };
}

export function unpackDone({ heads, bytes, others }: Extract<FromSandbox, { type: 'done' }>): TaskDone[] {
  let at = 0;
  const answers = new Map<number, Readonly<Record<string, WorkflowQueryResult>>>();
  const rest: TaskDone[] = [];
  const plain = (JSON.parse(heads) as OutcomeHead[]).map(([id, ...lengths]) => {
    const commands: Command[] = lengths.map((length) => {
      at += length;
      return decodeCommand(new Uint8Array(bytes, at - length, length));
    });
    return { id, commands };
  });
  const ids = new Set(plain.map(({ id }) => id));
  for (const other of others) {
    if (other.outcome.kind === 'completed' && ids.has(other.id)) answers.set(other.id, other.outcome.queryResults);
    else rest.push(other);
  }
  const completed = plain.map(({ id, commands }): TaskDone => {
    return { id, outcome: { kind: 'completed', commands, queryResults: answers.get(id) ?? {}, usedFlags: [] } };
  });
  return [...completed, ...rest];
}

function joined(pieces: readonly Uint8Array[]): ArrayBuffer {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole.buffer;
}
