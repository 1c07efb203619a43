import { heartbeat } from 'perdure/activity';

const INTERVAL_MS = 1_000;

/**
 * Heartbeats while the work goes on, also when the work itself is silent: the answer to a heartbeat is the only way in which an
 * activity hears that it was cancelled.
 */
export async function beating<T>(work: Promise<T>, progress: () => unknown): Promise<T> {
  const beat = setInterval(() => heartbeat(progress()), INTERVAL_MS);
  try {
    return await work;
  } finally {
    clearInterval(beat);
  }
}
