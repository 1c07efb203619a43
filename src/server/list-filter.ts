// The list filter of this version: claims with `=`, joined by AND, on three fields. Anything else of Temporal's language is refused
// by a message that says what is understood, never taken for something it is not.
//
//   filter := claim (AND claim)*      claim := field '=' value      value := '…' | "…" | a number, for ExecutionStatus

import type { RunStatus } from '../api/run-key.ts';
import { invalidArgument } from '../api/service-error.ts';
import type { RunClaim } from '../store/store.ts';

const STATUSES: Readonly<Record<string, RunStatus>> = {
  Running: 'RUNNING',
  Completed: 'COMPLETED',
  Failed: 'FAILED',
  Canceled: 'CANCELED',
  Terminated: 'TERMINATED',
  ContinuedAsNew: 'CONTINUED_AS_NEW',
  TimedOut: 'TIMED_OUT',
};
const FIELDS = ['ExecutionStatus', 'WorkflowType', 'WorkflowId'] as const;
const CLAIM = /^\s*`?(\w+)`?\s*=\s*('(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|\d+)\s*/;

export function parseFilter(query = ''): readonly RunClaim[] {
  if (query.trim() === '') return [];
  const claims: RunClaim[] = [];
  let rest = query;
  for (;;) {
    const found = CLAIM.exec(rest);
    if (!found) throw notUnderstood(query, rest);
    claims.push(claimOf(query, found[1] as string, found[2] as string));
    rest = rest.slice(found[0].length);
    if (rest === '') return claims;
    const and = /^AND\b/i.exec(rest);
    if (!and) throw notUnderstood(query, rest);
    rest = rest.slice(and[0].length);
  }
}

function claimOf(query: string, field: string, literal: string): RunClaim {
  const known = FIELDS.find((name) => name === field);
  if (!known)
    throw invalidArgument(
      `invalid query: ${JSON.stringify(field)} is not a field that this version can filter by: ${understood()}`,
    );
  const value = textOf(literal);
  if (known !== 'ExecutionStatus') {
    if (/^\d/.test(literal)) throw notUnderstood(query, literal);
    return { field: known, equals: value };
  }
  const status = STATUSES[value] ?? Object.values(STATUSES)[Number(value) - 1];
  if (!status)
    throw invalidArgument(
      `invalid query: ${literal} is no ExecutionStatus: one of ${Object.keys(STATUSES).join(', ')}`,
    );
  return { field: known, equals: status };
}

function textOf(literal: string): string {
  const quote = literal[0] as string;
  if (quote !== "'" && quote !== '"') return literal;
  return literal
    .slice(1, -1)
    .replaceAll(quote + quote, quote)
    .replaceAll(/\\(.)/g, '$1');
}

function notUnderstood(query: string, at: string): Error {
  const where = at.trim() === '' ? 'its end' : JSON.stringify(at.trim());
  return invalidArgument(`invalid query ${JSON.stringify(query)}: not understood from ${where} on: ${understood()}`);
}

function understood(): string {
  return `write ${FIELDS.map((field) => `${field} = '…'`).join(', ')}, joined by AND`;
}
