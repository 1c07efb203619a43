// A run in memory, with what the engine knows of it beside its state: the version that the store has, and the end of its history
// in bytes, from behind the last completed workflow task on. That end is what a sticky worker is sent, so a run that goes on
// does not read from the disk.

import { historyOf } from '../api/history.ts';
import type { Written } from '../machine/record.ts';
import type { Run } from '../machine/run.ts';

export interface LoadedRun {
  readonly run: Run;
  /** 0: the store does not have it yet. */
  version: number;
  tail: Tail | undefined;
}

interface Tail {
  firstEventId: number;
  readonly events: Uint8Array[];
}

/** Adds what was written, and lets go of what no worker needs any more. */
export function extendTail(loaded: LoadedRun, written: Written): void {
  if (written.events.length === 0) return;
  loaded.tail ??= { firstEventId: written.firstEventId, events: [] };
  const { tail } = loaded;
  for (const event of written.events) tail.events.push(event);
  const unneeded = loaded.run.previousStartedEventId + 1 - tail.firstEventId;
  if (unneeded > 0) {
    tail.events.splice(0, unneeded);
    tail.firstEventId += unneeded;
  }
}

/** The history from `firstEventId` to the end, if all of it is in memory. */
export function recentHistory({ tail }: LoadedRun, firstEventId: number): Uint8Array | undefined {
  if (!tail || tail.firstEventId > firstEventId) return undefined;
  return historyOf(tail.events.slice(firstEventId - tail.firstEventId));
}
