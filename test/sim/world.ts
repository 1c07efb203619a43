// A world made from one seed: its time, its chance, and the order in which everything that waits goes on. Nothing happens by itself.
// Whatever would take time in the real world (a disk, a network, a worker that thinks) asks the world to be called later; the
// world advances its clock to the earliest call, makes it, lets everything run that follows from it without waiting, and goes on
// to the next. Calls of the same millisecond go in an order that the seed draws. So the same seed gives the same run, call for call.

import { setImmediate } from 'node:timers/promises';
import { type SeededRandom, seededRandom } from '../seeded-random.ts';

/** What happens in the life of a world begins here: a date that is easily told from a duration. */
const BEGINNING_MS = Date.UTC(2030, 0, 1);

interface Appointment {
  readonly atMs: number;
  /** Orders the appointments of one millisecond. */
  readonly lot: number;
  readonly call: () => void;
  canceled: boolean;
}

export class World {
  readonly seed: number;
  readonly random: SeededRandom;
  readonly problems: string[] = [];
  readonly trace: string[] = [];
  readonly #agenda: Appointment[] = [];
  #nowMs = BEGINNING_MS;
  #lastId = 0;
  #steps = 0;

  constructor(seed: number) {
    this.seed = seed;
    this.random = seededRandom(seed);
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  get steps(): number {
    return this.#steps;
  }

  /** Ids are numbered, so that a trace can be read and two worlds compared. */
  newId(prefix: string): string {
    this.#lastId += 1;
    return `${prefix}-${this.#lastId}`;
  }

  /** Makes a call at that time, or now if it is past. Answers with what takes the call back. */
  at(atMs: number, call: () => void): () => void {
    const appointment = { atMs: Math.max(atMs, this.#nowMs), lot: this.random.fraction(), call, canceled: false };
    push(this.#agenda, appointment);
    return () => {
      appointment.canceled = true;
    };
  }

  after(leastMs: number, mostMs: number, call: () => void): () => void {
    return this.at(this.#nowMs + this.random.integer(leastMs, mostMs), call);
  }

  pause(leastMs: number, mostMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(leastMs, mostMs, resolve);
    });
  }

  /** How long nothing will happen now. */
  get quietMs(): number {
    this.#forgetCanceled();
    const next = this.#agenda[0];
    return next ? next.atMs - this.#nowMs : Number.POSITIVE_INFINITY;
  }

  /** Makes the next call; says whether there was one. */
  async step(): Promise<boolean> {
    this.#forgetCanceled();
    const next = pop(this.#agenda);
    if (!next) return false;
    this.#nowMs = next.atMs;
    this.#steps += 1;
    next.call();
    // All that follows without waiting is microtasks, and they have run when this comes back.
    await setImmediate();
    return true;
  }

  /** Begins what goes on by itself: if it breaks, the seed has failed. */
  begin(work: Promise<unknown>): void {
    work.catch((error: unknown) =>
      this.accuse(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    );
  }

  note(line: string): void {
    this.trace.push(`${this.secondsOf(this.#nowMs)} ${line}`);
  }

  /** A moment as the trace has it: seconds since the world began. */
  secondsOf(timeMs: number): string {
    return `${((timeMs - BEGINNING_MS) / 1000).toFixed(3)}s`;
  }

  /** Something is not as it must be: the seed has failed. */
  accuse(problem: string): void {
    this.problems.push(problem);
    this.note(`PROBLEM ${problem}`);
  }

  #forgetCanceled(): void {
    while (this.#agenda[0]?.canceled) pop(this.#agenda);
  }
}

// The agenda is a binary heap: the earliest appointment is its first item.

function isBefore(a: Appointment, b: Appointment): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.lot < b.lot);
}

function push(heap: Appointment[], added: Appointment): void {
  let at = heap.length;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = heap[parent] as Appointment;
    if (!isBefore(added, above)) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = added;
}

function pop(heap: Appointment[]): Appointment | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (!first || !last || heap.length === 0) return first;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    const [left, right] = [heap[child], heap[child + 1]];
    if (!left) break;
    let earlier = left;
    if (right && isBefore(right, left)) {
      earlier = right;
      child += 1;
    }
    if (!isBefore(earlier, last)) break;
    heap[at] = earlier;
    at = child;
  }
  heap[at] = last;
  return first;
}
