// What every store checks of a commit before it writes any of it. A stale commit is expected and changes nothing; one that
// would leave a hole in a history is a bug of the caller.

import { assert } from '../base/assert.ts';
import { type Commit, type CurrentRunMove, type RunWrite, StaleRun } from './store.ts';

/** What a store holds of a run before a write. */
export interface HeldRun {
  readonly version: number;
  readonly historyLength: number;
}

export function guardWrite(write: RunWrite, held: HeldRun | undefined): void {
  const { key, readAtVersion, events, marks } = write;
  const version = held?.version ?? 0;
  if (version !== readAtVersion) {
    throw new StaleRun(
      `run ${key.runId} of workflow ${key.workflowId} was read at version ${readAtVersion} and is at ${version}: read it again`,
    );
  }
  assert((write.birth !== undefined) === (readAtVersion === 0), `run ${key.runId}: a birth belongs to version 0 alone`);

  const storedLength = held?.historyLength ?? 0;
  if (events) {
    assert(
      events.count > 0 && events.firstEventId === storedLength + 1,
      `run ${key.runId} has ${storedLength} events: ${events.count} from ${events.firstEventId} on do not follow them`,
    );
  }
  const newLength = storedLength + (events?.count ?? 0);
  assert(
    marks.historyLength === newLength,
    `run ${key.runId} is marked as ${marks.historyLength} events long and has ${newLength}`,
  );
}

export function guardMove(move: CurrentRunMove, current: string | undefined): void {
  if (current === move.from) return;
  throw new StaleRun(
    `the current run of workflow ${move.workflowId} is ${current ?? 'none'} and not ${move.from ?? 'none'}: read it again`,
  );
}

/** The guards compare with what was stored before the commit, so a run or pointer may stand in it only once. */
export function assertDistinct(commit: Commit): void {
  const { runs, currentRuns } = commit;
  if (runs.length > 1) {
    const keys = new Set(runs.map(({ key }) => JSON.stringify([key.namespace, key.workflowId, key.runId])));
    assert(keys.size === runs.length, 'a commit writes the same run twice');
  }
  if (currentRuns.length > 1) {
    const ids = new Set(currentRuns.map(({ namespace, workflowId }) => JSON.stringify([namespace, workflowId])));
    assert(ids.size === currentRuns.length, 'a commit moves the same current run twice');
  }
}
