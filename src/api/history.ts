// A history, or a piece of one, as the protocol's own bytes: a `History` message, which is its events one after another, each
// with a tag and a length. Two such pieces joined are again a `History`, so pages are spliced and never decoded on the way.

import { decode, encode } from './codec.ts';
import { type HistoryEvent, historyEvent } from './event.ts';
import { BytesReader, LENGTH } from './protobuf.ts';
import { bytes, type Kind, list, wrap } from './schema.ts';

/** The tag of `History.events`: field 1, length-delimited. */
const EVENT_TAG = 8 + LENGTH;

export const EMPTY_HISTORY: Uint8Array = new Uint8Array(0);

/** The protocol's History message; in our words it is its events. */
const history: Kind<readonly HistoryEvent[]> = wrap('events', 1, list(historyEvent));

export function encodeHistory(events: readonly HistoryEvent[]): Uint8Array {
  return encode(history, events);
}

/** The same message, of events that are encoded already. */
const encodedEvents: Kind<readonly Uint8Array[]> = wrap('events', 1, list(bytes));

/** The history of events that are encoded already: the engine encodes each event once. */
export function historyOf(events: readonly Uint8Array[]): Uint8Array {
  return encode(encodedEvents, events);
}

export function decodeHistory(encoded: Uint8Array): HistoryEvent[] {
  return decode(history, encoded) as HistoryEvent[];
}

/** The events of a history, still encoded: views of its memory. */
export function* eventBytes(encoded: Uint8Array): Generator<Uint8Array> {
  const reader = new BytesReader(encoded);
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === EVENT_TAG) yield reader.part();
    else reader.skip(tag & 7);
  }
}

/** The piece of a history that leaves out its first `skip` events and holds at most `take` of the rest: a view of its memory. */
export function sliceHistory(encoded: Uint8Array, skip: number, take: number): Uint8Array {
  const reader = new BytesReader(encoded);
  let start = 0;
  let seen = 0;
  while (reader.more() && seen < skip + take) {
    const tag = reader.tag();
    reader.skip(tag & 7);
    if (tag === EVENT_TAG) seen += 1;
    if (seen <= skip) start = reader.position();
  }
  return encoded.subarray(start, reader.position());
}

/** One history of several that follow on each other. */
export function joinHistory(pieces: readonly Uint8Array[]): Uint8Array {
  if (pieces.length === 1) return pieces[0] as Uint8Array;
  const joined = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}
