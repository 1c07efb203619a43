// Notices workflow code that does not come to rest. It looks at the thread's pulse a few times per limit; the same activation seen
// running over the whole limit is one too many. Counting looks, and not only time, keeps a machine that slept from being taken
// for a loop.

import { type Beat, feel } from './pulse.ts';

const LOOKS = 8;

export interface Watchdog {
  /** Looks after this pulse from now on, and after no other. */
  watch(pulse: SharedArrayBuffer): void;
  /** There is work in the thread, or there is none any more. */
  work(busy: boolean): void;
  stop(): void;
}

export interface WatchdogOptions {
  readonly limitMs: number;
  /** An activation is slow: make ready for its end. */
  readonly onSlow: () => void;
  /** An activation has run for the whole limit. */
  readonly onEndless: (beat: Beat) => void;
}

export function createWatchdog({ limitMs, onSlow, onEndless }: WatchdogOptions): Watchdog {
  let pulse: SharedArrayBuffer | undefined;
  let timer: NodeJS.Timeout | undefined;
  let seen = { activation: -1, sinceMs: 0, looks: 0 };

  const look = (): void => {
    const beat = pulse && feel(pulse);
    if (!beat?.running) {
      seen = { activation: -1, sinceMs: 0, looks: 0 };
      return;
    }
    if (beat.activation !== seen.activation) {
      seen = { activation: beat.activation, sinceMs: performance.now(), looks: 1 };
      return;
    }
    seen.looks += 1;
    if (seen.looks === 2) onSlow();
    if (seen.looks < LOOKS || performance.now() - seen.sinceMs < limitMs * (1 - 1 / LOOKS)) return;
    pulse = undefined;
    onEndless(beat);
  };
  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
  };
  return {
    watch: (one) => {
      pulse = one;
      seen = { activation: -1, sinceMs: 0, looks: 0 };
    },
    work: (busy) => {
      if (busy) timer ??= setInterval(look, Math.max(1, limitMs / LOOKS)).unref();
      else stop();
    },
    stop,
  };
}
