// A store without a disk, for tests and for programs that need no memory of the last time they ran. A commit is applied in
// the call itself, so its order is the order of the calls, and nothing can come between its parts.

import { assert } from '../base/assert.ts';
import { assertDistinct, guardMove, guardWrite } from './guard.ts';
import {
  compareListed,
  type ListPlace,
  listCursor,
  listPlace,
  readListCursor,
  readReadyCursor,
  readyCursor,
} from './paging.ts';
import { type Compare, insertSorted, lowerBound, removeSorted } from './sorted.ts';
import {
  type Commit,
  type HistoryChunk,
  type Part,
  type RunBirth,
  type RunClaim,
  type RunKey,
  type RunMarks,
  type RunSummary,
  type RunWrite,
  type Store,
  StoreUnusable,
} from './store.ts';

/** What is kept of a run. A write replaces it; parts and chunks are the same collections throughout. */
interface Kept {
  readonly key: RunKey;
  readonly sequence: number;
  readonly version: number;
  readonly birth: RunBirth;
  readonly marks: RunMarks;
  readonly row: string;
  readonly place: ListPlace;
  readonly parts: Map<string, Part>;
  readonly chunks: HistoryChunk[];
}

interface Tables {
  readonly runs: Map<string, Kept>;
  readonly currentRuns: Map<string, string>;
  /** All runs in the order of lists. */
  readonly listed: Kept[];
  readonly due: Kept[];
  readonly ready: Kept[];
  readonly attended: Set<Kept>;
  lastSequence: number;
}

const byPlace: Compare<Pick<Kept, 'place'>> = (a, b) => compareListed(a.place, b.place);
const byTime =
  (mark: 'dueAtMs' | 'readyAtMs'): Compare<Pick<Kept, 'sequence' | 'marks'>> =>
  (a, b) =>
    (a.marks[mark] ?? 0) - (b.marks[mark] ?? 0) || a.sequence - b.sequence;
const byDue = byTime('dueAtMs');
const byReady = byTime('readyAtMs');

/** A store that forgets everything when the process ends. Its commits are as durable as the process. */
export function openMemoryStore(): Store {
  const tables: Tables = {
    runs: new Map(),
    currentRuns: new Map(),
    listed: [],
    due: [],
    ready: [],
    attended: new Set(),
    lastSequence: 0,
  };
  let closed = false;
  const whileOpen = <Args extends unknown[], Result>(work: (tables: Tables, ...args: Args) => Result) => {
    return async (...args: Args): Promise<Result> => {
      if (closed) throw new StoreUnusable('the memory store is closed: open a new one');
      return work(tables, ...args);
    };
  };
  return {
    commit: whileOpen(applyCommit),
    loadRun: whileOpen(loadRun),
    currentRun: whileOpen(({ currentRuns }, namespace: string, workflowId: string) =>
      currentRuns.get(idOf({ namespace, workflowId })),
    ),
    readHistory: whileOpen(readHistory),
    lastHistory: whileOpen(({ runs }, key: RunKey) => runs.get(idOf(key))?.chunks.at(-1)),
    dueRuns: whileOpen(dueRuns),
    nextDueMs: whileOpen(({ due }) => due[0]?.marks.dueAtMs),
    readyRuns: whileOpen(readyRuns),
    runsAttendedByOthers: whileOpen(runsAttendedByOthers),
    listRuns: whileOpen(listRuns),
    countRuns: whileOpen(
      ({ listed }, namespace: string, claims: readonly RunClaim[]) => listed.filter(matches(namespace, claims)).length,
    ),
    close: async () => {
      closed = true;
    },
  };
}

function idOf(of: { readonly namespace: string; readonly workflowId: string; readonly runId?: string }): string {
  return JSON.stringify([of.namespace, of.workflowId, of.runId]);
}

function applyCommit(tables: Tables, commit: Commit): void {
  assertDistinct(commit);
  for (const write of commit.runs) {
    const kept = tables.runs.get(idOf(write.key));
    guardWrite(write, kept && { version: kept.version, historyLength: kept.marks.historyLength });
  }
  for (const move of commit.currentRuns) guardMove(move, tables.currentRuns.get(idOf(move)));
  for (const { namespace, workflowId, to } of commit.currentRuns) {
    const id = idOf({ namespace, workflowId, runId: to });
    const known = tables.runs.has(id) || commit.runs.some(({ key }) => idOf(key) === id);
    assert(known, `the current run of workflow ${workflowId} cannot become ${to}: there is no such run`);
  }

  for (const write of commit.runs) applyWrite(tables, write);
  for (const move of commit.currentRuns) tables.currentRuns.set(idOf(move), move.to);
}

function applyWrite(tables: Tables, write: RunWrite): void {
  const { key, marks, row, events } = write;
  const before = tables.runs.get(idOf(key));
  if (before) unlist(tables, before);

  const birth = write.birth ?? before?.birth;
  assert(birth, `run ${key.runId} has no birth`);
  const sequence = before?.sequence ?? ++tables.lastSequence;
  const parts = before?.parts ?? new Map<string, Part>();
  const chunks = before?.chunks ?? [];
  for (const part of write.dropParts) parts.delete(partId(part));
  for (const part of write.putParts) parts.set(partId(part), part);
  if (events) chunks.push(events);

  const place = listPlace(birth.startTimeMs, marks, sequence);
  const version = write.readAtVersion + 1;
  const kept: Kept = { key, sequence, version, birth, marks, row, place, parts, chunks };
  tables.runs.set(idOf(key), kept);
  list(tables, kept);
}

function partId({ kind, id }: Pick<Part, 'kind' | 'id'>): string {
  return JSON.stringify([kind, id]);
}

function list(tables: Tables, kept: Kept): void {
  insertSorted(tables.listed, kept, byPlace);
  if (kept.marks.dueAtMs !== undefined) insertSorted(tables.due, kept, byDue);
  if (kept.marks.readyAtMs !== undefined) insertSorted(tables.ready, kept, byReady);
  if (kept.marks.attendedBy !== undefined) tables.attended.add(kept);
}

function unlist(tables: Tables, kept: Kept): void {
  removeSorted(tables.listed, kept, byPlace);
  removeSorted(tables.due, kept, byDue);
  removeSorted(tables.ready, kept, byReady);
  tables.attended.delete(kept);
}

function loadRun({ runs }: Tables, key: RunKey) {
  const kept = runs.get(idOf(key));
  return kept && { key: kept.key, version: kept.version, row: kept.row, parts: [...kept.parts.values()] };
}

function readHistory({ runs }: Tables, key: RunKey, fromEventId: number, maxEvents: number): HistoryChunk[] {
  const page: HistoryChunk[] = [];
  let events = 0;
  for (const chunk of runs.get(idOf(key))?.chunks ?? []) {
    if (chunk.firstEventId + chunk.count <= fromEventId) continue;
    if (events >= maxEvents) break;
    page.push(chunk);
    events += chunk.firstEventId + chunk.count - Math.max(chunk.firstEventId, fromEventId);
  }
  return page;
}

function dueRuns({ due }: Tables, beforeMs: number, limit: number) {
  const page: { key: RunKey; dueAtMs: number }[] = [];
  for (const { key, marks } of due) {
    const { dueAtMs } = marks;
    if (dueAtMs === undefined || dueAtMs > beforeMs || page.length >= limit) break;
    page.push({ key, dueAtMs });
  }
  return page;
}

function readyRuns({ ready }: Tables, limit: number, after?: string) {
  const start = after === undefined ? 0 : firstReadyAfter(ready, after);
  const page = ready.slice(start, start + limit);
  const last = page.at(-1);
  const more = last && start + page.length < ready.length;
  const keys = page.map(({ key }) => key);
  return more
    ? { keys, next: readyCursor({ readyAtMs: last.marks.readyAtMs ?? 0, sequence: last.sequence }) }
    : { keys };
}

function firstReadyAfter(ready: readonly Kept[], after: string): number {
  const { readyAtMs, sequence } = readReadyCursor(after);
  const at = ready.findIndex(({ marks, sequence: own }) => {
    const difference = (marks.readyAtMs ?? 0) - readyAtMs;
    return difference > 0 || (difference === 0 && own > sequence);
  });
  return at === -1 ? ready.length : at;
}

function runsAttendedByOthers({ attended }: Tables, processId: string, limit: number): RunKey[] {
  return [...attended]
    .filter(({ marks }) => marks.attendedBy !== processId)
    .slice(0, limit)
    .map(({ key }) => key);
}

function listRuns({ listed }: Tables, query: Parameters<Store['listRuns']>[0]) {
  const { namespace, claims, pageSize, after } = query;
  const place = after === undefined ? undefined : readListCursor(after);
  const start = place ? lowerBound<Pick<Kept, 'place'>>(listed, { place }, byPlace) : 0;
  const page: Kept[] = [];
  for (let at = start; at < listed.length && page.length <= pageSize; at++) {
    const kept = listed[at] as Kept;
    if (place && compareListed(kept.place, place) === 0) continue;
    if (matches(namespace, claims)(kept)) page.push(kept);
  }
  const shown = page.slice(0, pageSize);
  const last = shown.at(-1);
  const runs = shown.map(summary);
  return last && page.length > pageSize ? { runs, next: listCursor(last.place) } : { runs };
}

function matches(namespace: string, claims: readonly RunClaim[]): (kept: Kept) => boolean {
  return ({ key, birth, marks }) => {
    const fields = { ExecutionStatus: marks.status, WorkflowType: birth.workflowType, WorkflowId: key.workflowId };
    return key.namespace === namespace && claims.every(({ field, equals }) => fields[field] === equals);
  };
}

function summary({ key, birth, marks }: Kept): RunSummary {
  return { ...birth, ...marks, key };
}
