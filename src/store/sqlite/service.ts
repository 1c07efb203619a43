// What the storage thread does with the requests that wait: a batch at a time, answered in the order in which they were made.

import { StoreUnusable } from '../store.ts';
import { type CommitResult, type Writer, writerOf } from './batch.ts';
import type { OpenDatabase } from './database.ts';
import { diskFault } from './fault.ts';
import { type Reads, readsOf } from './reads.ts';
import { tablesOf } from './tables.ts';
import { type Outcome, type Reply, type Request, sendError } from './wire.ts';

export interface Service {
  /** Takes requests from the front of the queue, as many as go together, and carries them out. */
  answer(waiting: Request[]): Reply;
  readonly closed: boolean;
}

/** More would lengthen everybody's wait and save nothing: one sync for 256 commits is no cost to any of them. */
const commitsPerSync = 256;

export function ownerService(database: OpenDatabase, path: string): Service {
  const { db } = database;
  return new DatabaseService(database, path, readsOf(tablesOf(db)), writerOf(db, path));
}

export function readerService(database: OpenDatabase, path: string): Service {
  const { db } = database;
  const reads = readsOf(tablesOf(db));
  // The owner may commit between two statements: one question sees one state.
  const inOneState = Object.fromEntries(
    Object.entries(reads).map(([name, read]) => [
      name,
      (...args: never[]) => {
        db.exec('begin');
        try {
          return (read as (...args: never[]) => unknown)(...args);
        } finally {
          db.exec('commit');
        }
      },
    ]),
  ) as unknown as Reads;
  const refusal = new StoreUnusable(`${path} was opened for reading: write through the process that owns it`);
  return new DatabaseService(database, path, inOneState, { write: (commits) => commits.map(() => refusal) });
}

class DatabaseService implements Service {
  closed = false;
  readonly #database: OpenDatabase;
  readonly #path: string;
  readonly #reads: Reads;
  readonly #writer: Writer;
  /** Once set, it is the answer to everything. */
  #fault: StoreUnusable | undefined;

  constructor(database: OpenDatabase, path: string, reads: Reads, writer: Writer) {
    this.#database = database;
    this.#path = path;
    this.#reads = reads;
    this.#writer = writer;
  }

  answer(waiting: Request[]): Reply {
    const batch = waiting.splice(0, batchSize(waiting));
    const results = this.#write(batch);
    if (results.length === batch.length && !results.some(Boolean)) return batch.length;
    let at = 0;
    return batch.map((request) => {
      if (request.kind === 'read') return this.#read(request);
      if (request.kind === 'close') return this.#close();
      const error = results[at++];
      return error ? { error: sendError(error) } : { value: undefined };
    });
  }

  #write(requests: readonly Request[]): readonly CommitResult[] {
    const commits = requests.flatMap((request) => (request.kind === 'commit' ? [request.commit] : []));
    try {
      if (!this.#fault) return this.#writer.write(commits);
    } catch (error) {
      const message = `${this.#path}: ${String(error)}`;
      this.#fault = error instanceof StoreUnusable ? error : new StoreUnusable(message, { cause: error });
    }
    return commits.map(() => this.#fault);
  }

  #read({ name, args }: Extract<Request, { kind: 'read' }>): Outcome {
    if (this.#fault) return { error: sendError(this.#fault) };
    try {
      return { value: (this.#reads[name] as (...args: readonly unknown[]) => unknown)(...args) };
    } catch (error) {
      const found = diskFault(error, this.#path);
      if (found?.lasting) this.#fault = found.unusable;
      return { error: sendError(found?.unusable ?? error) };
    }
  }

  #close(): Outcome {
    this.closed = true;
    try {
      this.#database.close();
      return { value: undefined };
    } catch (error) {
      return { error: sendError(diskFault(error, this.#path)?.unusable ?? error) };
    }
  }
}

/**
 * How many requests from the front are carried out together: the commits of one transaction, and the reads among and behind
 * them, which see all of it. Reads at the front do not wait for a sync that they have no part in.
 */
function batchSize(waiting: readonly Request[]): number {
  const front = waiting[0]?.kind;
  if (front === 'close') return 1;
  let commits = 0;
  const end = waiting.findIndex(({ kind }) => {
    if (kind === 'commit') commits++;
    return kind === 'close' || commits > (front === 'read' ? 0 : commitsPerSync);
  });
  return end === -1 ? waiting.length : end;
}
