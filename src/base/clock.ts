/** Time as an argument: the engine asks this and nothing else, so that tests and simulations decide what time it is. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls once, at the earliest when `atMs` has come. Answers with what takes the call back. */
  at(atMs: number, call: () => void): () => void;
}

/** A suspended machine counts no time for timers, and a clock may be put forward: so none waits longer without a look at it. */
const LONGEST_WAIT_MS = 30_000;

/** What is less may be how clocks are kept right in small steps: then time stands still until it is made up for. */
const SET_BACK_MS = 1_000;

/** The machine's clock. */
export const systemClock: Clock = clockOf(Date.now);

/**
 * The machine's clock, except that time goes on where it was when somebody sets the clock back: what is due in ten milliseconds
 * must not wait for an hour to come round again. When the clock is put right, or the process starts again, they agree again.
 *
 * @param wallMs the machine's clock
 * @param elapsedMs milliseconds since some moment, which nobody can set
 */
export function steadyClock(wallMs: () => number = Date.now, elapsedMs = () => performance.now()): Clock {
  let aheadMs = 0;
  let lastMs = wallMs();
  let lastElapsedMs = elapsedMs();
  return clockOf(() => {
    const nowElapsedMs = elapsedMs();
    const expectedMs = lastMs + nowElapsedMs - lastElapsedMs;
    const differenceMs = Math.round(wallMs() + aheadMs - expectedMs);
    if (differenceMs < -SET_BACK_MS) aheadMs -= differenceMs;
    else if (differenceMs > SET_BACK_MS) aheadMs = Math.max(0, aheadMs - differenceMs);
    lastMs = Math.max(lastMs, wallMs() + aheadMs);
    lastElapsedMs = nowElapsedMs;
    return lastMs;
  });
}

function clockOf(now: () => number): Clock {
  return {
    now,
    at: (atMs, call) => {
      let timer: NodeJS.Timeout;
      const wait = () => {
        timer = setTimeout(arrive, Math.min(Math.max(0, atMs - now()), LONGEST_WAIT_MS));
      };
      // Timers count from the event loop's own idea of now and may come a millisecond early by the wall clock.
      const arrive = () => (now() < atMs ? wait() : call());
      wait();
      return () => clearTimeout(timer);
    },
  };
}
