// What goes wrong in a world, and how often: drawn from its seed, so that some worlds have slow disks and others forgetful workers.
// When the storm is over nothing goes wrong any more, and everything must come to its end.

import type { Settings } from '../../src/machine/fact.ts';
import type { SeededRandom } from '../seeded-random.ts';

export interface Weather {
  /** Requests and answers between processes take up to this. */
  readonly latencyMs: number;
  readonly duplicateChance: number;
  readonly commitFailureChance: number;
  /** An attempt that ends by itself rather than well: it fails, hangs, or is answered too late. */
  readonly activityTroubleChance: number;
  readonly taskTroubleChance: number;
  readonly workerDeathChance: number;
  readonly isCalm: boolean;
}

export interface Climate {
  readonly storm: Weather;
  readonly stormMs: number;
  readonly crashes: number;
  /** How often an engine that is thought dead goes on beside the next one. */
  readonly undeadChance: number;
  readonly syncMs: number;
  readonly readMs: number;
  readonly settings: Settings;
  readonly maxCachedRuns: number;
}

export function inventClimate(random: SeededRandom): Climate {
  return {
    storm: {
      latencyMs: random.pick([1, 5, 50, 500]),
      duplicateChance: random.pick([0, 0.05, 0.2]),
      commitFailureChance: random.pick([0, 0, 0.01, 0.05]),
      activityTroubleChance: random.pick([0.1, 0.3, 0.6]),
      taskTroubleChance: random.pick([0, 0.05, 0.2]),
      workerDeathChance: random.pick([0, 0.01, 0.05]),
      isCalm: false,
    },
    stormMs: random.integer(10_000, 120_000),
    crashes: random.integer(0, 5),
    undeadChance: random.pick([0, 0, 0.3]),
    syncMs: random.pick([1, 2, 5, 30]),
    readMs: random.pick([0, 1, 3, 20, 200]),
    settings: {
      suggestContinueAsNewEvents: random.pick([10, 4096]),
      suggestContinueAsNewBytes: random.pick([1_000, 4 * 1024 * 1024]),
      retryJitter: random.pick([0, 0, 0.5]),
      continueAsNewMinIntervalMs: random.pick([0, 1_000]),
    },
    maxCachedRuns: random.pick([1, 2, 100]),
  };
}

/** Does it come about that the engine cannot do what it is asked, and nobody is to blame? */
export function isErrorExpected({ storm, undeadChance }: Climate): boolean {
  return storm.commitFailureChance > 0 || undeadChance > 0;
}

/** How late what is due may be met: a deadline takes a few reads, and a commit that fails is tried again after a second. */
export function patienceMs({ storm, readMs }: Climate): number {
  return 200 + 20 * readMs + (storm.commitFailureChance > 0 ? 15_000 : 0);
}

export const CALM: Weather = {
  latencyMs: 3,
  duplicateChance: 0,
  commitFailureChance: 0,
  activityTroubleChance: 0,
  taskTroubleChance: 0,
  workerDeathChance: 0,
  isCalm: true,
};
