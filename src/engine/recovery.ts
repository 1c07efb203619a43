// After a restart: what was under way in a process that is dead ends, and what waited for a worker is put into its queue again.
// Both go through the runs one batch after another while new work is taken already.

import { endOrphans, readyTasks } from '../machine/due.ts';
import { offer, queueOf } from './delivery.ts';
import type { Engine } from './engine.ts';
import type { LoadedRun } from './loaded-run.ts';
import type { Transaction } from './transaction.ts';

const BATCH = 256;

export async function recover(engine: Engine, isClosed: () => boolean): Promise<void> {
  await endOrphanedWork(engine, isClosed);
  await refillQueues(engine, isClosed);
}

async function endOrphanedWork(engine: Engine, isClosed: () => boolean): Promise<void> {
  for (;;) {
    const keys = isClosed() ? [] : await engine.store.runsAttendedByOthers(engine.processId, BATCH);
    if (keys.length === 0) return;
    await Promise.all(
      keys.map((key) => engine.runs.hold(key, (transaction, loaded) => loaded && endAll(engine, transaction, loaded))),
    );
  }
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
async function refillQueues(engine: Engine, isClosed: () => boolean): Promise<void> {
  let after: string | undefined;
  do {
    if (isClosed()) return;
    const page = await engine.store.readyRuns(BATCH, after);
    await Promise.all(
      page.keys.map((key) => engine.runs.hold(key, (_, loaded) => loaded && offerReady(engine, loaded))),
    );
    after = page.next;
  } while (after !== undefined);
}

function offerReady(engine: Engine, loaded: LoadedRun): void {
  for (const ref of readyTasks(loaded.run)) offer(engine, queueOf(engine, loaded, ref), { key: loaded.run.key, ref });
}
