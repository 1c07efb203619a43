// The store on a SQLite file, as the main thread sees it: requests go to the storage thread (thread.ts) and come back answered,
// in order. Nothing here waits for the disk, and nothing is answered before it is on the disk.

import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type Store, StoreUnusable } from '../store.ts';
import type { ReadName } from './reads.ts';
import type { ThreadTask } from './thread.ts';
import {
  emptyOutbox,
  type Greeting,
  type Outbox,
  type Outcome,
  packClose,
  packCommit,
  packRead,
  type Reply,
  receiveError,
  seal,
} from './wire.ts';

/**
 * Opens a database file for this process alone, and makes it where there is none. The folder must exist. Every commit is synced
 * to the disk. Throws StoreUnusable where the file is in use by another process, damaged, another program's or a newer version's.
 */
export function openSqliteStore(path: string): Promise<Store> {
  return openStore({ path, role: 'owner' });
}

/**
 * Opens a database file for reading, also while another process owns and writes it: each question sees one durable state, and
 * `commit` is refused. Throws StoreUnusable where there is no such file or it has another version of the schema.
 */
export function openSqliteReader(path: string): Promise<Store> {
  return openStore({ path, role: 'reader' });
}

async function openStore({ path, role }: ThreadTask): Promise<Store> {
  const thread = new StorageThread({ path: realPath(path), role });
  await thread.opened;
  const read =
    <Name extends ReadName>(name: Name) =>
    (...args: Parameters<Store[Name]>): ReturnType<Store[Name]> =>
      thread.ask((outbox) => packRead(outbox, name, args)) as ReturnType<Store[Name]>;
  return {
    commit: (commit) => thread.ask((outbox) => packCommit(outbox, commit)) as Promise<void>,
    loadRun: read('loadRun'),
    currentRun: read('currentRun'),
    readHistory: read('readHistory'),
    lastHistory: read('lastHistory'),
    dueRuns: read('dueRuns'),
    nextDueMs: read('nextDueMs'),
    readyRuns: read('readyRuns'),
    runsAttendedByOthers: read('runsAttendedByOthers'),
    listRuns: read('listRuns'),
    countRuns: read('countRuns'),
    close: () => thread.close(),
  };
}

/** Two names of one file are one file with one owner: links are followed before the names of its lock files are made. */
function realPath(path: string): string {
  const absolute = resolve(path);
  try {
    return realpathSync(absolute);
  } catch {
    // The file may not exist yet. Where its folder does not either, opening says so.
  }
  try {
    return join(realpathSync(dirname(absolute)), basename(absolute));
  } catch {
    return absolute;
  }
}

/** The published package is JavaScript, which this file's own name tells: the text of a URL is rewritten by no compiler. */
const threadProgram = new URL(import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js', import.meta.url);

/** What the thread makes is garbage at once: room for more of it would only be memory that nobody uses. */
const YOUNG_GENERATION = { maxYoungGenerationSizeMb: 6 };

type Waiting = ReturnType<typeof Promise.withResolvers<unknown>>;

/** Owns the thread, and with it the file. */
class StorageThread {
  readonly opened: Promise<void>;
  readonly #path: string;
  readonly #worker: Worker;
  readonly #exited: Promise<void>;
  /** Asked and not yet answered, in order: the thread answers in the same. */
  readonly #waiting: Waiting[] = [];
  #outbox: Outbox = emptyOutbox();
  #willSend = false;
  #unanswered = 0;
  #closing: Promise<void> | undefined;
  /** Why nothing more can be asked. */
  #ended: StoreUnusable | undefined;
  #failure: unknown;

  constructor(task: ThreadTask) {
    this.#path = task.path;
    // Flags of this process, such as --input-type, are not meant for a program in a file.
    const options = { name: 'perdure-store', workerData: task, execArgv: [], resourceLimits: YOUNG_GENERATION };
    this.#worker = new Worker(threadProgram, options);
    this.opened = new Promise((opened, failed) => {
      this.#worker.once('message', (greeting: Greeting) => {
        if ('error' in greeting) return failed(receiveError(greeting.error));
        this.#worker.on('message', (reply: Reply) => this.#receive(reply));
        this.#worker.unref();
        opened();
      });
      this.#worker.once('error', failed);
    });
    this.#worker.on('error', (error) => {
      this.#failure = error;
    });
    this.#exited = new Promise((exited) => {
      this.#worker.once('exit', () => {
        this.#end();
        exited();
      });
    });
  }

  async ask(pack: (outbox: Outbox) => void): Promise<unknown> {
    if (this.#ended) throw this.#ended;
    pack(this.#outbox);
    const waiting = Promise.withResolvers<unknown>();
    // Somebody waits for the disk: the process must not end meanwhile. An idle store does not keep it alive.
    if (this.#waiting.length === 0) this.#worker.ref();
    this.#waiting.push(waiting);
    this.#sendSoon();
    return waiting.promise;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    if (!this.#ended) {
      const closed = this.ask(packClose);
      this.#ended = new StoreUnusable(`${this.#path} is closed: open it again`);
      await closed;
      this.#worker.ref();
    }
    await this.#exited;
  }

  /**
   * One message for all that is asked in one go. While the thread is idle that is at the end of the running callback and its
   * promises; while it is busy a message would only lie there, so the whole turn of the event loop is waited for.
   */
  #sendSoon(): void {
    if (this.#willSend) return;
    this.#willSend = true;
    if (this.#unanswered === 0) process.nextTick(() => this.#send());
    else setImmediate(() => this.#send());
  }

  #send(): void {
    const parcel = seal(this.#outbox);
    this.#outbox = emptyOutbox();
    this.#willSend = false;
    this.#unanswered = this.#waiting.length;
    this.#worker.postMessage(parcel, [parcel.bytes.buffer as ArrayBuffer]);
  }

  #receive(reply: Reply): void {
    const count = typeof reply === 'number' ? reply : reply.length;
    const answered = this.#waiting.splice(0, count);
    this.#unanswered -= count;
    if (this.#waiting.length === 0) this.#worker.unref();
    answered.forEach((waiting, at) => {
      const outcome: Outcome | undefined = typeof reply === 'number' ? { value: undefined } : reply[at];
      if (outcome && 'error' in outcome) waiting.reject(receiveError(outcome.error));
      else waiting.resolve(outcome?.value);
    });
  }

  /** After a regular close nobody waits any more. Otherwise the thread died, and what it was asked has no answer. */
  #end(): void {
    const failure = this.#failure instanceof Error ? `: ${this.#failure.message}` : '';
    this.#ended ??= new StoreUnusable(
      `the storage thread of ${this.#path} ended${failure}; what it had not yet confirmed may or may not be stored: open it again`,
    );
    for (const waiting of this.#waiting.splice(0)) waiting.reject(this.#ended);
  }
}
