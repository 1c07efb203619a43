// Bugs put in from outside, each of a kind that an engine over a disk is easily built with, to see whether the simulator finds it.

import type { PollActivityTaskQueueResponse } from '../../src/api/workflow-service.ts';
import type { Commit, Part, RunWrite, Store } from '../../src/store/store.ts';
import type { Plant } from './simulate.ts';

/** Says that a commit is durable when it is only handed over. The process itself sees no difference: until it dies. */
const acknowledgesEarly: Plant = {
  wrapStore: (store) => {
    let written: Promise<unknown> = Promise.resolve();
    const commit = async (one: Commit) => {
      written = Promise.allSettled([written, store.commit(one)]);
    };
    const reads = Object.entries(store).map(([name, call]) => [
      name,
      async (...args: unknown[]) => {
        await written;
        return (call as (...args: unknown[]) => unknown)(...args);
      },
    ]);
    return { ...(Object.fromEntries(reads) as unknown as Store), commit };
  },
};

/** Keeps of what happened during a workflow task only what the process remembers. */
const forgetsBuffered: Plant = {
  wrapStore: (store) => ({
    ...store,
    commit: (commit) =>
      store.commit(
        changed(commit, (write) => ({ ...write, putParts: write.putParts.filter(({ kind }) => kind !== 'buffered') })),
      ),
  }),
};

/** Now and then does not find a run that has come due, until the run is due at another time. */
const dropsDueTimer: Plant = {
  wrapStore: (store, world) => {
    const judged = new Map<string, boolean>();
    const isDropped = ({ key, dueAtMs }: DueRun) => {
      const due = `${key.runId} ${dueAtMs}`;
      if (!judged.has(due)) judged.set(due, world.random.chance(0.05));
      return judged.get(due);
    };
    const dueRuns: Store['dueRuns'] = async (beforeMs, limit) =>
      (await store.dueRuns(beforeMs, limit)).filter((due) => !isDropped(due));
    return { ...store, dueRuns, nextDueMs: async () => (await dueRuns(Number.POSITIVE_INFINITY, 1_000))[0]?.dueAtMs };
  },
};

type DueRun = Awaited<ReturnType<Store['dueRuns']>>[number];

/** Writes over whatever is there, also when somebody else has changed it since it was read. */
const ignoresVersion: Plant = {
  wrapDurable: (store) => ({
    ...store,
    commit: async ({ runs, currentRuns }) => {
      const moves = currentRuns.map(async (move) => {
        return { ...move, from: await store.currentRun(move.namespace, move.workflowId) };
      });
      await store.commit({
        runs: await Promise.all(runs.map((write) => overwriting(store, write))),
        currentRuns: await Promise.all(moves),
      });
    },
  }),
};

async function overwriting(store: Store, write: RunWrite): Promise<RunWrite> {
  const { key, readAtVersion, events, marks } = write;
  const held = await store.loadRun(key);
  if (!held || held.version === readAtVersion) return write;
  const last = await store.lastHistory(key);
  const length = last ? last.firstEventId + last.count - 1 : 0;
  return {
    ...write,
    readAtVersion: held.version,
    birth: undefined,
    events: events && { ...events, firstEventId: length + 1 },
    marks: { ...marks, historyLength: length + (events?.count ?? 0) },
  };
}

/** Now and then hands an attempt to a second worker. */
const startsTwice: Plant = {
  wrapService: (service, world) => {
    let handed: PollActivityTaskQueueResponse | undefined;
    return {
      ...service,
      pollActivityTaskQueue: async (request, options) => {
        const again = handed;
        handed = undefined;
        if (again) return again;
        const task = await service.pollActivityTaskQueue(request, options);
        if (task.taskToken.length > 0 && world.random.chance(0.01)) handed = task;
        return task;
      },
    };
  },
};

/** Now and then does not keep that an attempt was started: on the disk it waits for a worker once more. */
const forgetsStart: Plant = {
  wrapStore: (store, world) => ({
    ...store,
    commit: (commit) => store.commit(changed(commit, (write) => (world.random.chance(0.1) ? unstarted(write) : write))),
  }),
};

function unstarted(write: RunWrite): RunWrite {
  const putParts = write.putParts.map(unstartedPart);
  const isChanged = putParts.some((part, index) => part !== write.putParts[index]);
  return isChanged ? { ...write, putParts, marks: { ...write.marks, readyAtMs: 0 } } : write;
}

function unstartedPart(part: Part): Part {
  const activity = part.kind === 'activity' ? JSON.parse(String(part.body)) : {};
  if (activity.state !== 'started') return part;
  const { started: _, ...rest } = activity;
  return { ...part, body: JSON.stringify({ ...rest, state: 'ready' }) };
}

function changed(commit: Commit, change: (write: RunWrite) => RunWrite): Commit {
  return { ...commit, runs: commit.runs.map(change) };
}

export const PLANTS = {
  acknowledgesEarly,
  forgetsBuffered,
  dropsDueTimer,
  ignoresVersion,
  startsTwice,
  forgetsStart,
} as const satisfies Record<string, Plant>;
