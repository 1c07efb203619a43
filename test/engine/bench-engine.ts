// An engine over a store in memory, with a clock that moves when it is told to, and the calls that the tests make of it.

import { randomUUID } from 'node:crypto';
import type { Command } from '../../src/api/command.ts';
import { decodeHistory } from '../../src/api/history.ts';
import type { StartWorkflowExecutionRequest, WorkflowService } from '../../src/api/workflow-service.ts';
import type { Clock } from '../../src/base/clock.ts';
import { type OpenEngine, openEngine } from '../../src/engine/open.ts';
import { serve } from '../../src/server/service.ts';
import { openMemoryStore } from '../../src/store/memory.ts';
import type { Commit, Store } from '../../src/store/store.ts';

export const NAMESPACE = 'default';
export const QUEUE = { name: 'orders' };
export const WORKER = { namespace: NAMESPACE, taskQueue: QUEUE, identity: 'a worker' };

/** A clock that stands still until `pass`. */
export class ManualClock implements Clock {
  #nowMs = 1_000_000;
  readonly #calls = new Set<{ readonly atMs: number; readonly call: () => void }>();

  now(): number {
    return this.#nowMs;
  }

  at(atMs: number, call: () => void): () => void {
    const entry = { atMs, call };
    this.#calls.add(entry);
    return () => this.#calls.delete(entry);
  }

  /** Time passes; what is due by then is called, in order. */
  pass(ms: number): void {
    const endMs = this.#nowMs + ms;
    for (;;) {
      const due = [...this.#calls].filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (!due) break;
      this.#nowMs = Math.max(this.#nowMs, due.atMs);
      this.#calls.delete(due);
      due.call();
    }
    this.#nowMs = endMs;
  }
}

export interface Bench {
  readonly store: Store;
  readonly clock: ManualClock;
  readonly service: WorkflowService;
  readonly open: OpenEngine;
  /** The commits so far. */
  readonly commits: Commit[];
}

/** A new process over a store, and if it is the first, over a new one. */
export async function bench(store: Store = openMemoryStore(), clock = new ManualClock()): Promise<Bench> {
  const commits: Commit[] = [];
  const counting: Store = {
    ...store,
    commit: (commit) => {
      commits.push(commit);
      return store.commit(commit);
    },
  };
  const log = () => {};
  const open = await openEngine({ store: counting, clock, newId: randomUUID, random: Math.random, log });
  return { store, clock, service: serve(open.engine), open, commits };
}

export function start(
  service: WorkflowService,
  workflowId: string,
  changes: Partial<StartWorkflowExecutionRequest> = {},
) {
  const requestId = randomUUID();
  return service.startWorkflowExecution({
    namespace: NAMESPACE,
    workflowId,
    workflowType: 'order',
    taskQueue: QUEUE,
    requestId,
    ...changes,
  });
}

export function scheduleActivity(activityId: string, changes: object = {}): Command {
  const attributes = {
    activityId,
    activityType: 'charge',
    taskQueue: QUEUE,
    startToCloseTimeoutMs: 60_000,
    ...changes,
  };
  return { type: 'ScheduleActivityTask', attributes };
}

/** Takes the next workflow task and answers it with these commands. */
export async function work(service: WorkflowService, commands: readonly Command[]) {
  const task = await service.pollWorkflowTaskQueue(WORKER);
  await service.respondWorkflowTaskCompleted({ ...WORKER, taskToken: task.taskToken, commands });
  return task;
}

export async function historyOf(service: WorkflowService, workflowId: string) {
  const { history } = await service.getWorkflowExecutionHistory({
    namespace: NAMESPACE,
    execution: { workflowId, runId: '' },
  });
  return decodeHistory(history);
}

export async function typesOf(service: WorkflowService, workflowId: string): Promise<string[]> {
  return (await historyOf(service, workflowId)).map(({ type }) => type);
}
