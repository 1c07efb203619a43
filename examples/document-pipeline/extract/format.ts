import { extname } from 'node:path';
import { DocumentError } from './document-error.ts';

export type Format = 'text' | 'markdown' | 'html' | 'pdf' | 'docx';

/** What a reader gets and gives. Readers throw DocumentError, or anything else for a document that they cannot make out. */
export interface DocumentFile {
  /** For messages, e.g. `reports/7.pdf`. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface ExtractedText {
  readonly text: string;
  /** As the document itself states it. */
  readonly title?: string;
}

export type Reader = (file: DocumentFile) => Promise<ExtractedText>;

const FORMATS: ReadonlyMap<string, Format> = new Map([
  ['.txt', 'text'],
  ['.md', 'markdown'],
  ['.html', 'html'],
  ['.htm', 'html'],
  ['.pdf', 'pdf'],
  ['.docx', 'docx'],
]);

/** The endings of file names that the pipeline reads, each with its dot. */
export const READABLE_ENDINGS: readonly string[] = [...FORMATS.keys()];

/** The format of a document by the end of its name; throws `UnsupportedDocumentError` for any other. */
export function formatOf(name: string): Format {
  const ending = extname(name).toLowerCase();
  const format = FORMATS.get(ending);
  if (format !== undefined) return format;
  throw new DocumentError(
    'UnsupportedDocumentError',
    `${name} cannot be read: ${ending === '' ? 'a name without an ending' : ending} is no known format, ` +
      `convert it to one of ${READABLE_ENDINGS.join(' ')}`,
  );
}
