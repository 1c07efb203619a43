// Puts an engine together over a store, and takes it apart again.

import { ServiceError } from '../api/service-error.ts';
import type { Clock } from '../base/clock.ts';
import type { Moment, Settings } from '../machine/fact.ts';
import type { Store } from '../store/store.ts';
import { Clockwork } from './clockwork.ts';
import { handOut, type TaskDelivery, type WaitingTask } from './delivery.ts';
import type { Engine, EngineLog } from './engine.ts';
import { Matching } from './matching.ts';
import { Queries } from './queries.ts';
import { reviewQueries } from './query.ts';
import { recover } from './recovery.ts';
import { Runs } from './runs.ts';
import type { Transaction } from './transaction.ts';
import { Waiters } from './waiters.ts';

const DEFAULT_SETTINGS: Settings = {
  suggestContinueAsNewEvents: 4096,
  suggestContinueAsNewBytes: 4 * 1024 * 1024,
  retryJitter: 0,
  continueAsNewMinIntervalMs: 0,
};

export interface EngineOptions {
  readonly store: Store;
  /** For how long is waited, by the callers' clock. */
  readonly clock: Clock;
  /** What time it is for runs: when things happened and fall due. Default: `clock`. */
  readonly timeline?: Clock | undefined;
  readonly newId: () => string;
  readonly random: () => number;
  readonly log: EngineLog;
  readonly settings?: Partial<Settings> | undefined;
  /** How many workflow ids are kept in memory beside those with work to do. Default 2000. */
  readonly maxCachedRuns?: number | undefined;
}

export interface OpenEngine {
  readonly engine: Engine;
  /** Settled when everything that was left from before a restart is under way again. Never rejects: what fails is logged. */
  readonly recovered: Promise<void>;
  /** Ends all waits, and closes the store once what was begun is durable. */
  readonly close: () => Promise<void>;
}

const DEFAULT_CACHED_RUNS = 2000;

/** An engine that does nothing of itself: it answers, and changes what it is asked to change. Enough to read a database with. */
export function createEngine(options: EngineOptions): Engine {
  const { store, clock, timeline = clock, newId, log } = options;
  const settings = { ...DEFAULT_SETTINGS, ...options.settings };
  let lastMs = 0;
  const moment = (): Moment => {
    // The wall clock may be set back; a history's times never go back.
    lastMs = Math.max(lastMs, timeline.now());
    return { nowMs: lastMs, settings, newId, random: options.random };
  };
  const runs: Runs = new Runs({
    store,
    moment,
    maxCached: options.maxCachedRuns ?? DEFAULT_CACHED_RUNS,
    handOut: (transaction) => handOut(engine, transaction),
    committed: (transaction) => tell(engine, transaction),
  });
  const engine: Engine = {
    store,
    clock,
    settings,
    newId,
    // Short, because it stands in the row of every run that has a task under way.
    processId: newId().slice(0, 13),
    runs,
    matching: new Matching<WaitingTask, TaskDelivery>(clock),
    queries: new Queries(),
    waiters: new Waiters(),
    clockwork: new Clockwork({ store, clock: timeline, runs, log }),
    log,
  };
  return engine;
}

/** An engine that owns its store: what falls due happens, and what was left from before a restart goes on. */
export async function openEngine(options: EngineOptions): Promise<OpenEngine> {
  const engine = createEngine(options);
  const { clockwork, matching, waiters, queries, runs, store } = engine;
  const closing = new AbortController();
  await clockwork.start();
  const recovered = recover(engine, closing.signal).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    if (!closing.signal.aborted)
      options.log('error', `what was left from before could not all be taken up: ${why}: open the database again`);
  });
  const close = async () => {
    closing.abort();
    clockwork.close();
    matching.endPolls();
    waiters.tellAll();
    queries.close(new ServiceError('CANCELLED', 'the engine was closed before the query was answered'));
    await recovered;
    runs.close();
    await store.close();
  };
  return { engine, recovered, close };
}

/** First commit, then tell: long polls, the clock, and queries whose workflow task is over. */
function tell(engine: Engine, transaction: Transaction): void {
  for (const loaded of transaction.touched.keys()) {
    const { runId } = loaded.run.key;
    if (engine.queries.hasAny(runId)) reviewQueries(engine, loaded);
    engine.waiters.tell(runId);
    engine.clockwork.expect(transaction.dueAtMs(loaded));
  }
}
