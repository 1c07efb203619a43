// The runs in memory, and the one way to change them: a job for a workflow id waits for its turn, sees the run, decides, and is
// answered when what it saw and did is durable. Jobs that wait for one workflow id together share a transaction.

import { decodeEvent } from '../api/event.ts';
import type { RunKey } from '../api/run-key.ts';
import { ServiceError } from '../api/service-error.ts';
import { assert } from '../base/assert.ts';
import type { Moment } from '../machine/fact.ts';
import { runFrom } from '../machine/row.ts';
import { beginSuccessor } from '../machine/start.ts';
import { StaleRun, type Store, StoreUnusable } from '../store/store.ts';
import { readEvent } from './history.ts';
import type { LoadedRun } from './loaded-run.ts';
import { type StartedAttributes, Transaction } from './transaction.ts';

/** Which run a job is about: one by its id, or with an empty id the current one of the workflow id. */
export type RunRef = RunKey;

type Work<T> = (transaction: Transaction, loaded: LoadedRun | undefined) => T;

interface Job {
  readonly runId: string;
  /** The job is to begin a run, most likely of an id that was never used: whether it was is left to the commit to find out. */
  readonly begins: boolean;
  readonly work: Work<unknown>;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

/** A workflow id in memory. */
interface Lineage {
  readonly namespace: string;
  readonly workflowId: string;
  readonly runs: Map<string, LoadedRun>;
  /** undefined: not asked for yet; null: there is none. */
  currentRunId: string | null | undefined;
  readonly jobs: Job[];
  working: boolean;
}

export interface RunsOptions {
  readonly store: Store;
  readonly moment: () => Moment;
  /** How many workflow ids are kept in memory beside those with work to do. */
  readonly maxCached: number;
  /** Hands out what became ready, before the commit: starts that go into it. */
  readonly handOut: (transaction: Transaction) => void;
  /** Told after each commit. */
  readonly committed: (transaction: Transaction) => void;
}

export class Runs {
  readonly #options: RunsOptions;
  /** Least recently used first. */
  readonly #lineages = new Map<string, Lineage>();
  #closed = false;

  constructor(options: RunsOptions) {
    this.#options = options;
  }

  /**
   * Has `work` see and change a run. Resolves with what it returned, or rejects with what it threw, once everything that it
   * depended on is durable. `work` may be called again in a later transaction, when one that it shared with others came to
   * nothing: what it does beside the transaction goes into `afterwards`, or is taken back by `undo`.
   */
  hold<T>(ref: RunRef, work: Work<T>): Promise<T> {
    return this.#queue(ref, work, false);
  }

  /**
   * The same for a job that begins a run of a workflow id. An id that is not in memory is taken to be new without asking the store;
   * if it is not, the commit says so, and the job is called again with the run that there is.
   */
  begin<T>({ namespace, workflowId }: Omit<RunRef, 'runId'>, work: Work<T>): Promise<T> {
    return this.#queue({ namespace, workflowId, runId: '' }, work, true);
  }

  /** Takes no further jobs: who comes now is told so at once, and need not find out by asking the store again and again. */
  close(): void {
    this.#closed = true;
  }

  #queue<T>({ namespace, workflowId, runId }: RunRef, work: Work<T>, begins: boolean): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#closed) {
        reject(
          new ServiceError(
            'CANCELLED',
            `the engine was closed before the call about '${workflowId}': open the database again`,
          ),
        );
        return;
      }
      const lineage = this.#lineage(namespace, workflowId);
      lineage.jobs.push({ runId, begins, work, resolve, reject });
      if (!lineage.working) void this.#workOff(lineage);
    });
  }

  get cached(): number {
    return this.#lineages.size;
  }

  #lineage(namespace: string, workflowId: string): Lineage {
    const key = `${namespace}\n${workflowId}`;
    let lineage = this.#lineages.get(key);
    if (lineage) {
      this.#lineages.delete(key);
    } else {
      lineage = { namespace, workflowId, runs: new Map(), currentRunId: undefined, jobs: [], working: false };
      this.#evict();
    }
    this.#lineages.set(key, lineage);
    return lineage;
  }

  #evict(): void {
    if (this.#lineages.size < this.#options.maxCached) return;
    for (const [key, lineage] of this.#lineages) {
      if (lineage.working) continue;
      this.#lineages.delete(key);
      if (this.#lineages.size < this.#options.maxCached) return;
    }
  }

  async #workOff(lineage: Lineage): Promise<void> {
    lineage.working = true;
    try {
      while (lineage.jobs.length > 0) await this.#transact(lineage, lineage.jobs.splice(0));
    } finally {
      lineage.working = false;
    }
  }

  async #transact(lineage: Lineage, jobs: readonly Job[]): Promise<void> {
    const transaction = new Transaction(this.#options.moment());
    let answers: readonly (() => void)[];
    try {
      answers = await this.#decide(lineage, transaction, jobs);
    } catch (error) {
      this.#drop(lineage, transaction);
      // Whose fault it was shows when each has a transaction of its own: the others go on.
      for (const job of jobs) {
        if (jobs.length > 1) await this.#transact(lineage, [job]);
        else job.reject(outage(error) ?? error);
      }
      return;
    }
    try {
      if (!transaction.isEmpty) await this.#options.store.commit(transaction.takeCommit());
    } catch (error) {
      this.#drop(lineage, transaction);
      if (transaction.assumedNew && error instanceof StaleRun) return this.#transactAsKnown(lineage, jobs);
      for (const { reject } of jobs) reject(outage(error) ?? unsaved(error));
      return;
    }
    for (const answer of answers) answer();
    for (const call of transaction.afterwards) call();
    this.#options.committed(transaction);
    this.#forgetClosed(lineage);
  }

  /** The workflow id was taken to be new and is not: once more, with what the store has. */
  async #transactAsKnown(lineage: Lineage, jobs: readonly Job[]): Promise<void> {
    const known = jobs.map((job) => ({ ...job, begins: false }));
    return this.#transact(lineage, known);
  }

  async #decide(lineage: Lineage, transaction: Transaction, jobs: readonly Job[]): Promise<readonly (() => void)[]> {
    const answers: (() => void)[] = [];
    for (const job of jobs) answers.push(await this.#runJob(lineage, transaction, job));
    this.#options.handOut(transaction);
    return answers;
  }

  async #runJob(
    lineage: Lineage,
    transaction: Transaction,
    { runId, begins, work, resolve, reject }: Job,
  ): Promise<() => void> {
    const assumedNew = begins && lineage.currentRunId === undefined;
    if (assumedNew) transaction.assumedNew = true;
    const loaded = assumedNew ? undefined : (this.#inMemory(lineage, runId) ?? (await this.#load(lineage, runId)));
    let answer: () => void;
    try {
      const value = work(transaction, loaded) as never;
      answer = () => resolve(value);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      answer = () => reject(error);
    }
    await this.#succeed(lineage, transaction);
    for (const begun of transaction.begun.splice(0)) this.#take(lineage, begun);
    return answer;
  }

  #take(lineage: Lineage, begun: LoadedRun): void {
    lineage.runs.set(begun.run.key.runId, begun);
    lineage.currentRunId = begun.run.key.runId;
  }

  /** Begins the runs that take over from those that closed: in the same transaction. */
  async #succeed(lineage: Lineage, transaction: Transaction): Promise<void> {
    for (const { loaded, successor } of transaction.successions.splice(0)) {
      const { key } = loaded.run;
      const beginning = beginSuccessor(loaded.run, await this.#startedAttributes(loaded), successor);
      this.#take(lineage, transaction.begin(key, beginning, key.runId));
    }
  }

  async #startedAttributes({ run, tail }: LoadedRun): Promise<StartedAttributes> {
    const inMemory = tail?.firstEventId === 1 ? tail.events[0] : undefined;
    const first = inMemory ? decodeEvent(inMemory) : await readEvent(this.#options.store, run.key, 1);
    assert(
      first?.type === 'WorkflowExecutionStarted',
      `the history of ${run.key.workflowId} does not begin with its start`,
    );
    return first.attributes;
  }

  #inMemory(lineage: Lineage, runId: string): LoadedRun | undefined {
    const id = runId || lineage.currentRunId;
    return id ? lineage.runs.get(id) : undefined;
  }

  async #load(lineage: Lineage, runId: string): Promise<LoadedRun | undefined> {
    const { namespace, workflowId } = lineage;
    const { store } = this.#options;
    if (lineage.currentRunId === undefined)
      lineage.currentRunId = (await store.currentRun(namespace, workflowId)) ?? null;
    const id = runId || lineage.currentRunId;
    if (!id) return undefined;
    const known = lineage.runs.get(id);
    if (known) return known;
    const key = { namespace, workflowId, runId: id };
    const stored = await store.loadRun(key);
    if (!stored) return undefined;
    const started = await readEvent(store, key, 1);
    const loaded: LoadedRun = {
      run: runFrom(key, started, stored.row, stored.parts),
      version: stored.version,
      tail: undefined,
    };
    lineage.runs.set(id, loaded);
    return loaded;
  }

  /** Nothing of the transaction happened: what was in memory is dropped, and read again by whoever asks next. */
  #drop(lineage: Lineage, transaction: Transaction): void {
    lineage.runs.clear();
    lineage.currentRunId = undefined;
    for (const undo of transaction.undo) undo();
  }

  /** A closed run that is not the current one is asked for rarely. */
  #forgetClosed(lineage: Lineage): void {
    if (lineage.runs.size < 2) return;
    for (const [runId, { run }] of lineage.runs) {
      if (runId !== lineage.currentRunId && run.status !== 'RUNNING') lineage.runs.delete(runId);
    }
  }
}

/** A database that cannot be used any more stays so: asking again would only hide what its message says. */
function outage(error: unknown): ServiceError | undefined {
  return error instanceof StoreUnusable ? new ServiceError('FAILED_PRECONDITION', error.message) : undefined;
}

/** Somebody else changed the run, or the disk is full or locked just now: the caller may try again. */
function unsaved(error: unknown): ServiceError {
  const message = error instanceof Error ? error.message : String(error);
  return new ServiceError('UNAVAILABLE', `the change could not be saved: ${message}`);
}
