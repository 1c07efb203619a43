// The runs that a sandbox thread holds, least recently used first, bounded by the bytes that they are reckoned to take.
//
// What a run takes cannot be asked of V8, so it is reckoned: an evaluation of the bundle, guessed from the bundle's size until
// enough runs are held to divide the measured heap by them, and the history that the run was fed, which its variables may hold.

import type { CachedRun } from './replay/cached-run.ts';

/** What a run holds beside its code: its state, and what it waits for. */
const RUN_BYTES = 12_000;
/** Fewer runs than this say nothing of one: what else is on the heap weighs more. */
const RUNS_TO_MEASURE = 64;

export interface RunCache {
  get(runId: string): CachedRun | undefined;
  /** Keeps the run, as the most recently used, and drops others until the cache is within its bound. */
  keep(run: CachedRun): void;
  drop(runId: string): void;
  /** The heap was measured, right after a collection of all garbage. */
  measured(heapBytes: number): void;
  readonly runs: number;
  readonly bytes: number;
}

export function createRunCache(options: {
  readonly maxBytes: number;
  /** The size of the user's code, with all that it imports. */
  readonly bundleBytes: number;
  /** The heap before there were any runs. */
  readonly heapBytes: number;
}): RunCache {
  const runs = new Map<string, CachedRun>();
  // Measured: the closures and classes of zod and the AI SDK take about as much as their source, which itself is shared.
  let bytesPerRun = RUN_BYTES + options.bundleBytes;
  let historyBytes = 0;
  const bytes = () => runs.size * bytesPerRun + historyBytes;

  const drop = (runId: string): void => {
    const run = runs.get(runId);
    if (!run) return;
    runs.delete(runId);
    historyBytes -= run.historyBytes;
  };
  return {
    get: (runId) => runs.get(runId),
    drop,
    keep(run) {
      drop(run.runId);
      runs.set(run.runId, run);
      historyBytes += run.historyBytes;
      while (bytes() > options.maxBytes) drop(runs.keys().next().value as string);
    },
    measured(heapBytes) {
      if (runs.size < RUNS_TO_MEASURE) return;
      bytesPerRun = Math.max(1_000, (heapBytes - options.heapBytes - historyBytes) / runs.size);
    },
    get runs() {
      return runs.size;
    },
    get bytes() {
      return Math.round(bytes());
    },
  };
}
