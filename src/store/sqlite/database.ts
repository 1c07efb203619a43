// Opening the file: whose it is, which version it has, and what to do where it is not as it should be.

import { closeSync, fsyncSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type DatabaseSyncOptions } from 'node:sqlite';
import { StoreUnusable } from '../store.ts';
import { namingFaults } from './fault.ts';
import { applicationId, latestVersion, migrate } from './migrations.ts';
import { takeOwnership } from './ownership.ts';

export interface OpenDatabase {
  readonly db: DatabaseSync;
  close(): void;
}

/** How long to wait for another program that holds a lock on the database for a moment. */
const busyTimeoutMs = 2_000;

/** One page of the smallest size that SQLite knows. */
const smallestDatabaseBytes = 512;

/** Opens the file for its one owner, and makes it or brings it to the latest version where need be. */
export function openAsOwner(path: string): OpenDatabase {
  requireFolder(path);
  const isNew = !isDatabaseFile(path);
  const ownership = takeOwnership(path);
  try {
    const db = connect(path, {}, prepareForWriting);
    if (isNew) syncFolder(dirname(path));
    const close = () => {
      db.close();
      ownership.release();
    };
    return { db, close };
  } catch (error) {
    ownership.release();
    throw error;
  }
}

/** Opens a database that another process may be writing at this moment. */
export function openAsReader(path: string): OpenDatabase {
  if (!isDatabaseFile(path)) {
    throw new StoreUnusable(`there is no database ${path}: check the path, or run a program that makes it first`);
  }
  const db = connect(path, { readOnly: true }, requireLatest);
  return { db, close: () => db.close() };
}

function connect(
  path: string,
  options: DatabaseSyncOptions,
  prepare: (db: DatabaseSync, path: string) => void,
): DatabaseSync {
  return namingFaults(path, () => {
    const db = new DatabaseSync(path, { timeout: busyTimeoutMs, enableForeignKeyConstraints: false, ...options });
    try {
      prepare(db, path);
    } catch (error) {
      db.close();
      throw error;
    }
    return db;
  });
}

function prepareForWriting(db: DatabaseSync, path: string): void {
  const version = versionOf(db, path);
  // Pages hold whole rows: in 8 KB a kilobyte of events leaves half as much unused as in SQLite's usual 4.
  db.exec('pragma page_size = 8192');
  const mode = db.prepare('pragma journal_mode = wal').get()?.journal_mode;
  if (mode !== 'wal') throw new StoreUnusable(`${path} is on a disk that cannot share memory: put it on a local disk`);
  // Every commit is synced; where the system has a stronger sync than fsync (macOS), by that one.
  db.exec('pragma synchronous = full; pragma fullfsync = on; pragma checkpoint_fullfsync = on');
  db.exec('pragma wal_autocheckpoint = 1000; pragma journal_size_limit = 67108864');
  db.exec('pragma cache_size = -8000; pragma temp_store = memory');
  // SQLite opens a file that it may not write as if it might, and says so at the first write: now rather than later.
  db.exec('begin immediate; rollback');
  migrate(db, version);
}

function requireLatest(db: DatabaseSync, path: string): void {
  const version = versionOf(db, path);
  if (version === latestVersion()) return;
  throw new StoreUnusable(
    `${path} has version ${version} of the schema and this perdure reads version ${latestVersion()}: ` +
      'open it once with a program that runs workflows, which brings it up to date',
  );
}

/** The version of the schema, 0 for an empty file. Refuses what is not ours and what is newer than this program. */
function versionOf(db: DatabaseSync, path: string): number {
  const version = pragma(db, 'user_version');
  const id = pragma(db, 'application_id');
  const tables = db.prepare('select count(*) as count from sqlite_schema').get()?.count as number;
  if (id === 0 && version === 0 && tables === 0) return 0;
  if (id !== applicationId) {
    throw new StoreUnusable(`${path} is a database of another program: give the path of another file`);
  }
  if (version > latestVersion()) {
    throw new StoreUnusable(
      `${path} was written by a newer perdure (schema version ${version}, this one knows ${latestVersion()}): ` +
        'update perdure, or use another file',
    );
  }
  return version;
}

function pragma(db: DatabaseSync, name: string): number {
  return db.prepare(`pragma ${name}`).get()?.[name] as number;
}

function requireFolder(path: string): void {
  const folder = dirname(path);
  const stat = statSync(folder, { throwIfNoEntry: false });
  if (!stat)
    throw new StoreUnusable(`${path} cannot be opened: its folder does not exist; make it with: mkdir -p ${folder}`);
  if (!stat.isDirectory())
    throw new StoreUnusable(`${path} cannot be opened: ${folder} is not a folder; give another path`);
}

/** Whether there is a file. Its first bytes are left to SQLite, except that it takes a few of any kind for an empty database. */
function isDatabaseFile(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return false;
  if (!stat.isFile()) throw new StoreUnusable(`${path} is not a file: give the path of a database file`);
  if (stat.size > 0 && stat.size < smallestDatabaseBytes) {
    throw new StoreUnusable(`${path} is not a database: give the path of another file, or move this one away`);
  }
  return true;
}

/** A new file is durable only when its entry in the folder is. */
function syncFolder(folder: string): void {
  // Windows has no way to sync a folder, and needs none.
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
