// Finding a run's row by its key, which is what a small transition would otherwise spend a sixth of its time on. The writer
// remembers where the runs stand that it wrote last: it alone writes, so what it remembers is what is stored.

import type { SQLInputValue } from 'node:sqlite';
import type { HeldRun } from '../guard.ts';
import type { RunKey } from '../store.ts';
import { packRunId } from './columns.ts';
import type { Row } from './statements.ts';
import type { Tables } from './tables.ts';

/** Columns that stand in an index: they are written only when they change. */
export const indexedColumns = ['status', 'close_ms', 'due_ms', 'ready_ms', 'attended_by'] as const;
export type IndexedColumns = Readonly<Record<(typeof indexedColumns)[number], SQLInputValue>>;

/** A run as it is stored: what a write has to compare with. */
export interface FoundRun extends HeldRun {
  readonly id: number;
  readonly columns: IndexedColumns;
}

const findSql = `select id, version, history_length, ${indexedColumns.join(', ')} from runs
  where namespace = ? and workflow_id = ? and is_current in (1, 0) and run_id = ?`;

export function findRun({ statements, names }: Tables, key: RunKey): FoundRun | undefined {
  const namespace = names.find(key.namespace);
  if (namespace === undefined) return undefined;
  const row = statements.first(findSql, namespace, key.workflowId, packRunId(key.runId));
  if (!row) return undefined;
  const [id, version, historyLength, status, close_ms, due_ms, ready_ms, attended_by] = row as readonly number[] & Row;
  return {
    id: id as number,
    version: version as number,
    historyLength: historyLength as number,
    columns: { status, close_ms, due_ms, ready_ms, attended_by } as IndexedColumns,
  };
}

export interface RecentRuns {
  find(tables: Tables, key: RunKey): FoundRun | undefined;
  keep(key: RunKey, run: FoundRun): void;
  /** After a rollback, which may have undone what was kept. */
  forget(): void;
}

/** Runs of one generation; the one before it is kept too, so between one and two times as many are remembered. */
const generationSize = 4_096;

export function recentRuns(): RecentRuns {
  type Entry = { readonly key: RunKey; readonly run: FoundRun };
  let younger = new Map<string, Entry>();
  let older = new Map<string, Entry>();
  return {
    find: (tables, key) => {
      const entry = younger.get(key.runId) ?? older.get(key.runId);
      return entry && isSame(entry.key, key) ? entry.run : findRun(tables, key);
    },
    keep: (key, run) => {
      if (younger.size >= generationSize) {
        older = younger;
        younger = new Map();
      }
      younger.set(key.runId, { key, run });
    },
    forget: () => {
      younger = new Map();
      older = new Map();
    },
  };
}

/** Run ids are told apart by their workflow and namespace too, although only a test gives the same one twice. */
function isSame(a: RunKey, b: RunKey): boolean {
  return a.runId === b.runId && a.workflowId === b.workflowId && a.namespace === b.namespace;
}
