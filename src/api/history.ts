// A history, or a piece of one, as the protocol's own bytes: a `History` message, which is its events one after another, each
// with a tag and a length. Two such pieces joined are again a `History`, so pages are spliced and never decoded on the way.

import { decodeEvent, encodeEvent, type HistoryEvent } from './event.ts';
import { bytesReader, bytesWriter } from './protobuf.ts';

/** The tag of `History.events`: field 1, length-delimited. */
const EVENTS_FIELD = 1;

export const EMPTY_HISTORY: Uint8Array = new Uint8Array(0);

export function encodeHistory(events: readonly HistoryEvent[]): Uint8Array {
  const encoded = events.map(encodeEvent);
  const writer = bytesWriter();
  for (const one of encoded) {
    writer.tag(EVENTS_FIELD, 2);
    writer.bytes(one);
  }
  return writer.finish();
}

export function decodeHistory(history: Uint8Array): HistoryEvent[] {
  return [...eventBytes(history)].map(decodeEvent);
}

/** The events of a history, still encoded. */
export function* eventBytes(history: Uint8Array): Generator<Uint8Array> {
  const reader = bytesReader(history);
  while (!reader.done()) {
    reader.varint();
    yield reader.bytes();
  }
}

/** The piece of a history that leaves out its first `skip` events and holds at most `take` of the rest. */
export function sliceHistory(history: Uint8Array, skip: number, take: number): Uint8Array {
  const reader = bytesReader(history);
  let start = 0;
  for (let seen = 0; !reader.done() && seen < skip + take; seen += 1) {
    if (seen === skip) start = reader.position();
    reader.skip(reader.varint() & 7);
    if (seen < skip) start = reader.position();
  }
  return history.subarray(start, reader.position());
}

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
