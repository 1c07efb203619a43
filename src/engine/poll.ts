// A worker's poll: takes the oldest task of its queue, or waits for one. It ends empty when its time is over or its caller left; it
// never takes a task with it. A task that could not be started goes to the end of its queue: if it is broken, it holds up no other.

import type { CallOptions } from '../api/workflow-service.ts';
import { offer, type PollingWorker, startWaiting, type TaskDelivery } from './delivery.ts';
import type { Engine } from './engine.ts';
import type { Poller, QueueName } from './matching.ts';

const LONGEST_POLL_MS = 60_000;
/** An empty answer must arrive before its caller stops listening. */
const ANSWER_EARLIER_MS = 1000;

export async function poll(
  engine: Engine,
  name: QueueName,
  worker: PollingWorker,
  { signal, deadlineMs }: CallOptions = {},
): Promise<TaskDelivery | undefined> {
  for (;;) {
    if (signal?.aborted) return undefined;
    const task = engine.matching.takeTask(name);
    if (!task) break;
    try {
      const delivery = await startWaiting(engine, name, task, worker);
      if (delivery) return delivery;
    } catch (error) {
      offer(engine, name, task);
      throw error;
    }
  }
  const latestMs = engine.clock.now() + LONGEST_POLL_MS;
  return waitForTask(
    engine,
    name,
    worker,
    signal,
    Math.min(latestMs, (deadlineMs ?? Number.POSITIVE_INFINITY) - ANSWER_EARLIER_MS),
  );
}

function waitForTask(
  engine: Engine,
  name: QueueName,
  worker: PollingWorker,
  signal: AbortSignal | undefined,
  endMs: number,
): Promise<TaskDelivery | undefined> {
  return new Promise((resolve) => {
    let left = false;
    const poller: Poller<TaskDelivery> = {
      worker,
      hasLeft: () => left,
      resolve: (delivery) => {
        cancelTimer();
        signal?.removeEventListener('abort', leave);
        resolve(delivery);
      },
    };
    // Once a task is being started for the poller it is not waiting any more, and gets that task unless the start fails.
    const leave = () => {
      left = true;
      if (engine.matching.removePoller(name, poller)) poller.resolve(undefined);
    };
    const cancelTimer = engine.clock.at(endMs, leave);
    signal?.addEventListener('abort', leave, { once: true });
    engine.matching.addPoller(name, poller);
  });
}
