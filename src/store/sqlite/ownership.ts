// One process writes a database. Its right to do so is an exclusive transaction on a second, empty SQLite file beside it: the
// operating system ends that with the process, however it dies, while the database itself stays open to readers. Who holds it
// stands in a text file, for the error message alone.
//
// The lock files are opened by SQLite and by nothing else: closing any other descriptor of a file gives up the locks that this
// process has on it (POSIX; https://sqlite.org/howtocorrupt.html, section 2.2).

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { DatabaseSync } from 'node:sqlite';
import { StoreUnusable } from '../store.ts';
import { diskFault } from './fault.ts';

export interface Ownership {
  release(): void;
}

interface Owner {
  readonly processId: number;
  readonly host: string;
  readonly since: string;
}

/** A process that was killed a moment ago may take this long to be gone. */
const dyingMs = 250;

export function takeOwnership(path: string): Ownership {
  const ownerPath = `${path}.owner`;
  const lock = lockFile(path, ownerPath);
  const owner: Owner = { processId: process.pid, host: hostname(), since: new Date().toISOString() };
  try {
    writeFileSync(ownerPath, `${JSON.stringify(owner)}\n`);
  } catch {
    // Another process will be told that somebody has the database, and not who.
  }
  return {
    release: () => {
      rmSync(ownerPath, { force: true });
      lock.close();
    },
  };
}

function lockFile(path: string, ownerPath: string): DatabaseSync {
  const lockPath = `${path}.lock`;
  try {
    const lock = new DatabaseSync(lockPath, { timeout: dyingMs });
    lock.exec('begin exclusive');
    return lock;
  } catch (error) {
    if (isBusy(error)) throw new StoreUnusable(inUse(path, ownerPath), { cause: error });
    throw diskFault(error, lockPath)?.unusable ?? error;
  }
}

function isBusy(error: unknown): boolean {
  return ((error as { errcode?: number }).errcode ?? 0) % 256 === 5;
}

function inUse(path: string, ownerPath: string): string {
  const owner = readOwner(ownerPath);
  if (owner?.processId === process.pid && owner.host === hostname()) {
    return `${path} is already open in this process: use what opened it, or close that first`;
  }
  const host = !owner || owner.host === hostname() ? '' : ` on ${owner.host}`;
  const who = owner ? `process ${owner.processId}${host} (since ${owner.since})` : 'another process';
  return (
    `${path} is in use by ${who}: close that process, or use another file; ` +
    `to look into this one meanwhile: npx perdure workflow list --db ${path}`
  );
}

function readOwner(ownerPath: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(ownerPath, 'utf8')) as Owner;
  } catch {
    // The owner has the lock and has not written its name yet, or cannot be read: the message does without.
    return undefined;
  }
}
