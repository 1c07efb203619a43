// The documents of a folder, each with the id of its workflow. The id is made of where the document is and what is in it: the same
// file is the same work, whenever the command is run, and a changed file is a new document.

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';

export interface InputDocument {
  /** Absolute. */
  readonly path: string;
  /** Below the input folder, with slashes. */
  readonly name: string;
  readonly workflowId: string;
}

const HASHED_AT_ONCE = 8;

/** Finds all files below `folder`, by name, but for hidden ones and those of `leftOut`. Throws if there is no such folder. */
export async function findDocuments(folder: string, leftOut: readonly string[]): Promise<InputDocument[]> {
  const paths = (await filesBelow(folder, new Set(leftOut))).sort();
  const documents: InputDocument[] = [];
  for (let at = 0; at < paths.length; at += HASHED_AT_ONCE) {
    const some = paths.slice(at, at + HASHED_AT_ONCE).map((path) => inputDocument(folder, path));
    documents.push(...(await Promise.all(some)));
  }
  return documents;
}

async function filesBelow(folder: string, leftOut: ReadonlySet<string>): Promise<string[]> {
  const files: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.name.startsWith('.') || leftOut.has(path)) continue;
    if (entry.isDirectory()) files.push(...(await filesBelow(path, leftOut)));
    else files.push(path);
  }
  return files;
}

async function inputDocument(folder: string, path: string): Promise<InputDocument> {
  const name = relative(folder, path).split(sep).join('/');
  const id = createHash('sha256')
    .update(`${path}\n${await contentHash(path)}`)
    .digest('hex');
  return { path, name, workflowId: `document ${name} ${id.slice(0, 16)}` };
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
