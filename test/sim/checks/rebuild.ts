// What is durable alone rebuilds a run: its history, with what is durable but not history, gives the run that its row says.

import { attendedBy, dueAtMs, readyAtMs } from '../../../src/machine/due.ts';
import { rebuildRun } from '../../../src/machine/rebuild.ts';
import type { Run } from '../../../src/machine/run.ts';
import type { RunSummary } from '../../../src/store/store.ts';
import type { DurableRun } from './final-run.ts';

/** What only the row knows, because it is nobody's history: who a run sticks to, and attempts of workflow tasks without events. */
type RowOnly = 'sticky' | 'taskFailure' | 'changed' | 'readied' | 'scheduledAttributes' | 'historySizeBytes';

export function rebuildProblems({ run, events, encoded }: DurableRun): string[] {
  const what = `run ${run.key.runId} of ${run.key.workflowId}`;
  const rebuilt = rebuildRun(run.key, events, {
    buffered: run.buffered,
    attempts: run.activities.values(),
    requestIds: run.requestIds,
  });
  const problems: string[] = [];
  for (const [field, value] of Object.entries(comparable(run))) {
    const again = (comparable(rebuilt) as Record<string, unknown>)[field];
    if (plain(value) !== plain(again))
      problems.push(`${what}: its row says ${field} ${plain(value)}, and what is durable says ${plain(again)}`);
  }
  const sizeBytes = encoded.reduce((sum, { length }) => sum + length, 0);
  if (run.historySizeBytes !== sizeBytes)
    problems.push(`${what} says that its history has ${run.historySizeBytes} bytes, and it has ${sizeBytes}`);
  return problems;
}

function comparable(run: Run): Omit<Run, RowOnly> {
  const { sticky, taskFailure, changed, readied, scheduledAttributes, historySizeBytes, ...rest } = run;
  const { task } = run;
  if (!task || task.transient) return { ...rest, task: undefined };
  const { processId: _, originalScheduledTimeMs: __, started, ...durable } = task;
  const { processId: ___, ...start } = started ?? {};
  return { ...rest, task: { ...durable, started: started && (start as typeof started), originalScheduledTimeMs: 0 } };
}

/** The same text for the same value: without what is undefined, keys and entries in order. */
function plain(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) => {
    if (one instanceof Uint8Array) return Buffer.from(one).toString('base64');
    if (one instanceof Map) return Object.fromEntries([...one].sort(([a], [b]) => (a < b ? -1 : 1)));
    if (typeof one !== 'object' || one === null || Array.isArray(one)) return one;
    return Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** The columns that the store finds a run by say what the run says. */
export function markProblems({ run }: DurableRun, summary: RunSummary): string[] {
  const expected = {
    status: run.status,
    closeTimeMs: run.closeTimeMs,
    historyLength: run.nextEventId - 1,
    dueAtMs: dueAtMs(run),
    readyAtMs: readyAtMs(run),
  };
  const problems = Object.entries(expected)
    .filter(([mark, value]) => summary[mark as keyof typeof expected] !== value)
    .map(
      ([mark, value]) =>
        `run ${run.key.runId} is marked with ${mark} ${summary[mark as keyof typeof expected]}, and it should be ${value}`,
    );
  if ((attendedBy(run) === undefined) !== (summary.attendedBy === undefined))
    problems.push(
      `run ${run.key.runId} is marked as attended by ${summary.attendedBy}, and it is by ${attendedBy(run)}`,
    );
  return problems;
}
