// How the values of a run stand in the columns of its row.

import type { SQLOutputValue } from 'node:sqlite';
import { assert } from '../../base/assert.ts';
import { openStatuses } from '../paging.ts';
import type { RunKey, RunStatus, RunSummary } from '../store.ts';
import type { Names } from './names.ts';
import type { Row } from './statements.ts';

const statusCodes: Readonly<Record<RunStatus, number>> = {
  RUNNING: 1,
  COMPLETED: 2,
  FAILED: 3,
  CANCELED: 4,
  TERMINATED: 5,
  CONTINUED_AS_NEW: 6,
  TIMED_OUT: 7,
  PAUSED: 8,
};
const statusByCode = new Map(Object.entries(statusCodes).map(([status, code]) => [code, status as RunStatus]));

export const openCodes: readonly number[] = openStatuses.map((status) => statusCodes[status]);
export const closedCodes: readonly number[] = Object.values(statusCodes).filter((code) => !openCodes.includes(code));

export function statusCode(status: RunStatus): number {
  return statusCodes[status];
}

/** The code of a status that a filter names; undefined for a word that is none. */
export function knownStatusCode(status: string): number | undefined {
  return Object.hasOwn(statusCodes, status) ? statusCodes[status as RunStatus] : undefined;
}

/** 16 bytes for a UUID as we write them, the text itself for any other id: 40 bytes less for each run. */
export function packRunId(runId: string): string | Uint8Array {
  if (runId.length !== 36) return runId;
  const packed = new Uint8Array(16);
  let at = 0;
  for (const byte of packed.keys()) {
    if (byte === 4 || byte === 6 || byte === 8 || byte === 10) {
      if (runId[at++] !== '-') return runId;
    }
    const high = hexDigit(runId.charCodeAt(at++));
    const low = hexDigit(runId.charCodeAt(at++));
    if (high < 0 || low < 0) return runId;
    packed[byte] = high * 16 + low;
  }
  return packed;
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  return code >= 97 && code <= 102 ? code - 87 : -1;
}

export function unpackRunId(stored: SQLOutputValue | undefined): string {
  if (!(stored instanceof Uint8Array)) return stored as string;
  const hex = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

export const keyColumns = 'namespace, workflow_id, run_id';

/** The key from a row that begins with `keyColumns`. */
export function keyFrom(row: Row, names: Names): RunKey {
  const [namespace, workflowId, runId] = row;
  return { namespace: names.nameOf(namespace as number), workflowId: workflowId as string, runId: unpackRunId(runId) };
}

export const summaryColumns = `${keyColumns}, status, workflow_type, task_queue, start_ms, execution_ms, close_ms,
  history_length, history_bytes, due_ms, ready_ms, attended_by, memo`;

/** What lists show, from a row of `summaryColumns`. */
export function summaryFrom(row: Row, names: Names): RunSummary {
  const [status, type, queue, startMs, executionMs, closeMs, length, bytes, dueMs, readyMs, attendedBy, memo] =
    row.slice(3);
  const known = statusByCode.get(status as number);
  assert(known, `a run is stored with the status ${status}, which is none`);
  return {
    key: keyFrom(row, names),
    workflowType: names.nameOf(type as number),
    taskQueue: names.nameOf(queue as number),
    startTimeMs: startMs as number,
    executionTimeMs: executionMs as number,
    memo: (memo as Uint8Array | null) ?? undefined,
    status: known,
    closeTimeMs: (closeMs as number | null) ?? undefined,
    historyLength: length as number,
    historySizeBytes: bytes as number,
    dueAtMs: (dueMs as number | null) ?? undefined,
    readyAtMs: (readyMs as number | null) ?? undefined,
    attendedBy: (attendedBy as string | null) ?? undefined,
  };
}
