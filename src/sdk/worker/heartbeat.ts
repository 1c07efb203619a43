// Heartbeats of one attempt, throttled: the first is sent at once, then at most one per interval, always with the newest details.
//
//   idle --heartbeat, send--> resting --heartbeat, keep--> resting
//     ^                          |  interval over: send what was kept, rest again
//     `------- nothing kept -----'
//
// The interval is 0.8 of the heartbeat timeout, so that the service hears of a living attempt before it gives it up.

/** What the answer to a heartbeat asks of the attempt. */
export type SendHeartbeat = (details: unknown) => Promise<void>;

export interface Heartbeats {
  beat(details: unknown): void;
  /** Ends the timer. What was kept is not sent. */
  stop(): void;
  /** The newest details; undefined when there was no heartbeat. */
  readonly last: { readonly details: unknown } | undefined;
}

export interface ThrottleOptions {
  /** Of the activity; 0 or absent: it has none. */
  readonly heartbeatTimeoutMs: number | undefined;
  /** For activities without a heartbeat timeout. */
  readonly defaultIntervalMs: number;
  readonly maximumIntervalMs: number;
}

export function throttleIntervalMs(options: ThrottleOptions): number {
  const { heartbeatTimeoutMs, defaultIntervalMs, maximumIntervalMs } = options;
  return Math.min(heartbeatTimeoutMs ? heartbeatTimeoutMs * 0.8 : defaultIntervalMs, maximumIntervalMs);
}

/** `send` is never called again before its promise has settled; it handles its own errors. */
export function throttledHeartbeats(intervalMs: number, send: SendHeartbeat): Heartbeats {
  let last: { readonly details: unknown } | undefined;
  let unsent = false;
  let resting = false;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  async function sendAndRest(): Promise<void> {
    resting = true;
    unsent = false;
    const over = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, intervalMs);
    });
    await send(last?.details);
    await over;
    resting = false;
    if (unsent && !stopped) void sendAndRest();
  }

  return {
    beat(details) {
      if (stopped) return;
      last = { details };
      unsent = true;
      if (!resting) void sendAndRest();
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
    get last() {
      return last;
    },
  };
}
