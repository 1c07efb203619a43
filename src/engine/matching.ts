// Task queues: where ready tasks and waiting workers meet. A task goes to a waiting poller at once, and a poller takes the oldest
// waiting task; so a queue holds the one or the other, never both. Nothing here is durable: a task is only a reference to something
// that is ready in its run, and is looked at again before it is started. After a restart the references are made anew (recovery.ts).
//
// Tasks of a better priority (a smaller key, 1 to 5, default 3) come first; among equals the order is first come, first served.

import type { Clock } from '../base/clock.ts';
import { Deque } from '../base/deque.ts';

export type QueueKind = 'workflow' | 'activity';

export interface QueueName {
  readonly namespace: string;
  readonly kind: QueueKind;
  readonly name: string;
}

export interface Poller<Delivery> {
  readonly worker: {
    readonly identity: string;
    readonly workerInstanceKey: string | undefined;
    /** Set for a worker embedded in this process. */
    readonly processId: string | undefined;
  };
  /** Has its time ended, or has its caller gone, while a task was being started for it? */
  readonly hasLeft: () => boolean;
  /** Ends the wait: with a task, or empty. */
  readonly resolve: (delivery: Delivery | undefined) => void;
}

const DEFAULT_PRIORITY = 3;
/** A queue without a poller for this long has no worker. Temporal's server waits the same before it gives up a sticky queue. */
const WORKER_SEEN_MS = 10_000;

class Queue<Task, Delivery> {
  readonly pollers = new Deque<Poller<Delivery>>();
  readonly #tasks = new Map<number, Deque<Task>>();
  lastPolledMs = Number.NEGATIVE_INFINITY;
  backlog = 0;

  put(task: Task, priority: number): void {
    let tasks = this.#tasks.get(priority);
    if (!tasks) {
      tasks = new Deque();
      this.#tasks.set(priority, tasks);
    }
    this.backlog += 1;
    tasks.push(task);
  }

  take(): Task | undefined {
    if (this.backlog === 0) return undefined;
    const best = Math.min(...[...this.#tasks].filter(([, tasks]) => tasks.size > 0).map(([priority]) => priority));
    this.backlog -= 1;
    return this.#tasks.get(best)?.shift();
  }

  drain(): Task[] {
    this.backlog = 0;
    return [...this.#tasks].sort(([a], [b]) => a - b).flatMap(([, tasks]) => tasks.drain());
  }
}

export class Matching<Task extends { readonly priority?: number | undefined }, Delivery> {
  readonly #queues = new Map<string, Queue<Task, Delivery>>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A poller that waits for a task of this queue, if one does: it waits no longer, and the task is its own. */
  takePoller(name: QueueName): Poller<Delivery> | undefined {
    return this.#queue(name).pollers.shift();
  }

  /** Gives a poller its place at the front back: the task it was to get did not come about. */
  returnPoller(name: QueueName, poller: Poller<Delivery>): void {
    this.#queue(name).pollers.unshift(poller);
  }

  addPoller(name: QueueName, poller: Poller<Delivery>): void {
    this.#queue(name).pollers.push(poller);
  }

  /** Says whether the poller was still waiting. */
  removePoller(name: QueueName, poller: Poller<Delivery>): boolean {
    return this.#queue(name).pollers.remove(poller);
  }

  addTask(name: QueueName, task: Task): void {
    this.#queue(name).put(task, task.priority ?? DEFAULT_PRIORITY);
  }

  takeTask(name: QueueName): Task | undefined {
    const queue = this.#queue(name);
    queue.lastPolledMs = this.#clock.now();
    return queue.take();
  }

  /** Is a worker likely to take a task of this queue soon? */
  hasWorker(name: QueueName): boolean {
    const queue = this.#queues.get(keyOf(name));
    return queue !== undefined && (queue.pollers.size > 0 || this.#clock.now() - queue.lastPolledMs < WORKER_SEEN_MS);
  }

  backlog(name: QueueName): number {
    return this.#queues.get(keyOf(name))?.backlog ?? 0;
  }

  /** Forgets a queue whose worker is gone: its pollers end empty, and its tasks are handed back to be put elsewhere. */
  drop(name: QueueName): Task[] {
    const queue = this.#queues.get(keyOf(name));
    this.#queues.delete(keyOf(name));
    for (const poller of queue?.pollers.drain() ?? []) poller.resolve(undefined);
    return queue?.drain() ?? [];
  }

  /** Ends the polls of one worker, or of all, empty. */
  endPolls(workerInstanceKey?: string): void {
    for (const queue of this.#queues.values()) {
      for (const poller of queue.pollers.drain()) {
        if (workerInstanceKey === undefined || poller.worker.workerInstanceKey === workerInstanceKey)
          poller.resolve(undefined);
        else queue.pollers.push(poller);
      }
    }
  }

  #queue(name: QueueName): Queue<Task, Delivery> {
    const key = keyOf(name);
    let queue = this.#queues.get(key);
    if (!queue) {
      queue = new Queue();
      this.#queues.set(key, queue);
    }
    return queue;
  }
}

function keyOf({ namespace, kind, name }: QueueName): string {
  return `${kind}\n${namespace}\n${name}`;
}
