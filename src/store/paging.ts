// Where a page ended. A cursor is the sort key of the page's last row and nothing else, so it stays good while rows come and go.

import { type RunMarks, type RunStatus, UnknownCursor } from './store.ts';

export const openStatuses: readonly RunStatus[] = ['RUNNING', 'PAUSED'];

/** A place in the order of lists: open runs before closed ones, then the latest time, then the run that was stored last. */
export interface ListPlace {
  readonly open: boolean;
  readonly timeMs: number;
  /** Runs number in the order in which they were created. */
  readonly sequence: number;
}

/** A place in the order of the ready: the longest waiting first. */
export interface ReadyPlace {
  readonly readyAtMs: number;
  readonly sequence: number;
}

function isOpen(status: RunStatus): boolean {
  return openStatuses.includes(status);
}

export function listPlace(startTimeMs: number, marks: RunMarks, sequence: number): ListPlace {
  return { open: isOpen(marks.status), timeMs: marks.closeTimeMs ?? startTimeMs, sequence };
}

export function compareListed(a: ListPlace, b: ListPlace): number {
  return Number(b.open) - Number(a.open) || b.timeMs - a.timeMs || b.sequence - a.sequence;
}

export function listCursor({ open, timeMs, sequence }: ListPlace): string {
  return `${open ? 'open' : 'closed'}.${timeMs}.${sequence}`;
}

export function readListCursor(cursor: string): ListPlace {
  const [, state, timeMs, sequence] = /^(open|closed)\.(\d+)\.(\d+)$/.exec(cursor) ?? fail(cursor);
  return { open: state === 'open', timeMs: Number(timeMs), sequence: Number(sequence) };
}

export function readyCursor({ readyAtMs, sequence }: ReadyPlace): string {
  return `${readyAtMs}.${sequence}`;
}

export function readReadyCursor(cursor: string): ReadyPlace {
  const [, readyAtMs, sequence] = /^(\d+)\.(\d+)$/.exec(cursor) ?? fail(cursor);
  return { readyAtMs: Number(readyAtMs), sequence: Number(sequence) };
}

function fail(cursor: string): never {
  throw new UnknownCursor(
    `"${cursor.slice(0, 100)}" is not the end of a page of this list: begin again at the first page`,
  );
}
