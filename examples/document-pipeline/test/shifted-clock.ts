import type { Clock } from '../../../src/base/clock.ts';

/** The machine's clock, which a test may put forward. */
export class ShiftedClock implements Clock {
  readonly #waiting = new Set<{ readonly atMs: number; readonly call: () => void; timer: NodeJS.Timeout }>();
  #shiftMs = 0;

  now(): number {
    return Date.now() + this.#shiftMs;
  }

  at(atMs: number, call: () => void): () => void {
    const waiting = { atMs, call, timer: setTimeout(() => {}, 0) };
    this.#waiting.add(waiting);
    this.#arm(waiting);
    return () => {
      clearTimeout(waiting.timer);
      this.#waiting.delete(waiting);
    };
  }

  /** Whatever falls due in this time happens now. */
  advance(ms: number): void {
    this.#shiftMs += ms;
    for (const waiting of this.#waiting) this.#arm(waiting);
  }

  #arm(waiting: { readonly atMs: number; readonly call: () => void; timer: NodeJS.Timeout }): void {
    clearTimeout(waiting.timer);
    const leftMs = Math.min(Math.max(0, waiting.atMs - this.now()), 2 ** 31 - 1);
    waiting.timer = setTimeout(() => {
      if (this.now() < waiting.atMs) return this.#arm(waiting);
      this.#waiting.delete(waiting);
      waiting.call();
    }, leftMs);
  }
}
