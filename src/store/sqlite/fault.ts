// SQLite's error numbers, said to the one who can do something about them.

import { StoreUnusable } from '../store.ts';

export interface DiskFault {
  readonly unusable: StoreUnusable;
  /** What is on the disk is no longer known, or known to be damaged: nothing more may be written through this connection. */
  readonly lasting: boolean;
}

interface Cause {
  readonly lasting: boolean;
  readonly what: (path: string) => string;
}

/** By primary result code (https://sqlite.org/rescode.html). */
const causes: Readonly<Record<number, Cause>> = {
  5: {
    lasting: false,
    what: (path) =>
      `${path} is locked by another program: end its transaction (an open sqlite3 shell or a copy in progress)`,
  },
  8: {
    lasting: true,
    what: (path) => `${path} cannot be written: give this user the right to write it and its folder`,
  },
  10: {
    lasting: true,
    what: (path) =>
      `the disk failed under ${path}: check the disk, its free space and quotas, then open the database again`,
  },
  11: {
    lasting: true,
    what: (path) => `${path} is damaged: restore a copy, or save what is left with: sqlite3 ${path} .recover`,
  },
  13: { lasting: false, what: (path) => `no space is left for ${path}: free some, then try again` },
  14: {
    lasting: true,
    what: (path) => `${path} cannot be opened: check that its folder exists and that this user may write in it`,
  },
  26: {
    lasting: true,
    what: (path) => `${path} is not a database: give the path of another file, or move this one away`,
  },
};

/** Undefined for an error that is not the disk's. */
export function diskFault(error: unknown, path: string): DiskFault | undefined {
  const resultCode = (error as { errcode?: unknown } | undefined)?.errcode;
  if (typeof resultCode !== 'number') return undefined;
  const cause = causes[resultCode & 0xff];
  if (!cause) return undefined;
  const message = `${cause.what(path)} (SQLite: ${(error as Error).message})`;
  return { lasting: cause.lasting, unusable: new StoreUnusable(message, { cause: error }) };
}

/** Runs work on a file and says a fault of the disk in words. */
export function namingFaults<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw diskFault(error, path)?.unusable ?? error;
  }
}
