// Workflows that call one activity, with options that the test gives, and say how it went.

import {
  type ActivityOptions,
  CancellationScope,
  condition,
  defineSignal,
  isCancellation,
  proxyActivities,
  setHandler,
} from '../../../src/sdk/workflow/index.ts';

type AnyActivities = Record<string, (...args: unknown[]) => Promise<unknown>>;

/** Calls an activity and returns what it returns. */
export async function call(name: string, options: ActivityOptions, ...args: unknown[]): Promise<unknown> {
  const activities = proxyActivities<AnyActivities>({ startToCloseTimeout: '10 s', ...options });
  return activities[name]?.(...args);
}

export const stop = defineSignal('stop');

/** Calls an activity in a scope that the signal `stop` cancels. Returns how the call ended, as soon as it has. */
export async function callUntilStopped(name: string, options: ActivityOptions): Promise<string> {
  const scope = new CancellationScope();
  setHandler(stop, () => scope.cancel());
  try {
    const result = await scope.run(() => call(name, options));
    return `completed: ${result}`;
  } catch (error) {
    return isCancellation(error) ? 'cancelled' : `failed: ${error}`;
  }
}

/** As callUntilStopped, and then waits for the signal `leave`, so that the activity is seen to go on or not. */
export const leave = defineSignal('leave');

export async function callUntilStoppedAndStay(name: string, options: ActivityOptions): Promise<string> {
  let leaving = false;
  setHandler(leave, () => {
    leaving = true;
  });
  const ended = await callUntilStopped(name, options);
  await condition(() => leaving);
  return ended;
}
