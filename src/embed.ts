// The composition root: a store, an engine, its service, a client and workers, in the user's own process. Only this file names
// a store driver.

import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { WorkflowService } from './api/workflow-service.ts';
import { type Clock, steadyClock, systemClock } from './base/clock.ts';
import { createEngine, openEngine } from './engine/open.ts';
import { Client } from './sdk/client/index.ts';
import type { DataConverter } from './sdk/common/data-converter.ts';
import { IllegalStateError } from './sdk/common/errors.ts';
import type { Logger } from './sdk/common/logger.ts';
import { defaultLogger } from './sdk/common/logger.ts';
import type { Worker, WorkerOptions } from './sdk/worker/index.ts';
import { serve } from './server/service.ts';
import { openMemoryStore } from './store/memory.ts';
import type { Store } from './store/store.ts';

export type { WorkflowService } from './api/workflow-service.ts';
export { StoreUnusable } from './store/store.ts';

export interface OpenOptions {
  /** The SQLite file that keeps everything; it is created where there is none. Left out, nothing outlives the process. */
  readonly database?: string | undefined;
  /** Who starts, signals and works, as histories show it. Default `pid@host`. */
  readonly identity?: string | undefined;
  /** For the client and every worker. Default: JSON. */
  readonly dataConverter?: DataConverter | undefined;
  /** Where the engine and its workers log. Default: warnings and errors to the standard error stream. */
  readonly logger?: Logger | undefined;
  /** From how many events on workflows are told to continue as new. Default 4096. */
  readonly suggestContinueAsNewEvents?: number | undefined;
  /** The same for bytes of history. Default 4 MiB. */
  readonly suggestContinueAsNewBytes?: number | undefined;
  /** Activity retry delays lose a random part of up to this share of themselves, 0 to 1. Default 0: none. */
  readonly retryJitter?: number | undefined;
}

/** What a worker of an open app is given: `taskQueue`, `workflows`, `activities`, and whatever else `Worker.create` takes. */
export interface AppWorkerOptions extends Omit<WorkerOptions, 'service' | 'connection' | 'workflowsPath'> {
  /** The file with the workflow functions, as a path or a file URL; or give `workflowBundle`. */
  readonly workflows?: string | URL | undefined;
}

/** An engine in this process, with a client for it. Close it, or declare it with `await using`. */
export interface App extends AsyncDisposable {
  readonly client: Client;
  readonly service: WorkflowService;
  /** Starts a worker, which runs until it is shut down or the app is closed. Rejects when its workflow code cannot be bundled. */
  worker(options: AppWorkerOptions): Promise<Worker>;
  /** Shuts the workers down, then saves what was begun and lets go of the file. */
  close(): Promise<void>;
}

/**
 * Opens an engine on a SQLite file. What was under way when the process before died goes on: attempts that it ran end as timed
 * out and are retried as their policies say.
 *
 * Throws StoreUnusable, whose message names the remedy, when another process has the file open, when a newer version of perdure
 * wrote it, or when it is not a database of ours.
 */
export async function open(options: OpenOptions = {}): Promise<App> {
  checkOptions(options);
  // An app without a worker is rare: its code is read while the database is opened. Whether that works is seen when it is needed.
  import('./sdk/worker/index.ts').catch(() => {});
  return openApp(await openStore(options.database), systemClock, options, steadyClock());
}

async function openStore(database: string | undefined): Promise<Store> {
  if (database === undefined) return openMemoryStore();
  const { openSqliteStore } = await import('./store/sqlite/sqlite.ts');
  return openSqliteStore(database);
}

/** For tests and simulations, which bring a store and a clock of their own. */
export async function openApp(store: Store, clock: Clock, options: OpenOptions = {}, timeline = clock): Promise<App> {
  const { identity, dataConverter, logger = defaultLogger } = options;
  const engine = await openEngine({
    store,
    clock,
    timeline,
    newId: randomUUID,
    random: Math.random,
    log: (level, message) => logger[level](message),
    settings: settingsOf(options),
  });
  const service = serve(engine.engine);
  const client = new Client({ service, identity, dataConverter });
  const workers = new Map<Worker, Promise<void>>();
  let closing: Promise<void> | undefined;
  const worker = async ({ workflows, ...rest }: AppWorkerOptions) => {
    if (closing) throw closedForWorkers();
    const { Worker } = await import('./sdk/worker/index.ts');
    const workflowsPath = workflows === undefined ? undefined : pathOf(workflows);
    const created = await Worker.create({ identity, dataConverter, logger, ...rest, service, workflowsPath });
    const running = created.run();
    running.catch((error: unknown) => logger.error(`a worker of task queue ${rest.taskQueue} stopped`, { error }));
    workers.set(created, running);
    if (!closing) return created;
    // Closed while the workflows were bundled, when there was no worker to shut down yet.
    created.shutdown();
    await running;
    throw closedForWorkers();
  };
  const close = () => {
    closing ??= closeAll(workers, engine.close);
    return closing;
  };
  return { client, service, worker, close, [Symbol.asyncDispose]: close };
}

function closedForWorkers(): IllegalStateError {
  return new IllegalStateError('the app is closed and takes no further worker: open the database again');
}

/** Reads a database, also one that another process has open; changes nothing. */
export interface Reader extends AsyncDisposable {
  readonly client: Client;
  close(): Promise<void>;
}

/**
 * Opens a SQLite file to look at it: list, describe, fetch histories. What would change something is refused. A long-lived
 * reader sees runs as they were when it first read them: open a new one to look again.
 *
 * Throws StoreUnusable when there is no such file, or when it is not a database of ours.
 */
export async function openReader(database: string): Promise<Reader> {
  const { openSqliteReader } = await import('./store/sqlite/sqlite.ts');
  const store = await openSqliteReader(database);
  const log = () => {};
  const engine = createEngine({ store, clock: systemClock, newId: randomUUID, random: Math.random, log });
  const close = () => store.close();
  return { client: new Client({ service: serve(engine) }), close, [Symbol.asyncDispose]: close };
}

async function closeAll(workers: ReadonlyMap<Worker, Promise<void>>, closeEngine: () => Promise<void>): Promise<void> {
  for (const worker of workers.keys()) if (worker.getState() === 'RUNNING') worker.shutdown();
  await Promise.allSettled(workers.values());
  await closeEngine();
}

function pathOf(workflows: string | URL): string {
  if (typeof workflows === 'string') return workflows;
  if (workflows.protocol !== 'file:')
    throw new TypeError(`workflows is ${workflows.href}: give a file, as a path or a file URL`);
  return fileURLToPath(workflows);
}

function settingsOf({ suggestContinueAsNewEvents, suggestContinueAsNewBytes, retryJitter }: OpenOptions) {
  return {
    ...(suggestContinueAsNewEvents === undefined ? {} : { suggestContinueAsNewEvents }),
    ...(suggestContinueAsNewBytes === undefined ? {} : { suggestContinueAsNewBytes }),
    ...(retryJitter === undefined ? {} : { retryJitter }),
  };
}

function checkOptions({ database, retryJitter = 0 }: OpenOptions): void {
  if (database !== undefined && (typeof database !== 'string' || database === '')) {
    throw new TypeError('database must be the path of a file: leave it out to keep everything in memory');
  }
  if (database === ':memory:')
    throw new TypeError(
      "database is ':memory:', which would be a file of that name: leave it out to keep everything in memory",
    );
  if (!(retryJitter >= 0 && retryJitter <= 1))
    throw new TypeError(`retryJitter is ${retryJitter}: it must be from 0 to 1`);
}
