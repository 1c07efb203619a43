// Group commit: the commits that wait together become one transaction and share its disk sync. One that cannot be applied takes
// none of the others with it: a stale one is found before it writes, and should another fail half-way, for which no reason is
// known, each is applied again in a transaction of its own.

import type { DatabaseSync } from 'node:sqlite';
import { type Commit, StaleRun, StoreBusy } from '../store.ts';
import { diskFault } from './fault.ts';
import { recentRuns } from './found-run.ts';
import { tablesOf } from './tables.ts';
import { type WriteTables, writeCommit } from './writes.ts';

/** How a commit ended: undefined when it is durable, else why nothing of it was written. */
export type CommitResult = Error | undefined;

export interface Writer {
  /**
   * Returns when all of it is on the disk. Throws StoreUnusable when the disk failed in a way that leaves unknown what it holds:
   * then nothing more may be written.
   */
  write(commits: readonly Commit[]): readonly CommitResult[];
}

export function writerOf(db: DatabaseSync, path: string): Writer {
  const tables: WriteTables = { ...tablesOf(db), recent: recentRuns() };
  const write: Writer['write'] = (commits) => {
    try {
      return writeTogether(tables, commits);
    } catch (error) {
      undo(db, tables);
      const fault = diskFault(error, path);
      if (fault?.lasting) throw fault.unusable;
      if (fault) return commits.map(() => new StoreBusy(fault.unusable.message, { cause: error }));
      if (commits.length === 1) return [error as Error];
      return commits.flatMap((commit) => write([commit]));
    }
  };
  return { write };
}

function writeTogether(tables: WriteTables, commits: readonly Commit[]): readonly CommitResult[] {
  tables.statements.run('begin immediate');
  const results = commits.map((commit) => writeUnlessStale(tables, commit));
  tables.statements.run('commit');
  return results;
}

function writeUnlessStale(tables: WriteTables, commit: Commit): CommitResult {
  try {
    writeCommit(tables, commit);
    return undefined;
  } catch (error) {
    if (error instanceof StaleRun) return error;
    throw error;
  }
}

function undo(db: DatabaseSync, { names, recent }: WriteTables): void {
  names.forget();
  recent.forget();
  if (!db.isTransaction) return;
  try {
    db.exec('rollback');
  } catch {
    // The fault that led here is reported, and a transaction that does not end is never committed.
  }
}
