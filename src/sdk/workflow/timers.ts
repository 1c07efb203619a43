// sleep, and the setTimeout that stands in for the machine's: both are durable timers, kept by the service.

import { type Duration, msToNumber } from '../common/duration.ts';
import { provideTimers } from '../sandbox/realm/late-timers.ts';
import { CancellationScope, cancelledBefore, setSleep } from './cancellation-scope.ts';
import { type AnyHandler, ask, type Run, siteOf, theRun, theRunThatAsks } from './run.ts';

export interface TimerOptions {
  /** One line about this timer, for whoever looks at the run. */
  readonly summary?: string | undefined;
}

/**
 * Waits. The timer is kept by the service, so it outlives the worker and may be years long.
 *
 * @param duration milliseconds or a text such as '30 s', '1 day'; less than 1 ms counts as 1 ms. Throws a TypeError for what is
 * not a duration, and a CancelledFailure when its scope is cancelled.
 */
export function sleep(duration: Duration, options?: TimerOptions): Promise<void> {
  return startTimer(duration, options, sleep);
}

/** As {@link sleep}, for what else starts timers: `calledBy` is the function that the user called, from the line to be named. */
export function startTimer(duration: Duration, options: TimerOptions | undefined, calledBy: AnyHandler): Promise<void> {
  const run = theRunThatAsks('sleep()');
  const ms = Math.max(1, msToNumber(duration));
  const site = siteOf(calledBy);
  const timerId = String(run.nextTimer++);
  return new Promise<void>((resolve, reject) => {
    if (cancelledBefore(reject, (reason) => cancelTimer(run, timerId, reason))) return;
    const summary = options?.summary;
    ask(
      run,
      {
        type: 'StartTimer',
        attributes: { timerId, startToFireTimeoutMs: ms },
        ...(summary !== undefined && { userMetadata: { summary: run.payloadConverter.toPayload(summary) } }),
      },
      site,
    );
    run.timers.set(timerId, { what: `timer ${timerId}`, site, resolve, reject, answered: false });
  });
}

function cancelTimer(run: Run, timerId: string, reason: unknown): void {
  const timer = run.timers.get(timerId);
  if (!timer || timer.answered) return;
  run.timers.delete(timerId);
  timer.reject(reason);
  // Started by the answer that is being prepared: neither the start nor the end of it need be told.
  const asked = run.commands.findIndex(
    ({ command }) => command.type === 'StartTimer' && command.attributes.timerId === timerId,
  );
  if (asked >= 0) run.commands.splice(asked, 1);
  else ask(run, { type: 'CancelTimer', attributes: { timerId } }, siteOf(cancelTimer));
}

setSleep((ms, calledBy) => startTimer(ms, undefined, calledBy));

provideTimers({
  setTimeout: function setTimeout(call, ms, ...args) {
    const run = theRun('setTimeout()');
    const id = run.nextTimer;
    const scope = new CancellationScope({ cancellable: true });
    run.timeouts.set(id, scope);
    void scope
      .run(() => startTimer(Number.isFinite(ms) ? ms : 1, undefined, setTimeout))
      .then(
        () => {
          run.timeouts.delete(id);
          call(...args);
        },
        () => {
          run.timeouts.delete(id);
        },
      );
    return id;
  },
  clearTimeout(id) {
    const { timeouts } = theRun('clearTimeout()');
    timeouts.get(Number(id))?.cancel();
    timeouts.delete(Number(id));
  },
});
