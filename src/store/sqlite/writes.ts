// One commit: everything is checked before anything is written, so that a stale one leaves no trace in the transaction that it
// shares with others. A run's row is found and changed by number; an index is touched only where its column changes.

import type { SQLInputValue } from 'node:sqlite';
import { assert } from '../../base/assert.ts';
import { assertDistinct, guardMove, guardWrite } from '../guard.ts';
import type { Commit, CurrentRunMove, RunBirth, RunKey, RunMarks, RunWrite } from '../store.ts';
import { packRunId, statusCode, unpackRunId } from './columns.ts';
import { type FoundRun, findRun, type IndexedColumns, indexedColumns, type RecentRuns } from './found-run.ts';
import type { Tables } from './tables.ts';

/** What a writer works with. */
export interface WriteTables extends Tables {
  readonly recent: RecentRuns;
}

const currentSql = 'select id, run_id from runs where namespace = ? and workflow_id = ? and is_current = 1';
const insertSql = `insert into runs (namespace, workflow_id, is_current, run_id, version, status, workflow_type, task_queue,
  start_ms, execution_ms, close_ms, history_length, history_bytes, due_ms, ready_ms, attended_by, engine_row, memo)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
/** One statement for each set of columns that may have changed, by its bits. */
const updateSql = Array.from({ length: 1 << indexedColumns.length }, (_, set) => {
  const columns = indexedColumns.filter((_column, at) => set & (1 << at)).map((column) => `, ${column} = ?`);
  return `update runs set version = ?, history_length = ?, history_bytes = ?, engine_row = ?${columns.join('')} where id = ?`;
});
const setCurrentSql = 'update runs set is_current = ? where id = ?';
const historySql = 'insert into history (run, first_event, events, bytes) values (?, ?, ?, ?)';
const putPartSql = `insert into parts (run, kind, part, body) values (?, ?, ?, ?)
  on conflict (run, kind, part) do update set body = excluded.body`;
const dropPartSql = 'delete from parts where run = ? and kind = ? and part = ?';

/** Throws StaleRun, or Bug for a commit that makes no sense, before anything is written. */
export function writeCommit(tables: WriteTables, commit: Commit): void {
  assertDistinct(commit);
  const found = commit.runs.map((write) => {
    const run = tables.recent.find(tables, write.key);
    guardWrite(write, run);
    return run;
  });
  const formerIds = commit.currentRuns.map((move) => checkMove(tables, commit, move));

  for (const id of formerIds) if (id !== undefined) tables.statements.run(setCurrentSql, 0, id);
  commit.runs.forEach((write, at) => {
    writeRun(tables, found[at], write, () => becomesCurrent(commit, write.key));
  });
  for (const move of commit.currentRuns) {
    if (!isCreated(commit, move)) tables.statements.run(setCurrentSql, 1, findRun(tables, targetOf(move))?.id ?? null);
  }
}

function writeRun(tables: WriteTables, found: FoundRun | undefined, write: RunWrite, isCurrent: () => boolean): void {
  const { statements, names } = tables;
  const { key, events, putParts, dropParts, marks } = write;
  const columns = columnsOf(marks);
  const id = found ? updateRun(tables, found, columns, write) : insertRun(tables, columns, write, isCurrent());
  if (events) statements.run(historySql, id, events.firstEventId, events.count, events.bytes);
  for (const part of dropParts) statements.run(dropPartSql, id, names.intern(part.kind), part.id);
  for (const part of putParts) statements.run(putPartSql, id, names.intern(part.kind), part.id, part.body);
  tables.recent.keep(key, { id, version: write.readAtVersion + 1, historyLength: marks.historyLength, columns });
}

/** Where the pointer stands now, as the row's number, or undefined where it stands nowhere. */
function checkMove({ statements, names }: Tables, commit: Commit, move: CurrentRunMove): number | undefined {
  const namespace = names.find(move.namespace);
  const row = namespace === undefined ? undefined : statements.first(currentSql, namespace, move.workflowId);
  guardMove(move, row && unpackRunId(row[1]));
  const known = isCreated(commit, move) || findRun({ statements, names }, targetOf(move));
  assert(known, `the current run of workflow ${move.workflowId} cannot become ${move.to}: there is no such run`);
  return row?.[0] as number | undefined;
}

function targetOf({ namespace, workflowId, to }: CurrentRunMove): RunKey {
  return { namespace, workflowId, runId: to };
}

function becomesCurrent(commit: Commit, key: RunKey): boolean {
  return commit.currentRuns.some((move) => isTarget(move, key));
}

function isCreated(commit: Commit, move: CurrentRunMove): boolean {
  return commit.runs.some(({ key, readAtVersion }) => readAtVersion === 0 && isTarget(move, key));
}

function isTarget({ namespace, workflowId, to }: CurrentRunMove, key: RunKey): boolean {
  return to === key.runId && workflowId === key.workflowId && namespace === key.namespace;
}

function insertRun({ statements, names }: Tables, columns: IndexedColumns, write: RunWrite, current: boolean): number {
  const { key, marks, row } = write;
  const birth = write.birth as RunBirth;
  const { lastInsertRowid } = statements.run(
    insertSql,
    names.intern(key.namespace),
    key.workflowId,
    current ? 1 : 0,
    packRunId(key.runId),
    write.readAtVersion + 1,
    columns.status,
    names.intern(birth.workflowType),
    names.intern(birth.taskQueue),
    birth.startTimeMs,
    birth.executionTimeMs,
    columns.close_ms,
    marks.historyLength,
    marks.historySizeBytes,
    columns.due_ms,
    columns.ready_ms,
    columns.attended_by,
    row,
    birth.memo ?? null,
  );
  return Number(lastInsertRowid);
}

function updateRun({ statements }: Tables, found: FoundRun, columns: IndexedColumns, write: RunWrite): number {
  const { marks, row } = write;
  const values: SQLInputValue[] = [write.readAtVersion + 1, marks.historyLength, marks.historySizeBytes, row];
  let changed = 0;
  indexedColumns.forEach((column, at) => {
    if (columns[column] === found.columns[column]) return;
    changed |= 1 << at;
    values.push(columns[column]);
  });
  statements.run(updateSql[changed] as string, ...values, found.id);
  return found.id;
}

function columnsOf(marks: RunMarks): IndexedColumns {
  return {
    status: statusCode(marks.status),
    close_ms: marks.closeTimeMs ?? null,
    due_ms: marks.dueAtMs ?? null,
    ready_ms: marks.readyAtMs ?? null,
    attended_by: marks.attendedBy ?? null,
  };
}
