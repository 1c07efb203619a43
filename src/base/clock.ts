/** Time as an argument: the engine asks this and nothing else, so that tests and simulations decide what time it is. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls once, at the earliest when `atMs` has come. Answers with what takes the call back. */
  at(atMs: number, call: () => void): () => void;
}

/** Node's timers end early, at once, beyond this: what lies further away is waited for in pieces. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  at: (atMs, call) => {
    let timer: NodeJS.Timeout;
    const wait = () => {
      const leftMs = atMs - Date.now();
      timer = leftMs > LONGEST_TIMER_MS ? setTimeout(wait, LONGEST_TIMER_MS) : setTimeout(arrive, Math.max(0, leftMs));
    };
    // Timers count from the event loop's own idea of now and may come a millisecond early by the wall clock.
    const arrive = () => (Date.now() < atMs ? wait() : call());
    wait();
    return () => clearTimeout(timer);
  },
};
