// Files that are whole or absent, whenever the process or the machine dies.
//
//   .name.tmp  ──written, synced──▶  renamed to name  ──folder synced──▶  durable
//
// The temporary file has one fixed name per target: what a killed process left behind is overwritten by the next attempt at
// the same file, so nothing piles up. Two writers of one target in this process therefore take turns.

import { mkdir, open, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

const writing = new Map<string, Promise<void>>();

/** Writes the file, making its folder, and returns when the content is on the disk under its name. */
export async function writeAtomically(path: string, content: string | Uint8Array): Promise<void> {
  const before = writing.get(path) ?? Promise.resolve();
  const turn = before.catch(() => {}).then(() => replace(path, content));
  writing.set(path, turn);
  try {
    await turn;
  } finally {
    if (writing.get(path) === turn) writing.delete(path);
  }
}

async function replace(path: string, content: string | Uint8Array): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `.${basename(path)}.tmp`);
  const file = await open(temporary, 'w');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  await syncFolder(folder);
}

/** A new name survives a power cut once its folder is synced. Windows has no such call and no such need. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
