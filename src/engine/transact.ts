import { notFound } from '../api/service-error.ts';
import type { Decision } from '../machine/fact.ts';
import type { Decide, Engine } from './engine.ts';
import type { LoadedRun } from './loaded-run.ts';
import type { RunRef } from './runs.ts';
import type { Transaction } from './transaction.ts';

/**
 * The one way to change a run, for requests and for what time does alike: wait for the run, decide, record, commit, and only then
 * answer and tell the queues. If the commit fails the run in memory is dropped, so a change that the disk does not know is
 * never seen.
 */
export function transact<D extends Decision>(engine: Engine, ref: RunRef, decide: Decide<D>): Promise<D> {
  return engine.runs.hold(ref, (transaction, loaded) => {
    const found = required(ref, loaded);
    return transaction.apply(found, decide(found, transaction.moment, transaction));
  });
}

/** Sees a run as it is when everything before is durable, and changes nothing. */
export function look<T>(
  engine: Engine,
  ref: RunRef,
  see: (loaded: LoadedRun, transaction: Transaction) => T,
): Promise<T> {
  return engine.runs.hold(ref, (transaction, loaded) => see(required(ref, loaded), transaction));
}

function required(ref: RunRef, loaded: LoadedRun | undefined): LoadedRun {
  if (loaded) return loaded;
  const run = ref.runId ? `, RunId: ${ref.runId}` : '';
  throw notFound(`workflow not found for ID: ${ref.workflowId}${run}`);
}
