// The runs that a sandbox thread holds, least recently used first, bounded by the bytes that they are reckoned to take.
//
// What a run takes cannot be asked of V8, so it is reckoned: an evaluation of the bundle, guessed from the bundle's size until
// enough runs are held to divide the measured heap by them, and the history that the run was fed, which its variables may hold.

import type { CachedRun } from './replay/cached-run.ts';

/** A run of a small bundle; see docs/performance.md. */
const SMALLEST_RUN_BYTES = 24_000;
/** An evaluation holds about this part of its bundle's size: closures and classes, since the code itself is shared. */
const SHARE_OF_BUNDLE = 0.75;
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
  readonly bundleBytes: number;
  /** The heap before there were any runs. */
  readonly heapBytes: number;
}): RunCache {
  const runs = new Map<string, CachedRun>();
  let bytesPerRun = SMALLEST_RUN_BYTES + options.bundleBytes * SHARE_OF_BUNDLE;
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
