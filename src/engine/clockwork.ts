// What time does: asks the store which runs are due, and has each meet its deadlines. Of the future it knows only when to ask
// next; what is due stands in the runs' rows, so nothing can be forgotten here that the disk still knows.

import type { RunKey } from '../api/run-key.ts';
import type { Clock } from '../base/clock.ts';
import { meetDeadline } from '../machine/due.ts';
import type { Store } from '../store/store.ts';
import type { EngineLog } from './engine.ts';
import type { Runs } from './runs.ts';

const BATCH = 256;
const RETRY_AFTER_MS = 1000;

export interface ClockworkOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly runs: Runs;
  readonly log: EngineLog;
}

export class Clockwork {
  readonly #options: ClockworkOptions;
  #wakeAtMs = Number.POSITIVE_INFINITY;
  #cancel: (() => void) | undefined;
  #working = false;
  /** The clock called while work was going on: whatever it called for may have come after the store was asked. */
  #again = false;
  #closed = false;

  constructor(options: ClockworkOptions) {
    this.#options = options;
  }

  /** A run was written that is due at this time: asks by then. */
  expect(dueAtMs: number | undefined): void {
    if (dueAtMs === undefined || dueAtMs >= this.#wakeAtMs || this.#closed) return;
    this.#wakeAtMs = dueAtMs;
    this.#cancel?.();
    this.#cancel = this.#options.clock.at(dueAtMs, () => void this.#wake());
  }

  /** Asks for the first time. */
  async start(): Promise<void> {
    this.expect(await this.#options.store.nextDueMs());
  }

  close(): void {
    this.#closed = true;
    this.#cancel?.();
  }

  async #wake(): Promise<void> {
    this.#wakeAtMs = Number.POSITIVE_INFINITY;
    this.#again = true;
    if (this.#working || this.#closed) return;
    this.#working = true;
    try {
      while (this.#again && !this.#closed) {
        this.#again = false;
        while (await this.#workOff());
        this.expect(await this.#options.store.nextDueMs());
      }
    } catch (error) {
      this.#options.log(
        'error',
        `due work waits for a second: ${error instanceof Error ? error.message : String(error)}`,
      );
      this.expect(this.#options.clock.now() + RETRY_AFTER_MS);
    } finally {
      this.#working = false;
    }
  }

  /** One batch of due runs; says whether there may be more. */
  async #workOff(): Promise<boolean> {
    const due = await this.#options.store.dueRuns(this.#options.clock.now(), BATCH);
    if (this.#closed) return false;
    const outcomes = await Promise.allSettled(due.map(({ key }) => this.#meetDeadlines(key)));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed) throw failed.reason;
    return due.length === BATCH;
  }

  #meetDeadlines(key: RunKey): Promise<void> {
    return this.#options.runs.hold(key, (transaction, loaded) => {
      if (!loaded) return;
      let decision = meetDeadline(loaded.run, transaction.moment);
      while (decision.facts.length > 0) {
        transaction.apply(loaded, decision);
        decision = meetDeadline(loaded.run, transaction.moment);
      }
      // The row said that it is due, so it is written anew even if nothing was: or it would be asked for again at once.
      transaction.touch(loaded);
    });
  }
}
