// How much a worker does at once. A poll takes a slot before it asks and keeps it for the task that it gets, so that no task is
// taken from the service that would then wait here.

export interface Slots {
  /** Waits for a slot, first come, first served. False: they were closed. */
  take(): Promise<boolean>;
  give(): void;
  /** Nobody gets a slot any more, those who wait neither. */
  close(): void;
}

export function slots(count: number): Slots {
  let free = count;
  let closed = false;
  const waiting: ((taken: boolean) => void)[] = [];
  return {
    async take() {
      if (closed) return false;
      if (free > 0) {
        free -= 1;
        return true;
      }
      return new Promise((resolve) => waiting.push(resolve));
    },
    give() {
      const next = waiting.shift();
      if (next) next(true);
      else free += 1;
    },
    close() {
      closed = true;
      for (const resolve of waiting.splice(0)) resolve(false);
    },
  };
}
