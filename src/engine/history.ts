// Reading what the store has of a run's history: one event, or a page of the protocol's own bytes.

import { decodeEvent, type HistoryEvent } from '../api/event.ts';
import { eventBytes, joinHistory, sliceHistory } from '../api/history.ts';
import type { RunKey } from '../api/run-key.ts';
import { assert } from '../base/assert.ts';
import type { Store } from '../store/store.ts';

export const LARGEST_PAGE = 256;

export async function readEvent(store: Store, key: RunKey, eventId: number): Promise<HistoryEvent> {
  const [encoded] = eventBytes(await readPage(store, key, eventId, 1));
  assert(encoded, `event ${eventId} of workflow ${key.workflowId} is not in the store`);
  return decodeEvent(encoded);
}

/** Events from `fromEventId` on, at most `maxEvents` of them: fewer only where the history ends. */
export async function readPage(store: Store, key: RunKey, fromEventId: number, maxEvents: number): Promise<Uint8Array> {
  const chunks = await store.readHistory(key, fromEventId, maxEvents);
  let wanted = maxEvents;
  const pieces: Uint8Array[] = [];
  for (const { firstEventId, count, bytes } of chunks) {
    const skip = Math.max(0, fromEventId - firstEventId);
    const take = Math.min(count - skip, wanted);
    if (take <= 0) continue;
    pieces.push(skip === 0 && take === count ? bytes : sliceHistory(bytes, skip, take));
    wanted -= take;
  }
  return joinHistory(pieces);
}

/** Where a worker or client goes on reading a history. */
export interface PageToken {
  readonly runId: string;
  readonly nextEventId: number;
  /** The history ends before this event: what came later is not the reader's business. 0: it ends where the run does. */
  readonly endEventId: number;
  /** Base64 of events that stand behind the stored ones: those of a transient workflow task. */
  readonly suffix?: string | undefined;
}

export function encodeToken(token: unknown): Uint8Array {
  return new Uint8Array(Buffer.from(JSON.stringify(token)));
}

/** Throws a SyntaxError for bytes that no `encodeToken` made. */
export function decodeToken<T>(token: Uint8Array): T {
  return JSON.parse(Buffer.from(token).toString()) as T;
}
