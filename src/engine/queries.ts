// Queries that wait for their answers. They are not durable and change nothing: a query rides with the next workflow task, or,
// when none is pending, goes to a worker alone as a query task. If the task that carries it fails it goes with the next.

import type { RunKey } from '../api/run-key.ts';
import type { WorkflowQuery, WorkflowQueryResult } from '../api/workflow-service.ts';

export interface WaitingQuery {
  readonly id: string;
  readonly key: RunKey;
  readonly query: WorkflowQuery;
  /** Of the run: named when nobody answers. */
  readonly taskQueue: string;
  /** waiting: for a workflow task to ride with; queued: as a query task; sent: with a worker. */
  state: 'waiting' | 'queued' | 'sent';
  readonly resolve: (result: WorkflowQueryResult) => void;
  readonly reject: (error: Error) => void;
}

export class Queries {
  readonly #byRun = new Map<string, Map<string, WaitingQuery>>();
  readonly #byId = new Map<string, WaitingQuery>();

  #closed: Error | undefined;

  add(query: WaitingQuery): void {
    if (this.#closed) return query.reject(this.#closed);
    this.#byId.set(query.id, query);
    let ofRun = this.#byRun.get(query.key.runId);
    if (!ofRun) {
      ofRun = new Map();
      this.#byRun.set(query.key.runId, ofRun);
    }
    ofRun.set(query.id, query);
  }

  find(id: string): WaitingQuery | undefined {
    return this.#byId.get(id);
  }

  /** Gives up a query, if it has not been answered by now. */
  reject(query: WaitingQuery, error: Error): void {
    if (this.#byId.get(query.id) !== query) return;
    this.remove(query);
    query.reject(error);
  }

  /** The engine closes: nobody will answer any more. */
  close(error: Error): void {
    this.#closed = error;
    for (const query of [...this.#byId.values()]) this.reject(query, error);
  }

  remove({ id, key }: WaitingQuery): void {
    this.#byId.delete(id);
    const ofRun = this.#byRun.get(key.runId);
    ofRun?.delete(id);
    if (ofRun?.size === 0) this.#byRun.delete(key.runId);
  }

  ofRun(runId: string): readonly WaitingQuery[] {
    return [...(this.#byRun.get(runId)?.values() ?? [])];
  }

  hasAny(runId: string): boolean {
    return this.#byRun.has(runId);
  }

  /** The queries that a workflow task which a worker takes now carries. */
  ride(runId: string): Readonly<Record<string, WorkflowQuery>> {
    const riding: Record<string, WorkflowQuery> = {};
    for (const query of this.ofRun(runId)) {
      if (query.state !== 'waiting') continue;
      query.state = 'sent';
      riding[query.id] = query.query;
    }
    return riding;
  }

  answer(results: Readonly<Record<string, WorkflowQueryResult>>): void {
    for (const [id, result] of Object.entries(results)) {
      const query = this.#byId.get(id);
      if (!query) continue;
      this.remove(query);
      query.resolve(result);
    }
  }

  /** The worker that had them will not answer: they wait again. */
  backToWaiting(runId: string): void {
    for (const query of this.ofRun(runId)) if (query.state === 'sent') query.state = 'waiting';
  }
}
