// Looks at the disk while the world goes on, and holds it to what must be true at every moment.

import type { RunKey } from '../../src/api/run-key.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { readyTasks } from '../../src/machine/due.ts';
import type { Run } from '../../src/machine/run.ts';
import type { Commit } from '../../src/store/store.ts';
import { loadRun, readRun } from './checks/final-run.ts';
import { markProblems, rebuildProblems } from './checks/rebuild.ts';
import type { Disk } from './disk.ts';
import type { EngineProcess } from './engine-process.ts';
import type { Host } from './host.ts';
import type { Network } from './network.ts';
import type { World } from './world.ts';

export interface Watched {
  readonly world: World;
  readonly disk: Disk;
  readonly host: Host;
  readonly network: Network;
  /** How late what is due may be met: a commit that fails is tried again after a second, and may fail again. */
  readonly patienceMs: number;
}

/** Everything that follows from a moment without a wait has happened when nothing is to happen for this long. */
const QUIET_MS = 20;

export class Watch {
  readonly #watched: Watched;
  readonly #ended = new Set<string>();
  /** By workflow id: the runs that are running. */
  readonly #running = new Map<string, Set<string>>();
  #orderlyBeforeMs: number | undefined;
  #callsSeen = -1;
  #process: EngineProcess | undefined;

  constructor(watched: Watched) {
    this.#watched = watched;
  }

  /** One workflow id has one running run at most, after every single commit. Some of the runs are rebuilt. */
  seeCommit({ runs }: Commit): void {
    const { world } = this.#watched;
    for (const { key, marks } of runs) {
      const running = this.#running.get(key.workflowId) ?? new Set();
      this.#running.set(key.workflowId, running);
      if (marks.status === 'RUNNING') running.add(key.runId);
      else running.delete(key.runId);
      if (marks.status !== 'RUNNING') this.#ended.add(key.runId);
    }
    for (const { key } of runs) {
      const running = this.#running.get(key.workflowId) ?? new Set();
      if (running.size > 1) world.accuse(`runs ${[...running].join(' and ')} of ${key.workflowId} run at once`);
      if (world.random.chance(0.05)) world.begin(this.#rebuild(key));
    }
  }

  /** The runs that are running, each with its workflow id. */
  get running(): readonly (readonly [workflowId: string, runId: string])[] {
    return [...this.#running].flatMap(([workflowId, runs]) => [...runs].map((runId) => [workflowId, runId] as const));
  }

  async #rebuild(key: RunKey): Promise<void> {
    const { world, disk } = this.#watched;
    const stored = await readRun(disk.durable, key);
    for (const problem of rebuildProblems(stored)) world.accuse(problem);
    const { runs } = await disk.durable.listRuns({
      namespace: key.namespace,
      claims: [{ field: 'WorkflowId', equals: key.workflowId }],
      pageSize: 1_000,
    });
    const summary = runs.find((run) => run.key.runId === key.runId);
    for (const problem of summary ? markProblems(stored, summary) : ['it is in no list']) world.accuse(problem);
  }

  /** Before the world's clock moves on: nothing may be left undone that could have been done by now. */
  async look(): Promise<void> {
    const { world, disk, host, network } = this.#watched;
    const isOrderly = host.isOrderly && !disk.busy;
    if (!isOrderly || world.quietMs < QUIET_MS) {
      if (!host.isOrderly) this.#orderlyBeforeMs = undefined;
      return;
    }
    this.#orderlyBeforeMs ??= world.nowMs;
    await this.#seekOverdue();
    // What was in order stays so until somebody calls, or time does something, which is then seen as a commit.
    if (this.#callsSeen === network.calls + disk.commits) return;
    this.#callsSeen = network.calls + disk.commits;
    await this.#seekUndelivered();
    this.#seekUntold();
    const isNew = this.#process !== host.current;
    this.#process = host.current;
    if (isNew || world.random.chance(0.05)) await this.#seekOrphans();
  }

  async #seekOverdue(): Promise<void> {
    const { world, disk, patienceMs } = this.#watched;
    const since = this.#orderlyBeforeMs ?? world.nowMs;
    const [due] = await disk.durable.dueRuns(world.nowMs - patienceMs, 1);
    if (!due || world.nowMs - since < patienceMs) return;
    world.accuse(`run ${due.key.runId} of ${due.key.workflowId} was due ${world.nowMs - due.dueAtMs} ms ago`);
  }

  /** A task that waits for a worker while a worker waits for such a task. */
  async #seekUndelivered(): Promise<void> {
    const { world, disk, host, network } = this.#watched;
    const process = host.current;
    if (!process) return;
    const { keys } = await disk.durable.readyRuns(100);
    for (const key of keys) {
      const run = await loadRun(disk.durable, key);
      for (const { kind, scheduledEventId } of readyTasks(run)) {
        const queue =
          kind === 'workflow'
            ? workflowQueueOf(run, process.engine)
            : (run.activities.get(scheduledEventId)?.taskQueue ?? '');
        if (network.waitingPolls(process, kind, queue) > 0)
          world.accuse(
            `${kind} task ${scheduledEventId} of run ${key.runId} waits in queue ${queue} beside a worker that waits`,
          );
      }
    }
  }

  /** Somebody who waits for the end of a run that has ended. */
  #seekUntold(): void {
    const { world, host, network } = this.#watched;
    for (const runId of this.#ended) {
      if (host.current && network.awaitsEnd(host.current, runId))
        world.accuse(`run ${runId} has ended, and somebody who waits for its end was not told`);
    }
  }

  /** What was under way in a process that is dead has ended when the next has recovered. */
  async #seekOrphans(): Promise<void> {
    const { world, disk, host } = this.#watched;
    const processId = host.current?.engine?.processId;
    const { runs } = await disk.durable.listRuns({
      namespace: 'default',
      claims: [{ field: 'ExecutionStatus', equals: 'RUNNING' }],
      pageSize: 100,
    });
    for (const { key } of runs) {
      const run = await loadRun(disk.durable, key);
      const starts = [run.task?.started, ...[...run.activities.values()].map(({ started }) => started)];
      for (const start of starts) {
        if (start?.processId !== undefined && start.processId !== processId)
          world.accuse(`a task of run ${key.runId} is still with a process that is dead`);
      }
    }
  }
}

/** A task is in the queue of the worker that the run sticks to, unless that worker had not called when it was put there. */
function workflowQueueOf({ sticky, birth, key: { namespace } }: Run, engine: Engine | undefined): string {
  if (!sticky) return birth.taskQueue;
  const isThere = (engine?.matching.backlog({ namespace, kind: 'workflow', name: sticky.queue }) ?? 0) > 0;
  return isThere ? sticky.queue : birth.taskQueue;
}
