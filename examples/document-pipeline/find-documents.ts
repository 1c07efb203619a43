// The documents of a folder, each with the id of its workflow. The id is made of where the document is and what is in it: the same
// file is the same work, whenever the command is run, and a changed file is a new document.

import { createHash } from 'node:crypto';
import { createReadStream, type Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';

export interface InputDocument {
  /** Absolute. */
  readonly path: string;
  /** Below the input folder, with slashes. */
  readonly name: string;
  readonly workflowId: string;
}

/** The input folder, or one below it, cannot be read. */
export class InputFolderError extends Error {
  override readonly name = 'InputFolderError';
}

const HASHED_AT_ONCE = 8;

/**
 * Finds all files below `folder`, in the order of their names, but for hidden ones and those that are left out. Throws
 * InputFolderError when a folder cannot be read.
 */
export async function findDocuments(
  folder: string,
  isLeftOut: (path: string) => boolean = () => false,
): Promise<InputDocument[]> {
  const paths = (await filesBelow(folder, isLeftOut)).sort();
  const documents: InputDocument[] = [];
  for (let at = 0; at < paths.length; at += HASHED_AT_ONCE) {
    const some = paths.slice(at, at + HASHED_AT_ONCE).map((path) => inputDocument(folder, path));
    documents.push(...(await Promise.all(some)));
  }
  return documents;
}

async function filesBelow(folder: string, isLeftOut: (path: string) => boolean): Promise<string[]> {
  const files: string[] = [];
  for (const entry of await entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (entry.name.startsWith('.') || isLeftOut(path)) continue;
    if (entry.isDirectory()) files.push(...(await filesBelow(path, isLeftOut)));
    else if (await isDocument(entry, path)) files.push(path);
  }
  return files;
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw new InputFolderError(`${folder} ${REASONS[code] ?? `cannot be read (${code})`}`);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist: give the folder of the documents with --input',
  ENOTDIR: 'is not a folder: give the folder in which the document is with --input',
  EACCES: 'may not be read: check its permissions',
};

/** Pipes and devices would be read for ever. A link to a file is a document, also a broken one, whose workflow says so. */
async function isDocument(entry: Dirent, path: string): Promise<boolean> {
  if (entry.isFile()) return true;
  if (!entry.isSymbolicLink()) return false;
  return stat(path).then(
    (target) => target.isFile(),
    () => true,
  );
}

async function inputDocument(folder: string, path: string): Promise<InputDocument> {
  const name = relative(folder, path).split(sep).join('/');
  const id = createHash('sha256')
    .update(`${path}\n${await contentHash(path)}`)
    .digest('hex');
  return { path, name, workflowId: `${name}:${id.slice(0, 16)}` };
}

/** A file that cannot be read is a document all the same: its workflow says why it failed. */
async function contentHash(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch (error) {
    return `unreadable: ${(error as NodeJS.ErrnoException).code}`;
  }
  return hash.digest('hex');
}
