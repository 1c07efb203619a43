// The schema, as the numbered steps that lead to it. A step that was released is never edited: the next one changes what it left.
//
// Rows are in the order of their arrival (`integer primary key`), because appending is what a disk does best, and other tables
// name a run by that number. Words that repeat (namespaces, types, queues, kinds) are numbers too: a parked run must be small.
//
//   names    1 ── * runs        namespace, workflow_type, task_queue
//   runs     1 ── * history     one row per commit: the events that it added, as the protocol's own bytes
//   runs     1 ── * parts       what is pending

import type { DatabaseSync } from 'node:sqlite';

export interface Migration {
  readonly version: number;
  readonly sql: string;
}

/** "PERD": tells our files from other programs' databases. */
export const applicationId = 0x50455244;

const migrations: readonly Migration[] = [
  {
    version: 1,
    sql: `
      create table names (
        id integer primary key,
        name text not null unique
      ) strict;

      -- run_id is 16 bytes where it is a UUID, else text. status is the number that Temporal's WorkflowExecutionStatus gives it.
      create table runs (
        id integer primary key,
        namespace integer not null,
        workflow_id text not null,
        is_current integer not null,
        run_id any not null,
        version integer not null,
        status integer not null,
        workflow_type integer not null,
        task_queue integer not null,
        start_ms integer not null,
        execution_ms integer not null,
        close_ms integer,
        history_length integer not null,
        history_bytes integer not null,
        due_ms integer,
        ready_ms integer,
        attended_by text,
        engine_row text not null,
        memo blob
      ) strict;

      -- Finds a run by its key, the current run of a workflow id, and all runs of one.
      create index runs_by_key on runs (namespace, workflow_id, is_current, run_id);
      -- The order of lists within one status. It holds the id, by which equal times are told apart, and the type, so that
      -- rows of other types are passed over without being read.
      create index runs_listed on runs (namespace, status, ifnull(close_ms, start_ms), id, workflow_type);
      create index runs_due on runs (due_ms) where due_ms is not null;
      create index runs_ready on runs (ready_ms) where ready_ms is not null;
      create index runs_attended on runs (attended_by) where attended_by is not null;

      create table history (
        id integer primary key,
        run integer not null,
        first_event integer not null,
        events integer not null,
        bytes blob not null
      ) strict;
      create unique index history_by_event on history (run, first_event);

      create table parts (
        id integer primary key,
        run integer not null,
        kind integer not null,
        part text not null,
        body any not null
      ) strict;
      create unique index parts_by_name on parts (run, kind, part);
    `,
  },
];

export function latestVersion(steps: readonly Migration[] = migrations): number {
  return steps.at(-1)?.version ?? 0;
}

/** Takes a database from `fromVersion` to the latest, one step, one transaction at a time: a crash leaves it between two. */
export function migrate(db: DatabaseSync, fromVersion: number, steps: readonly Migration[] = migrations): void {
  for (const { version, sql } of steps) {
    if (version <= fromVersion) continue;
    db.exec('begin immediate');
    try {
      db.exec(sql);
      db.exec(`pragma application_id = ${applicationId}`);
      db.exec(`pragma user_version = ${version}`);
      db.exec('commit');
    } catch (error) {
      if (db.isTransaction) db.exec('rollback');
      throw error;
    }
  }
}
