// `perdure/activity`: what an activity may ask about itself while it runs.

import type { Duration } from '../common/duration.ts';
import { type Logger, makeLogger } from '../common/logger.ts';
import { type ActivityCancellationDetails, Context, type Info } from './context.ts';

export * from '../common/index.ts';
export { type ActivityCancellationDetails, Context, type Info } from './context.ts';

/** Facts about the attempt that is running: its number, its activity, its workflow. Throws outside of an activity. */
export function activityInfo(): Info {
  return Context.current().info;
}

/** As `Context.heartbeat`. */
export function heartbeat(details?: unknown): void {
  Context.current().heartbeat(details);
}

/** Waits. Rejects with a CancelledFailure as soon as the attempt is to end. */
export function sleep(duration: Duration): Promise<void> {
  return Context.current().sleep(duration);
}

/** Rejects with a CancelledFailure when the attempt is to end, and never resolves. */
export function cancelled(): Promise<never> {
  return Context.current().cancelled;
}

/** Aborted when the attempt is to end: hand it to `fetch`, a model call or a child process. */
export function cancellationSignal(): AbortSignal {
  return Context.current().cancellationSignal;
}

/** Why the attempt is to end; undefined as long as it is not. */
export function cancellationDetails(): ActivityCancellationDetails | undefined {
  return Context.current().cancellationDetails;
}

/** Writes to the worker's logger; each line says which activity and workflow it is from. */
export const log: Logger = makeLogger((level, message, meta) => Context.current().log.log(level, message, meta));
