// What the engine asks of a database. It keeps and finds; it never decides: a rule that needs an `if` belongs in machine/.
// Every implementation passes the one suite beside this file.

import type { RunKey, RunStatus } from '../api/run-key.ts';

export type { RunKey, RunStatus } from '../api/run-key.ts';

/** What is said of a run once, when it is created, and can be searched for. */
export interface RunBirth {
  readonly workflowType: string;
  readonly taskQueue: string;
  readonly startTimeMs: number;
  /** When its first workflow task may start: later than its start where there is a delay or a back-off. */
  readonly executionTimeMs: number;
  /** A protobuf Memo, shown in lists. */
  readonly memo?: Uint8Array | undefined;
}

/** What changes with a run's transitions and can be searched for. */
export interface RunMarks {
  readonly status: RunStatus;
  readonly closeTimeMs?: number | undefined;
  readonly historyLength: number;
  readonly historySizeBytes: number;
  /** When time alone next changes this run: the earliest of its timers and timeouts. */
  readonly dueAtMs?: number | undefined;
  /** Since when its oldest task waits in a task queue without having been started. */
  readonly readyAtMs?: number | undefined;
  /** The process whose embedded worker runs a task of it: should that process die, the task ends when the file is opened again. */
  readonly attendedBy?: string | undefined;
}

/** A piece of a run that is not yet, or never, in its history: a pending activity, a timer, a buffered event, a request id. */
export interface Part {
  readonly kind: string;
  readonly id: string;
  /** In the engine's own format, which the store does not read. */
  readonly body: Uint8Array | string;
}

/** Consecutive events in the protocol's own bytes: a `History` message with `count` events. */
export interface HistoryChunk {
  readonly firstEventId: number;
  readonly count: number;
  readonly bytes: Uint8Array;
}

export interface RunWrite {
  readonly key: RunKey;
  /** The version that the change was decided on; 0 creates the run. The write leaves `readAtVersion + 1`. */
  readonly readAtVersion: number;
  /** Present exactly when the run is created. */
  readonly birth?: RunBirth | undefined;
  readonly marks: RunMarks;
  /** Ids, counters and marks in the engine's own format (versioned by the engine). */
  readonly row: string;
  /** Follows on the events that are stored: no gap, no overlap, and `marks.historyLength` is the last event's id. */
  readonly events?: HistoryChunk | undefined;
  /** Written after `dropParts`. */
  readonly putParts: readonly Part[];
  readonly dropParts: readonly Pick<Part, 'kind' | 'id'>[];
}

/** The current run of a workflow id moves from one run to another; `undefined` says that there is none yet. */
export interface CurrentRunMove {
  readonly namespace: string;
  readonly workflowId: string;
  readonly from: string | undefined;
  readonly to: string;
}

/** One or more runs and pointers that change together or not at all. */
export interface Commit {
  readonly runs: readonly RunWrite[];
  readonly currentRuns: readonly CurrentRunMove[];
}

export interface StoredRun {
  readonly key: RunKey;
  readonly version: number;
  readonly row: string;
  /** In the order in which they were first put. */
  readonly parts: readonly Part[];
}

/** A run as lists show it. */
export interface RunSummary extends RunBirth, RunMarks {
  readonly key: RunKey;
}

/** One claim of a list filter; a filter is all of its claims. `startedBefore` and the like come with the full language. */
export interface RunClaim {
  readonly field: 'ExecutionStatus' | 'WorkflowType' | 'WorkflowId';
  readonly equals: string;
}

export interface RunQuery {
  readonly namespace: string;
  readonly claims: readonly RunClaim[];
  readonly pageSize: number;
  /** What the page before gave as `next`. */
  readonly after?: string | undefined;
}

export interface RunPage {
  readonly runs: readonly RunSummary[];
  readonly next?: string | undefined;
}

/** A version or current-run pointer was not what the commit expected: somebody else changed the run. Nothing was written. */
export class StaleRun extends Error {
  override readonly name = 'StaleRun';
}

/** The database cannot be used as it is; the message names the file and the remedy. */
export class StoreUnusable extends Error {
  override readonly name = 'StoreUnusable';
}

/** The database cannot be written just now, e.g. because the disk is full; the message names the remedy. Nothing was written. */
export class StoreBusy extends Error {
  override readonly name = 'StoreBusy';
}

/** A page was asked for with a cursor that no page of this store gave. */
export class UnknownCursor extends Error {
  override readonly name = 'UnknownCursor';
}

/**
 * Any call rejects with StoreUnusable once the database cannot be used, and after `close`; the methods below name only
 * what they throw besides.
 */
export interface Store {
  /**
   * All of it, durably, or none: resolved means synced to disk. Commits are applied in the order in which they were handed
   * over; those that wait together share one disk sync, and one that throws StaleRun takes none of the others with it.
   * Throws StoreBusy when nothing can be written just now.
   */
  commit(commit: Commit): Promise<void>;
  loadRun(key: RunKey): Promise<StoredRun | undefined>;
  /** The run id of the newest run of a workflow id, open or closed. */
  currentRun(namespace: string, workflowId: string): Promise<string | undefined>;
  /** Chunks from the one that holds `fromEventId`, until they hold `maxEvents` events from there on, or to the end. */
  readHistory(key: RunKey, fromEventId: number, maxEvents: number): Promise<readonly HistoryChunk[]>;
  /** The last chunk of a run's history. */
  lastHistory(key: RunKey): Promise<HistoryChunk | undefined>;
  /** Runs of all namespaces that are due at or before `beforeMs`, earliest first, at most `limit`. */
  dueRuns(beforeMs: number, limit: number): Promise<readonly { readonly key: RunKey; readonly dueAtMs: number }[]>;
  /** When the next run is due, if any is. */
  nextDueMs(): Promise<number | undefined>;
  /**
   * Runs of all namespaces with a task that waits to be started, longest waiting first; `after` is the `next` of the page
   * before. Throws UnknownCursor.
   */
  readyRuns(
    limit: number,
    after?: string,
  ): Promise<{ readonly keys: readonly RunKey[]; readonly next?: string | undefined }>;
  /** Runs with a task that was started in a process other than `processId`. */
  runsAttendedByOthers(processId: string, limit: number): Promise<readonly RunKey[]>;
  /**
   * Open runs first (newest start first), then closed ones by close time, newest first. While runs change, paging misses
   * none; one that closes between two pages is seen twice. Throws UnknownCursor.
   */
  listRuns(query: RunQuery): Promise<RunPage>;
  countRuns(namespace: string, claims: readonly RunClaim[]): Promise<number>;
  /** Ends after what was handed over before it. */
  close(): Promise<void>;
}
