// Whose code runs. Activations are synchronous and never nested, so one variable is enough, and what all runs of the realm share
// (Date, Math.random, setTimeout) asks it.

import type { RealmRun } from './contract.ts';

let current: RealmRun | undefined;

export function setCurrentRun(run: RealmRun | undefined): void {
  current = run;
}

export function currentRun(): RealmRun {
  if (!current) throw new Error('no workflow is running here');
  return current;
}

export function maybeCurrentRun(): RealmRun | undefined {
  return current;
}
