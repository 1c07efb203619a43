// Whose code runs. Activations are synchronous and never nested, so one variable is enough, and what all runs of the realm share
// (Date, Math.random, the workflow API) asks it.

import type { Frame, RealmHost, RealmRun } from './contract.ts';

declare const __host: RealmHost | undefined;

/** Undefined outside of a sandbox, where a client imports a workflow file for its definitions and types. */
export const host: RealmHost | undefined = typeof __host === 'undefined' ? undefined : __host;

/** The host, for what only exists inside of a sandbox. */
export function theHost(): RealmHost {
  if (!host) throw new Error('this is only to be used inside of the sandbox');
  return host;
}

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

/** The frame of the code that runs: it follows the code through its awaits. */
export function currentFrame(): Frame | undefined {
  return host?.currentFrame();
}

/** Calls the function in the current frame with another scope and other stores. */
export function runInFrame<T>(scope: unknown, stores: Frame['stores'], call: () => T): T {
  return host && current ? host.runInFrame({ run: current, scope, stores }, call) : call();
}
