// A connection with what is remembered along with it.

import type { DatabaseSync } from 'node:sqlite';
import { type Names, namesOf } from './names.ts';
import { type Statements, statementsOf } from './statements.ts';

export interface Tables {
  readonly statements: Statements;
  readonly names: Names;
}

export function tablesOf(db: DatabaseSync): Tables {
  const statements = statementsOf(db);
  return { statements, names: namesOf(statements) };
}
