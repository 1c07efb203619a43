// Statements are prepared once and answer with arrays: a column then costs nothing but its value.

import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';

export type Row = readonly SQLOutputValue[];

export interface Statements {
  run(sql: string, ...values: SQLInputValue[]): { readonly lastInsertRowid: number | bigint };
  first(sql: string, ...values: SQLInputValue[]): Row | undefined;
  all(sql: string, ...values: SQLInputValue[]): readonly Row[];
  /** For long results of which only the beginning may be wanted. */
  each(sql: string, ...values: SQLInputValue[]): Iterable<Row>;
}

export function statementsOf(db: DatabaseSync): Statements {
  const prepared = new Map<string, StatementSync>();
  const statement = (sql: string): StatementSync => {
    const known = prepared.get(sql);
    if (known) return known;
    const fresh = db.prepare(sql);
    fresh.setReturnArrays(true);
    prepared.set(sql, fresh);
    return fresh;
  };
  return {
    run: (sql, ...values) => statement(sql).run(...values),
    first: (sql, ...values) => statement(sql).get(...values) as unknown as Row | undefined,
    all: (sql, ...values) => statement(sql).all(...values) as unknown as readonly Row[],
    each: (sql, ...values) => statement(sql).iterate(...values) as unknown as Iterable<Row>,
  };
}
