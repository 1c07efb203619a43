// A run as the disk has it.

import { decodeEvent, type HistoryEvent } from '../../../src/api/event.ts';
import { eventBytes } from '../../../src/api/history.ts';
import type { RunKey } from '../../../src/api/run-key.ts';
import { runFrom } from '../../../src/machine/row.ts';
import type { Run } from '../../../src/machine/run.ts';
import type { RunSummary, Store } from '../../../src/store/store.ts';
import { NAMESPACE } from '../scene.ts';

export interface DurableRun {
  readonly run: Run;
  readonly encoded: readonly Uint8Array[];
  readonly events: readonly HistoryEvent[];
}

export interface FinalRun extends DurableRun {
  readonly summary: RunSummary;
}

/** Its state alone. */
export async function loadRun(store: Store, key: RunKey): Promise<Run> {
  const stored = await store.loadRun(key);
  const [first] = eventBytes((await store.readHistory(key, 1, 1))[0]?.bytes ?? new Uint8Array());
  if (!stored || !first) throw new Error(`run ${key.runId} is not on the disk`);
  return runFrom(key, decodeEvent(first), stored.row, stored.parts);
}

export async function readRun(store: Store, key: RunKey): Promise<DurableRun> {
  const run = await loadRun(store, key);
  const chunks = await store.readHistory(key, 1, Number.MAX_SAFE_INTEGER);
  const encoded = chunks.flatMap(({ bytes }) => [...eventBytes(bytes)]);
  return { run, encoded, events: encoded.map(decodeEvent) };
}

export async function readAllRuns(store: Store): Promise<FinalRun[]> {
  const all: FinalRun[] = [];
  let after: string | undefined;
  do {
    const page = await store.listRuns({ namespace: NAMESPACE, claims: [], pageSize: 100, after });
    for (const summary of page.runs) all.push({ summary, ...(await readRun(store, summary.key)) });
    after = page.next;
  } while (after !== undefined);
  return all;
}
