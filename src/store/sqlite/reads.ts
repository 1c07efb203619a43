// The questions of the store, each answered from an index: nothing here grows with the number of runs that are only kept.

import type { SQLInputValue } from 'node:sqlite';
import { compareListed, type ListPlace, listCursor, readListCursor, readReadyCursor, readyCursor } from '../paging.ts';
import type { HistoryChunk, Part, RunClaim, RunKey, RunPage, RunQuery, Store, StoredRun } from '../store.ts';
import {
  closedCodes,
  keyColumns,
  keyFrom,
  knownStatusCode,
  openCodes,
  summaryColumns,
  summaryFrom,
  unpackRunId,
} from './columns.ts';
import { findRun } from './found-run.ts';
import type { Row } from './statements.ts';
import type { Tables } from './tables.ts';

export type ReadName = Exclude<keyof Store, 'commit' | 'close'>;

export type Reads = {
  readonly [Name in ReadName]: (...args: Parameters<Store[Name]>) => Awaited<ReturnType<Store[Name]>>;
};

export function readsOf(tables: Tables): Reads {
  return {
    loadRun: (key) => loadRun(tables, key),
    currentRun: (namespace, workflowId) => currentRun(tables, namespace, workflowId),
    readHistory: (key, fromEventId, maxEvents) => readHistory(tables, key, fromEventId, maxEvents),
    lastHistory: (key) => lastHistory(tables, key),
    dueRuns: (beforeMs, limit) => dueRuns(tables, beforeMs, limit),
    nextDueMs: () => nextDueMs(tables),
    readyRuns: (limit, after) => readyRuns(tables, limit, after),
    runsAttendedByOthers: (processId, limit) => runsAttendedByOthers(tables, processId, limit),
    listRuns: (query) => listRuns(tables, query),
    countRuns: (namespace, claims) => countRuns(tables, namespace, claims),
  };
}

function loadRun(tables: Tables, key: RunKey): StoredRun | undefined {
  const found = findRun(tables, key);
  if (!found) return undefined;
  const { statements, names } = tables;
  const [row] = statements.first('select engine_row from runs where id = ?', found.id) as Row;
  const parts = statements.all('select kind, part, body from parts where run = ? order by id', found.id);
  return {
    key,
    version: found.version,
    row: row as string,
    parts: parts.map(([kind, id, body]) => ({
      kind: names.nameOf(kind as number),
      id: id as string,
      body: body as Part['body'],
    })),
  };
}

function currentRun({ statements, names }: Tables, namespace: string, workflowId: string): string | undefined {
  const sql = 'select run_id from runs where namespace = ? and workflow_id = ? and is_current = 1';
  const row = statements.first(sql, names.find(namespace) ?? null, workflowId);
  return row && unpackRunId(row[0]);
}

function readHistory(tables: Tables, key: RunKey, fromEventId: number, maxEvents: number): readonly HistoryChunk[] {
  const run = findRun(tables, key);
  if (!run) return [];
  const sql = `select first_event, events, bytes from history where run = ?1 and first_event >= ifnull(
      (select max(first_event) from history where run = ?1 and first_event <= ?2), 0) order by first_event`;
  const page: HistoryChunk[] = [];
  let events = 0;
  for (const row of tables.statements.each(sql, run.id, fromEventId)) {
    const chunk = chunkFrom(row);
    if (chunk.firstEventId + chunk.count <= fromEventId) continue;
    page.push(chunk);
    events += chunk.firstEventId + chunk.count - Math.max(chunk.firstEventId, fromEventId);
    if (events >= maxEvents) break;
  }
  return page;
}

function lastHistory(tables: Tables, key: RunKey): HistoryChunk | undefined {
  const run = findRun(tables, key);
  const sql = 'select first_event, events, bytes from history where run = ? order by first_event desc limit 1';
  const row = run && tables.statements.first(sql, run.id);
  return row && chunkFrom(row);
}

function chunkFrom([firstEventId, count, bytes]: Row): HistoryChunk {
  return { firstEventId: firstEventId as number, count: count as number, bytes: bytes as Uint8Array };
}

function dueRuns({ statements, names }: Tables, beforeMs: number, limit: number) {
  const sql = `select ${keyColumns}, due_ms from runs where due_ms <= ? order by due_ms, id limit ?`;
  const rows = statements.all(sql, beforeMs, rowLimit(limit));
  return rows.map((row) => ({ key: keyFrom(row, names), dueAtMs: row[3] as number }));
}

function nextDueMs({ statements }: Tables): number | undefined {
  const row = statements.first('select due_ms from runs where due_ms is not null order by due_ms limit 1');
  return row?.[0] as number | undefined;
}

function readyRuns({ statements, names }: Tables, limit: number, after?: string) {
  const sql = `select ${keyColumns}, ready_ms, id from runs where (ready_ms, id) > (?, ?) and ready_ms is not null
    order by ready_ms, id limit ?`;
  const { readyAtMs, sequence } = after === undefined ? { readyAtMs: 0, sequence: 0 } : readReadyCursor(after);
  const rows = statements.all(sql, readyAtMs, sequence, rowLimit(limit) + 1);
  const shown = rows.slice(0, limit);
  const keys = shown.map((row) => keyFrom(row, names));
  const last = shown.at(-1);
  if (!last || rows.length === shown.length) return { keys };
  return { keys, next: readyCursor({ readyAtMs: last[3] as number, sequence: last[4] as number }) };
}

function runsAttendedByOthers({ statements, names }: Tables, processId: string, limit: number): readonly RunKey[] {
  const sql = `select ${keyColumns} from runs where attended_by is not null and attended_by <> ? limit ?`;
  return statements.all(sql, processId, rowLimit(limit)).map((row) => keyFrom(row, names));
}

/** What the claims of a filter come to. Undefined where they contradict each other, or name what was never stored. */
interface Filter {
  readonly namespace: number;
  readonly statuses: readonly number[];
  readonly workflowType?: number;
  readonly workflowId?: string;
}

function filterOf({ names }: Tables, namespace: string, claims: readonly RunClaim[]): Filter | undefined {
  const wanted = (field: RunClaim['field']) => new Set(claims.filter((c) => c.field === field).map((c) => c.equals));
  const [status, type, id] = [wanted('ExecutionStatus'), wanted('WorkflowType'), wanted('WorkflowId')];
  if (Math.max(status.size, type.size, id.size) > 1) return undefined;

  const namespaceId = names.find(namespace);
  const statuses = status.size === 0 ? [...openCodes, ...closedCodes] : [...status].map(knownStatusCode);
  const [workflowType] = [...type].map(names.find);
  const [workflowId] = id;
  if (namespaceId === undefined || !statuses.every((code) => code !== undefined)) return undefined;
  if (type.size > 0 && workflowType === undefined) return undefined;
  return {
    namespace: namespaceId,
    statuses,
    ...(workflowType !== undefined && { workflowType }),
    ...(workflowId !== undefined && { workflowId }),
  };
}

/**
 * The runs of one status that a filter lets through, and what the text compares with. Those of one workflow id are found by the
 * id and then looked at; all others come from the index of lists.
 */
function runsOf(filter: Filter, status: number): { readonly from: string; readonly values: readonly SQLInputValue[] } {
  const { namespace, workflowType, workflowId } = filter;
  const byId = workflowId !== undefined;
  const index = byId ? 'runs_by_key' : 'runs_listed';
  const ofId = byId ? ' and workflow_id = ?' : '';
  const ofType = workflowType === undefined ? '' : ' and workflow_type = ?';
  return {
    from: `from runs indexed by ${index} where namespace = ?${ofId} and status = ?${ofType}`,
    values: [namespace, workflowId, status, workflowType].filter((value) => value !== undefined),
  };
}

function listRuns(tables: Tables, query: RunQuery): RunPage {
  const after = query.after === undefined ? undefined : readListCursor(query.after);
  const filter = filterOf(tables, query.namespace, query.claims);
  if (!filter) return { runs: [] };

  const wanted = rowLimit(query.pageSize) + 1;
  const open = after && !after.open ? [] : placesOf(tables, filter, true, after, wanted);
  const closed = placesOf(tables, filter, false, after?.open ? undefined : after, wanted - open.length);
  const places = [...open, ...closed];
  const shown = places.slice(0, query.pageSize);
  const runs = shown.map(({ sequence }) => {
    const row = tables.statements.first(`select ${summaryColumns} from runs where id = ?`, sequence) as Row;
    return summaryFrom(row, tables.names);
  });
  const last = shown.at(-1);
  return last && places.length > shown.length ? { runs, next: listCursor(last) } : { runs };
}

/** The next places among the open or among the closed runs: the first of each status, put in order. */
function placesOf(
  { statements }: Tables,
  filter: Filter,
  open: boolean,
  after: ListPlace | undefined,
  limit: number,
): readonly ListPlace[] {
  if (limit <= 0) return [];
  const time = 'ifnull(close_ms, start_ms)';
  const behind = after ? ` and ${time} <= ? and (${time} < ? or id < ?)` : '';
  const behindValues = after ? [after.timeMs, after.timeMs, after.sequence] : [];
  const statuses = filter.statuses.filter((status) => openCodes.includes(status) === open);
  const rows = statuses.flatMap((status) => {
    const { from, values } = runsOf(filter, status);
    const sql = `select ${time}, id ${from}${behind} order by ${time} desc, id desc limit ?`;
    return statements.all(sql, ...values, ...behindValues, limit);
  });
  return rows
    .map(([timeMs, id]) => ({ open, timeMs: timeMs as number, sequence: id as number }))
    .sort(compareListed)
    .slice(0, limit);
}

function countRuns(tables: Tables, namespace: string, claims: readonly RunClaim[]): number {
  const filter = filterOf(tables, namespace, claims);
  if (!filter) return 0;
  return filter.statuses.reduce((sum, status) => {
    const { from, values } = runsOf(filter, status);
    const [count] = tables.statements.first(`select count(*) ${from}`, ...values) as Row;
    return sum + (count as number);
  }, 0);
}

/** A limit as SQLite takes it. */
function rowLimit(limit: number): number {
  return Math.min(limit, 2 ** 31);
}
