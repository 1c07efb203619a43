// One transaction: the changes to the runs of one workflow id that become durable together. Several jobs may share one, so that
// five hundred activities that finish at once cost a few disk syncs and not five hundred. What a job decides is folded into the
// runs in memory right away, where the next job sees it; nobody outside sees any of it before the commit has succeeded, and if it
// fails the runs in memory are dropped and read again.

import { encode } from '../api/codec.ts';
import type { EventAttributes, HistoryEvent } from '../api/event.ts';
import { historyOf } from '../api/history.ts';
import { memo as memoKind } from '../api/messages/common.ts';
import type { RunKey } from '../api/run-key.ts';
import { assert } from '../base/assert.ts';
import { attendedBy, dueAtMs, readyAtMs } from '../machine/due.ts';
import type { Decision, Fact, Moment, Successor } from '../machine/fact.ts';
import { record } from '../machine/record.ts';
import { changedParts, rowOf } from '../machine/row.ts';
import { beginRun, type Run } from '../machine/run.ts';
import type { Beginning } from '../machine/start.ts';
import type { Commit, CurrentRunMove, RunBirth, RunMarks, RunWrite } from '../store/store.ts';
import { extendTail, type LoadedRun } from './loaded-run.ts';
import { refused } from './refused.ts';

export interface PendingSuccession {
  readonly loaded: LoadedRun;
  readonly successor: Successor;
}

export class Transaction {
  readonly moment: Moment;
  readonly touched = new Map<LoadedRun, Uint8Array[]>();
  /** What is done once the commit has succeeded, in order. */
  readonly afterwards: (() => void)[] = [];
  /** What is undone if the commit fails. */
  readonly undo: (() => void)[] = [];
  /** Runs whose next run of the chain still has to be begun (runs.ts does, before the next job). */
  readonly successions: PendingSuccession[] = [];
  readonly begun: LoadedRun[] = [];
  /** A workflow id was taken to be new without asking the store: the commit fails if it is not. */
  assumedNew = false;
  #move: CurrentRunMove | undefined;
  readonly #dueAtMs = new Map<LoadedRun, number | undefined>();

  constructor(moment: Moment) {
    this.moment = moment;
  }

  /** Folds a decision into the run. A refusal is thrown after its facts are in. */
  apply<D extends Decision>(loaded: LoadedRun, decision: D): D {
    if (decision.facts.length > 0) this.#record(loaded, decision.facts);
    if (decision.successor) this.successions.push({ loaded, successor: decision.successor });
    if (decision.refusal) throw refused(decision.refusal);
    return decision;
  }

  /** Writes a run's row anew although nothing was decided. */
  touch(loaded: LoadedRun): void {
    this.#writes(loaded);
  }

  /** Begins a run, which is now the current one of its workflow id. */
  begin(key: Omit<RunKey, 'runId'>, beginning: Beginning, previousRunId: string | undefined): LoadedRun {
    const { runId, started, facts } = beginning;
    const event = { ...started, eventId: 1, eventTimeMs: this.moment.nowMs } as HistoryEvent & {
      type: 'WorkflowExecutionStarted';
    };
    const run = beginRun({ ...key, runId }, event);
    const loaded: LoadedRun = { run, version: 0, tail: undefined };
    this.#record(loaded, [started, ...facts]);
    this.begun.push(loaded);
    this.#move = {
      namespace: key.namespace,
      workflowId: key.workflowId,
      from: this.#move ? this.#move.from : previousRunId,
      to: runId,
    };
    return loaded;
  }

  #record(loaded: LoadedRun, facts: readonly Fact[]): void {
    const written = record(loaded.run, facts, this.moment.nowMs);
    extendTail(loaded, written);
    const writes = this.#writes(loaded);
    for (const event of written.events) writes.push(event);
  }

  #writes(loaded: LoadedRun): Uint8Array[] {
    let writes = this.touched.get(loaded);
    if (!writes) {
      writes = [];
      this.touched.set(loaded, writes);
    }
    return writes;
  }

  get isEmpty(): boolean {
    return this.touched.size === 0;
  }

  /** When a run of the commit is due next. */
  dueAtMs(loaded: LoadedRun): number | undefined {
    return this.#dueAtMs.get(loaded);
  }

  /** What the store is to make durable. Versions and changed parts are taken over at once: a failed commit drops the runs. */
  takeCommit(): Commit {
    const runs = [...this.touched].map(([loaded, events]) => writeOf(loaded, events));
    for (const [index, loaded] of [...this.touched.keys()].entries())
      this.#dueAtMs.set(loaded, runs[index]?.marks.dueAtMs);
    return { runs, currentRuns: this.#move ? [this.#move] : [] };
  }
}

function writeOf(loaded: LoadedRun, events: readonly Uint8Array[]): RunWrite {
  const { run, version } = loaded;
  const parts = changedParts(run);
  const put = parts.flatMap(({ kind, id, body }) => (body === undefined ? [] : [{ kind, id, body }]));
  const drop = parts.filter(({ body }) => body === undefined).map(({ kind, id }) => ({ kind, id }));
  run.changed.clear();
  loaded.version += 1;
  return {
    key: run.key,
    readAtVersion: version,
    birth: version === 0 ? birthOf(run) : undefined,
    marks: marksOf(run),
    row: rowOf(run),
    events:
      events.length > 0
        ? { firstEventId: run.nextEventId - events.length, count: events.length, bytes: historyOf(events) }
        : undefined,
    putParts: put,
    dropParts: version === 0 ? [] : drop,
  };
}

function birthOf({ birth }: Run): RunBirth {
  const { workflowType, taskQueue, startTimeMs, executionTimeMs, memo } = birth;
  return { workflowType, taskQueue, startTimeMs, executionTimeMs, memo: memo && encode(memoKind, memo) };
}

function marksOf(run: Run): RunMarks {
  assert(run.nextEventId > 1, 'a run is written without a history');
  return {
    status: run.status,
    closeTimeMs: run.closeTimeMs,
    historyLength: run.nextEventId - 1,
    historySizeBytes: run.historySizeBytes,
    dueAtMs: dueAtMs(run),
    readyAtMs: readyAtMs(run),
    attendedBy: attendedBy(run),
  };
}

export type StartedAttributes = EventAttributes<'WorkflowExecutionStarted'>;
