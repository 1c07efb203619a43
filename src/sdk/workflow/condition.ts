import { type Duration, msOptionalToNumber } from '../common/duration.ts';
import { CancellationScope, cancelledBefore } from './cancellation-scope.ts';
import { type BlockedCondition, siteOf, theRun, theRunThatAsks } from './run.ts';
import { startTimer, type TimerOptions } from './timers.ts';

/**
 * Waits until the function returns true. It is asked at once and again after everything that happens to the workflow, so it must
 * be quick and change nothing. Throws a CancelledFailure when its scope is cancelled.
 */
export function condition(holds: () => boolean): Promise<void>;
/** As without a timeout, but waits no longer than that. Returns whether the function returned true in time. */
export function condition(holds: () => boolean, timeout: Duration, options?: TimerOptions): Promise<boolean>;
export async function condition(holds: () => boolean, timeout?: Duration, options?: TimerOptions): Promise<unknown> {
  theRunThatAsks('condition()');
  if (typeof holds !== 'function') throw new TypeError('condition() needs a function that says whether to go on');
  if (msOptionalToNumber(timeout) === undefined) {
    await untilHolds(holds);
    return;
  }
  return CancellationScope.cancellable(async () => {
    try {
      return await Promise.race([
        startTimer(timeout as Duration, options, condition).then(() => false),
        untilHolds(holds).then(() => true),
      ]);
    } finally {
      CancellationScope.current().cancel();
    }
  });
}

function untilHolds(holds: () => boolean): Promise<void> {
  const run = theRun('condition()');
  const site = siteOf(condition);
  return new Promise<void>((resolve, reject) => {
    const blocked: BlockedCondition = { holds, resolve, site };
    const cancel = (reason: unknown) => {
      run.conditions.delete(blocked);
      reject(reason);
    };
    if (cancelledBefore(reject, cancel)) return;
    if (holds()) resolve();
    else run.conditions.add(blocked);
  });
}
