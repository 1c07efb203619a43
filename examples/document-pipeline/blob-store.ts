// The texts of the pipeline, kept outside of history.
//
// A history holds what steps passed to each other, forever and for everyone who reads it, so it is the wrong place for a
// megabyte of text. The steps pass a reference instead: the SHA-256 of the content, which is also its name in this
// folder. The same content has the same name, so a step that runs twice writes nothing twice, and what is read can be
// checked against what was asked for.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from './atomic-file.ts';

/** What the pipeline's steps pass to each other in place of a text. */
export interface BlobRef {
  /** SHA-256 of the content, in lower-case hex. */
  readonly hash: string;
  readonly sizeBytes: number;
}

/** A blob is not in the folder, or is not what its name says. Neither gets better by trying again. */
export class BlobError extends Error {
  readonly type: 'BlobMissingError' | 'BlobDamagedError';

  constructor(type: BlobError['type'], message: string) {
    super(message);
    this.name = type;
    this.type = type;
  }
}

export interface BlobStore {
  /** Keeps the content durably and returns its reference; keeping it again changes nothing. */
  put(content: string | Uint8Array): Promise<BlobRef>;
  /** Throws {@link BlobError} when the content is missing or does not match its hash. */
  get(hash: string): Promise<Buffer>;
  /** The content as UTF-8 text. */
  getText(hash: string): Promise<string>;
}

/** Opens a folder as a store; it is made with the first blob. */
export function openBlobStore(folder: string): BlobStore {
  const store: BlobStore = {
    put: async (content) => {
      const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
      const hash = hashOf(bytes);
      const path = pathOf(folder, hash);
      // A blob that is there but damaged is written anew: we hold the right content in our hands.
      if (!(await holds(path, hash))) await writeAtomically(path, bytes);
      return { hash, sizeBytes: bytes.byteLength };
    },
    get: async (hash) => {
      const path = pathOf(folder, hash);
      const bytes = await readIfPresent(path);
      if (bytes === undefined) {
        throw new BlobError(
          'BlobMissingError',
          `${path} is missing: restore the folder that belongs to the database, or use --again`,
        );
      }
      if (hashOf(bytes) !== hash) {
        throw new BlobError('BlobDamagedError', `${path} does not match its hash: delete the file and use --again`);
      }
      return bytes;
    },
    getText: async (hash) => (await store.get(hash)).toString('utf8'),
  };
  return store;
}

export function hashOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Two levels, because some file systems slow down with very many names in one folder. */
function pathOf(folder: string, hash: string): string {
  if (!/^[0-9a-f]{64}$/.test(hash))
    throw new BlobError('BlobMissingError', `"${hash}" is no blob reference: expected a SHA-256 in hex`);
  return join(folder, hash.slice(0, 2), hash.slice(2));
}

async function holds(path: string, hash: string): Promise<boolean> {
  const bytes = await readIfPresent(path);
  return bytes !== undefined && hashOf(bytes) === hash;
}

async function readIfPresent(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
