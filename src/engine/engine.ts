// The engine: what is durable (the store), what is in memory because of it (runs, queues, waiters), and the clock. Everything in
// this folder is a function of it; embed.ts makes one.

import type { Clock } from '../base/clock.ts';
import type { Decision, Moment, Settings } from '../machine/fact.ts';
import type { Store } from '../store/store.ts';
import type { Clockwork } from './clockwork.ts';
import type { TaskDelivery, WaitingTask } from './delivery.ts';
import type { LoadedRun } from './loaded-run.ts';
import type { Matching } from './matching.ts';
import type { Queries } from './queries.ts';
import type { Runs } from './runs.ts';
import type { Transaction } from './transaction.ts';
import type { Waiters } from './waiters.ts';

export interface Engine {
  readonly store: Store;
  readonly clock: Clock;
  readonly settings: Settings;
  readonly newId: () => string;
  /** This process, as attempts of its embedded workers name it. */
  readonly processId: string;
  readonly runs: Runs;
  readonly matching: Matching<WaitingTask, TaskDelivery>;
  readonly queries: Queries;
  readonly waiters: Waiters;
  readonly clockwork: Clockwork;
  readonly log: EngineLog;
}

/** Where the engine says what nobody waits to hear. */
export type EngineLog = (level: 'info' | 'warn' | 'error', message: string) => void;

/** A run that must be there, and what is decided of it. */
export type Decide<D extends Decision> = (loaded: LoadedRun, moment: Moment, transaction: Transaction) => D;
