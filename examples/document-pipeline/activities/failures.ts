// How the errors of the pipeline's parts become the failures that the engine records and acts on.

import { ApplicationFailure } from 'perdure/activity';
import { BlobError } from '../blob-store.ts';
import { DocumentError } from '../extract/document-error.ts';

/** A document or a blob that is bad stays bad: its failure is not retried. Anything else is left to the retry policy. */
export function documentFailure(error: unknown): unknown {
  if (error instanceof DocumentError || error instanceof BlobError) {
    return ApplicationFailure.create({ type: error.type, message: error.message, nonRetryable: true });
  }
  return error;
}

/** A file that cannot be read or written, with its name and what to do; retried, for a disk or a mount may come back. */
export function fileFailure(what: string, path: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  const known = code === undefined ? undefined : FILE_ERRORS[code];
  if (known === undefined) return error;
  const [type, reason] = known;
  return ApplicationFailure.create({
    type,
    message: `${path} cannot be ${what}: ${reason}`,
    details: [{ code, message }],
  });
}

const FILE_ERRORS: Readonly<Record<string, readonly [type: string, reason: string]>> = {
  ENOENT: ['DocumentNotFoundError', 'there is no such file, put it back or run again without it'],
  EACCES: ['FileAccessError', 'access is denied, check its permissions'],
  EPERM: ['FileAccessError', 'access is denied, check its permissions'],
  EROFS: ['FileAccessError', 'the disk is read-only, choose another folder'],
  EISDIR: ['FileAccessError', 'it is a folder'],
  ENOTDIR: ['FileAccessError', 'part of the path is a file, choose another folder'],
  EEXIST: ['FileAccessError', 'part of the path is a file, choose another folder'],
  ENOSPC: ['DiskFullError', 'the disk is full, make room'],
};
