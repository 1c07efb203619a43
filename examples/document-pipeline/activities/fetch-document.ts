import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { BlobRef, BlobStore } from '../blob-store.ts';
import { DocumentError } from '../extract/document-error.ts';
import { formatOf } from '../extract/format.ts';
import { DEFAULT_LIMITS } from '../extract-text.ts';
import { documentFailure, fileFailure } from './failures.ts';

export interface FetchedDocument {
  /** The file's name without its folder. */
  readonly name: string;
  readonly original: BlobRef;
}

/**
 * Takes a copy of the document at `path`, so that all later steps, and all attempts at them, see the same bytes. What no step could
 * read, by its name or its size, is refused here, before it is copied.
 */
export async function fetchDocument(blobs: BlobStore, path: string): Promise<FetchedDocument> {
  const name = basename(path);
  try {
    formatOf(name);
    return { name, original: await blobs.put(await readDocument(path)) };
  } catch (error) {
    throw documentFailure(error);
  }
}

async function readDocument(path: string): Promise<Buffer> {
  try {
    const { size } = await stat(path);
    const limit = DEFAULT_LIMITS.maxFileBytes;
    if (size <= limit) return await readFile(path);
    const remedy = `the limit is ${limit / 1_000_000} MB: split it`;
    throw new DocumentError('OversizedDocumentError', `${basename(path)} is too large, ${remedy}`);
  } catch (error) {
    throw fileFailure('read', path, error);
  }
}
