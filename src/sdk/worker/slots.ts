// How much a worker does at once. A poll takes a slot before it asks and keeps it for the task that it gets, so that no task is
// taken from the service that would then wait here.

export interface Slots {
  /** Waits for a slot, first come, first served. False: the signal was aborted first. */
  take(signal: AbortSignal): Promise<boolean>;
  give(): void;
}

export function slots(count: number): Slots {
  let free = count;
  const waiting = new Set<() => void>();
  return {
    async take(signal) {
      if (signal.aborted) return false;
      if (free > 0) {
        free -= 1;
        return true;
      }
      return new Promise((resolve) => {
        const settle = (taken: boolean) => {
          waiting.delete(grant);
          signal.removeEventListener('abort', giveUp);
          resolve(taken);
        };
        const grant = () => settle(true);
        const giveUp = () => settle(false);
        waiting.add(grant);
        signal.addEventListener('abort', giveUp, { once: true });
      });
    },
    give() {
      const [next] = waiting;
      if (next) next();
      else free += 1;
    },
  };
}
