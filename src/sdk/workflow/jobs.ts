// What an activation's jobs do, one entry for each kind.

import { arrayFromPayloads, fromPayloadsAtIndex } from '../common/payload-converter.ts';
import { randomSequence } from '../sandbox/realm/random.ts';
import type { Job, JobOf } from './contract.ts';
import { receiveSignal } from './handlers.ts';
import { copied } from './info.ts';
import { endWithError, endWithResult } from './outcome.ts';
import type { Run } from './run.ts';

const does: { readonly [K in Job['kind']]: (run: Run, job: JobOf<K>) => void } = {
  start: startWorkflow,
  signal: receiveSignal,
  cancel: (run) => {
    run.cancelRequested = true;
    run.root.cancel();
  },
  // A timer or an activity that is not pending any more was cancelled or abandoned: nobody waits for it.
  fireTimer: (run, { timerId }) => {
    run.timers.get(timerId)?.resolve(undefined);
    run.timers.delete(timerId);
  },
  resolveActivity,
  reseed: (run, { seed }) => {
    run.realm.random = randomSequence(seed);
  },
};

export function runJob(run: Run, job: Job): void {
  (does[job.kind] as (run: Run, job: Job) => void)(run, job);
}

function startWorkflow(run: Run): void {
  const { workflow } = run;
  const { start } = run.realm;
  const args = arrayFromPayloads(run.payloadConverter, start.started.input);
  // The run may wait for months; the workflow holds of its arguments what it needs.
  run.realm.start = { ...start, started: { ...start.started, input: undefined } };
  // An async function, so that what a workflow throws before its first await is a rejection like any other.
  const ended = (async () => await workflow?.(...args))();
  ended.then(
    (result) => endWithResult(run, result),
    (error) => endWithError(run, error),
  );
}

function resolveActivity(run: Run, { activityId, outcome }: JobOf<'resolveActivity'>): void {
  const activity = run.activities.get(activityId);
  if (!activity) return;
  run.activities.delete(activityId);
  if (outcome.kind === 'completed') {
    activity.resolve(fromPayloadsAtIndex(run.payloadConverter, 0, outcome.result));
  } else {
    activity.reject(run.failureConverter.failureToError(copied(outcome.failure), run.payloadConverter));
  }
}
