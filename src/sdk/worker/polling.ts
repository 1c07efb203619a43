// Poll loops. Each asks the service for a task, hands it on, and asks for the next without waiting for the first to be done.
//
//   take a slot -> poll -> a task: perform it, then give the slot back
//        ^           `---> nothing: give the slot back
//        `-----------------------------'
//
// Aborting `stop` ends the polls, not the tasks: a task that the service handed over meanwhile is performed.

import { ServiceError } from '../../api/service-error.ts';
import { isPassing, retryDelayMs } from '../client/service-calls.ts';
import type { Logger } from '../common/logger.ts';
import { pause } from '../common/pause.ts';
import type { Slots } from './slots.ts';

export interface Polling<Task> {
  /** What is polled, for the log, e.g. `workflow tasks of 'documents'`. */
  readonly what: string;
  readonly pollers: number;
  readonly slots: Slots;
  readonly poll: (stop: AbortSignal) => Promise<Task | undefined>;
  /** Must not reject. */
  readonly perform: (task: Task) => Promise<void>;
  readonly logger: Logger;
}

/** Polls until `stop` is aborted and all tasks are done. Rejects when the service refuses the poll for good. */
export async function pollUntil<Task>(stop: AbortSignal, polling: Polling<Task>): Promise<void> {
  const tasks = new Set<Promise<void>>();
  if (stop.aborted) polling.slots.close();
  else stop.addEventListener('abort', () => polling.slots.close(), { once: true });
  const loops = Array.from({ length: polling.pollers }, () => pollLoop(stop, polling, tasks));
  try {
    await Promise.all(loops);
  } finally {
    while (tasks.size > 0) await Promise.all(tasks);
  }
}

async function pollLoop<Task>(stop: AbortSignal, polling: Polling<Task>, tasks: Set<Promise<void>>): Promise<void> {
  const { slots, poll, perform } = polling;
  let failures = 0;
  while (await slots.take()) {
    try {
      const task = await poll(stop);
      failures = 0;
      if (task === undefined) {
        slots.give();
        continue;
      }
      const done = perform(task).finally(() => {
        slots.give();
        tasks.delete(done);
      });
      tasks.add(done);
    } catch (error) {
      slots.give();
      if (stop.aborted) return;
      failures += 1;
      await pauseAfter(error, failures, stop, polling);
    }
  }
}

/** A service that cannot be reached is asked again, less and less often. Throws what no further poll would change. */
async function pauseAfter<Task>(error: unknown, failures: number, stop: AbortSignal, polling: Polling<Task>) {
  if (isEmptyAnswer(error)) return;
  if (!isPassing(error)) throw error;
  const { logger, what } = polling;
  if (failures === 1) logger.warn(`polling for ${what} failed and is tried again`, { error });
  await pause(retryDelayMs(error, failures), stop).catch(() => undefined);
}

/** A transport may say that a long poll has ended instead of answering it empty. */
function isEmptyAnswer(error: unknown): boolean {
  return error instanceof ServiceError && (error.code === 'DEADLINE_EXCEEDED' || error.code === 'CANCELLED');
}
