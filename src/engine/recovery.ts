// After a restart: what was under way in a process that is dead ends, and what waited for a worker is put into its queue again.
// Both go through the runs one batch after another while new work is taken already. A run that cannot be changed now, because its
// commit fails, does not stop the others, and is tried again: nobody else would come back to it.

import type { RunKey } from '../api/run-key.ts';
import { endOrphans, readyTasks } from '../machine/due.ts';
import { offer, queueOf } from './delivery.ts';
import type { Engine } from './engine.ts';
import type { LoadedRun } from './loaded-run.ts';
import type { Transaction } from './transaction.ts';

const BATCH = 256;
const RETRY_AFTER_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;

type TakeUp = (engine: Engine, transaction: Transaction, loaded: LoadedRun) => void;

export async function recover(engine: Engine, closing: AbortSignal): Promise<void> {
  let failed = [...(await endOrphanedWork(engine, closing)), ...(await refillQueues(engine, closing))];
  let pauseMs = RETRY_AFTER_MS;
  while (failed.length > 0 && !closing.aborted) {
    await pause(engine, pauseMs, closing);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    if (!closing.aborted) failed = await takeUpAll(engine, failed, takeUpFully);
  }
}

/** Answers with the runs that could not be changed. */
async function endOrphanedWork(engine: Engine, closing: AbortSignal): Promise<RunKey[]> {
  const failed = new Map<string, RunKey>();
  while (!closing.aborted) {
    // Those that failed are still found, and are not to be tried again yet.
    const found = await engine.store.runsAttendedByOthers(engine.processId, BATCH + failed.size);
    const keys = found.filter(({ runId }) => !failed.has(runId));
    if (keys.length === 0) break;
    for (const key of await takeUpAll(engine, keys, endAll)) failed.set(key.runId, key);
  }
  return [...failed.values()];
}

function endAll(engine: Engine, transaction: Transaction, loaded: LoadedRun): void {
  let decision = endOrphans(loaded.run, engine.processId, transaction.moment);
  while (decision.facts.length > 0) {
    transaction.apply(loaded, decision);
    decision = endOrphans(loaded.run, engine.processId, transaction.moment);
  }
  transaction.touch(loaded);
}

/** A task may be offered twice, by this and by a change that made it ready meanwhile: the second offer finds it started. */
async function refillQueues(engine: Engine, closing: AbortSignal): Promise<RunKey[]> {
  const failed: RunKey[] = [];
  let after: string | undefined;
  do {
    if (closing.aborted) break;
    const page = await engine.store.readyRuns(BATCH, after);
    failed.push(...(await takeUpAll(engine, page.keys, offerReady)));
    after = page.next;
  } while (after !== undefined);
  return failed;
}

function offerReady(engine: Engine, transaction: Transaction, loaded: LoadedRun): void {
  transaction.afterwards.push(() => {
    for (const ref of readyTasks(loaded.run)) offer(engine, queueOf(engine, loaded, ref), { key: loaded.run.key, ref });
  });
}

const takeUpFully: TakeUp = (engine, transaction, loaded) => {
  endAll(engine, transaction, loaded);
  offerReady(engine, transaction, loaded);
};

/** Takes up each run by itself; answers with those that could not be changed. */
async function takeUpAll(engine: Engine, keys: readonly RunKey[], takeUp: TakeUp): Promise<RunKey[]> {
  const outcomes = await Promise.allSettled(
    keys.map((key) =>
      engine.runs.hold(key, (transaction, loaded) => {
        if (loaded) takeUp(engine, transaction, loaded);
      }),
    ),
  );
  return keys.filter((key, index) => {
    const outcome = outcomes[index];
    if (outcome?.status !== 'rejected') return false;
    const why = outcome.reason instanceof Error ? outcome.reason.message : String(outcome.reason);
    engine.log('warn', `what was left of workflow ${key.workflowId} from before is taken up later: ${why}`);
    return true;
  });
}

function pause({ clock }: Engine, pauseMs: number, closing: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      cancel();
      closing.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.at(clock.now() + pauseMs, end);
    closing.addEventListener('abort', end);
  });
}
