// How the worker's thread sees that workflow code runs and does not come to an end: two numbers in memory that both threads see.
// The first is odd while user code runs and changes with every activation; the second says for which task.

const ACTIVATION = 0;
const TASK = 1;

export interface Pulse {
  /** User code is entered. */
  begin(): void;
  /** User code came to rest. */
  end(): void;
  /** The task that what follows is done for. */
  work(taskId: number): void;
}

export function newPulse(): SharedArrayBuffer {
  return new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT);
}

export function pulseOf(memory: SharedArrayBuffer): Pulse {
  const cells = new Int32Array(memory);
  return {
    begin: () => void Atomics.or(cells, ACTIVATION, 1),
    end: () => void Atomics.add(cells, ACTIVATION, 1),
    work: (taskId) => void Atomics.store(cells, TASK, taskId),
  };
}

export interface Beat {
  readonly activation: number;
  readonly running: boolean;
  readonly taskId: number;
}

export function feel(memory: SharedArrayBuffer): Beat {
  const cells = new Int32Array(memory);
  const activation = Atomics.load(cells, ACTIVATION);
  return { activation, running: activation % 2 !== 0, taskId: Atomics.load(cells, TASK) };
}
