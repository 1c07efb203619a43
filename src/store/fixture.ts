// Runs and commits for the tests of stores, with what a test does not care about filled in.

import type { Commit, CurrentRunMove, HistoryChunk, RunKey, RunMarks, RunWrite, Store } from './store.ts';

export function keyOf(workflowId: string, runId = `run-of-${workflowId}`, namespace = 'default'): RunKey {
  return { namespace, workflowId, runId };
}

export type WriteChanges = Partial<Omit<RunWrite, 'marks' | 'birth'>> & {
  readonly marks?: Partial<RunMarks>;
  readonly birth?: Partial<NonNullable<RunWrite['birth']>>;
};

/** The first write of a run. */
export function creation(key: RunKey, changes: WriteChanges = {}): RunWrite {
  const birth = { workflowType: 'Order', taskQueue: 'orders', startTimeMs: 1_000, executionTimeMs: 1_000 };
  return { ...change(key, 0, changes), birth: { ...birth, ...changes.birth } };
}

/** A later write of a run. */
export function change(key: RunKey, readAtVersion: number, changes: WriteChanges = {}): RunWrite {
  const { marks, birth: _, ...rest } = changes;
  return {
    key,
    readAtVersion,
    row: `row ${readAtVersion + 1}`,
    putParts: [],
    dropParts: [],
    ...rest,
    marks: { status: 'RUNNING', historyLength: endOf(rest.events), historySizeBytes: 0, ...marks },
  };
}

export function commitOf(...runs: readonly RunWrite[]): Commit {
  return { runs, currentRuns: [] };
}

export function moveTo({ namespace, workflowId, runId }: RunKey, from?: string): CurrentRunMove {
  return { namespace, workflowId, from, to: runId };
}

/** Events of which each byte is the id of one, so that a test sees which ones it got. */
export function eventsFrom(firstEventId: number, count: number): HistoryChunk {
  return { firstEventId, count, bytes: Uint8Array.from({ length: count }, (_, at) => firstEventId + at) };
}

function endOf(events: HistoryChunk | undefined): number {
  return events ? events.firstEventId + events.count - 1 : 0;
}

/** Numbers that look random and are the same for the same seed, from 0 up to and without `below`. */
export function seededBelow(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

export type OpenStore = () => Promise<Store>;

/** A store that is closed when its test ends, however it ends. */
export function disposable(store: Store): Store & AsyncDisposable {
  return { ...store, [Symbol.asyncDispose]: () => store.close() };
}

/** Bytes may be a Buffer or any other kind of Uint8Array: compared by what is in them. */
export function plain<Value>(value: Value): Value {
  if (value instanceof Uint8Array) return new Uint8Array(value) as Value;
  if (Array.isArray(value)) return value.map(plain) as Value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)])) as Value;
}
