import { cancellationSignal } from 'perdure/activity';
import type { BlobRef, BlobStore } from '../blob-store.ts';
import { DEFAULT_LIMITS, extractText } from '../extract-text.ts';
import { beating } from './beating.ts';
import { documentFailure } from './failures.ts';
import type { FetchedDocument } from './fetch-document.ts';

export interface DocumentText {
  readonly text: BlobRef;
  /** Length in UTF-16 units: what decides whether a document is a long one. */
  readonly chars: number;
  readonly words: number;
  readonly title?: string;
}

/** A title travels through history, and a hostile document may call its whole self a title. */
const LONGEST_TITLE = 200;

/** Reads the text of a fetched document and keeps it. What cannot be read is a failure that is not retried. */
export async function extractDocumentText(
  blobs: BlobStore,
  { name, original }: FetchedDocument,
): Promise<DocumentText> {
  try {
    const bytes = await blobs.get(original.hash);
    const reading = extractText({ name, bytes }, DEFAULT_LIMITS, cancellationSignal());
    const { text, title } = await beating(reading, () => ({ reading: name }));
    const words = text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;
    return {
      text: await blobs.put(text),
      chars: text.length,
      words,
      ...(title === undefined ? {} : { title: title.slice(0, LONGEST_TITLE).toWellFormed() }),
    };
  } catch (error) {
    throw documentFailure(error);
  }
}
