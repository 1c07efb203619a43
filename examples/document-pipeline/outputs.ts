// The files in the output folder, when no step of a pipeline writes them: what was deleted is written again from what is kept, and
// what an earlier run wrote of a document that now has no summary is taken away.

import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { saveResults } from './activities/save-results.ts';
import type { BlobStore } from './blob-store.ts';
import type { InputDocument } from './find-documents.ts';
import type { DocumentOutcome } from './workflows.ts';

/** The output folder cannot be used. */
export class OutputFolderError extends Error {
  override readonly name = 'OutputFolderError';
}

/** Makes the folder and tries whether it can be written: better to hear of it now than when the summaries are paid for. */
export async function prepareOutputFolder(folder: string): Promise<void> {
  try {
    await makeFolder(folder);
    const trial = join(folder, `.trial-${process.pid}`);
    await mkdir(trial);
    await rm(trial, { recursive: true });
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new OutputFolderError(`${folder} cannot be written: ${REASONS[code] ?? message}`);
  }
}

/** Node's own recursive mkdir never comes back from a path below /proc: it makes the parent, which is there, again and again. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && dirname(folder) !== folder) {
      await makeFolder(dirname(folder));
      await mkdir(folder);
    } else if (!(await isFolder(folder))) throw error;
  }
}

/** Whether it is there, and can hold files. */
export function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'access is denied, check its permissions or give another folder with --output',
  EPERM: 'access is denied, check its permissions or give another folder with --output',
  EROFS: 'the disk is read-only, give another folder with --output',
  EEXIST: 'it is a file, give a folder with --output',
  ENOTDIR: 'part of the path is a file, give a folder with --output',
  ENOENT: 'no folder can be made there, give another one with --output',
  ENOSPC: 'the disk is full, make room',
};

/** Brings the files of a document that has ended in line with how it ended. Files that are there are left as they are. */
export async function reviewOutputs(
  blobs: BlobStore,
  folder: string,
  { path, name }: InputDocument,
  outcome: DocumentOutcome,
): Promise<void> {
  const files = ['.json', '.md'].map((ending) => join(folder, `${name}${ending}`));
  if (outcome.status !== 'completed') {
    if (await tellsOf(files[0] ?? '', path)) await Promise.all(files.map((file) => rm(file, { force: true })));
    return;
  }
  const present = await Promise.all(files.map(isThere));
  if (present.includes(false)) await saveResults(blobs, folder, { ...outcome.finished, outputName: name });
}

function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/** Another document's file of the same name is none of ours. */
async function tellsOf(file: string, path: string): Promise<boolean> {
  try {
    const content: unknown = JSON.parse(await readFile(file, 'utf8'));
    return typeof content === 'object' && content !== null && 'path' in content && content.path === path;
  } catch {
    return false;
  }
}
