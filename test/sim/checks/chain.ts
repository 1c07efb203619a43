// The runs of one workflow id: one after another, each current run left only for the next, and each successor named by the run
// before it.

import type { FinalRun } from './final-run.ts';
import { isClosing } from './history-shape.ts';

const STATUS_OF: Readonly<Record<string, string>> = {
  WorkflowExecutionCompleted: 'COMPLETED',
  WorkflowExecutionFailed: 'FAILED',
  WorkflowExecutionTimedOut: 'TIMED_OUT',
  WorkflowExecutionCanceled: 'CANCELED',
  WorkflowExecutionTerminated: 'TERMINATED',
  WorkflowExecutionContinuedAsNew: 'CONTINUED_AS_NEW',
};

export function chainProblems(runs: ReadonlyMap<string, FinalRun>): string[] {
  const all = [...runs.values()];
  return [...Map.groupBy(all, ({ run }) => run.key.workflowId).values()].flatMap((ofOneId) => [
    ...repetitionProblems(ofOneId),
    ...ofOneId.flatMap((one) => [...statusProblems(one), ...successorProblems(one, runs)]),
  ]);
}

/** As they followed on each other. Of the same millisecond the ids decide, which are numbered in this world. */
function inOrder(runs: readonly FinalRun[]): FinalRun[] {
  const number = ({ run }: FinalRun) => Number(run.key.runId.split('-')[1]);
  return runs.toSorted(
    (a, b) => a.run.birth.startTimeMs - b.run.birth.startTimeMs || endOf(a) - endOf(b) || number(a) - number(b),
  );
}

/** By their own times, which compare where one engine has taken them. (watch.ts looks at the order of commits.) */
export function overlapProblems(runs: ReadonlyMap<string, FinalRun>): string[] {
  const byId = Map.groupBy(runs.values(), ({ run }) => run.key.workflowId);
  return [...byId.values()].flatMap(overlaps);
}

function overlaps(runs: readonly FinalRun[]): string[] {
  return inOrder(runs).flatMap((one, index, all) => {
    const next = all[index + 1];
    if (!next || endOf(one) <= next.run.birth.startTimeMs) return [];
    return [`runs ${one.run.key.runId} and ${next.run.key.runId} of ${one.run.key.workflowId} ran at once`];
  });
}

/** A start that is asked for twice is one start, as long as the run that it began is the current one. */
function repetitionProblems(runs: readonly FinalRun[]): string[] {
  return inOrder(runs).flatMap(({ run }, index, all) => {
    const next = all[index + 1]?.run;
    const again = [...(next?.requestIds ?? [])].find(
      ([id, of]) => of === 'start' && run.requestIds.get(id) === 'start',
    );
    return again
      ? [`${again[0]} started run ${next?.key.runId} of ${run.key.workflowId}, after it had started ${run.key.runId}`]
      : [];
  });
}

function endOf({ run }: FinalRun): number {
  return run.closeTimeMs ?? Number.POSITIVE_INFINITY;
}

function statusProblems({ run, events }: FinalRun): string[] {
  const last = events.at(-1);
  const expected = last && isClosing(last) ? STATUS_OF[last.type] : 'RUNNING';
  return run.status === expected
    ? []
    : [`run ${run.key.runId} is ${run.status}, and its history ends with ${last?.type}`];
}

function successorProblems({ run, events }: FinalRun, runs: ReadonlyMap<string, FinalRun>): string[] {
  const last = events.at(-1);
  const successorId = last && 'newExecutionRunId' in last.attributes ? last.attributes.newExecutionRunId : undefined;
  if (!successorId) return [];
  const started = runs.get(successorId)?.events[0];
  if (started?.type !== 'WorkflowExecutionStarted')
    return [`run ${run.key.runId} goes on in run ${successorId}, which does not exist`];
  const { continuedExecutionRunId, firstExecutionRunId } = started.attributes;
  if (continuedExecutionRunId === run.key.runId && firstExecutionRunId === run.birth.firstExecutionRunId) return [];
  return [`run ${successorId} follows on ${run.key.runId}, and says that it follows on ${continuedExecutionRunId}`];
}
