// One document, read by the parser of its format. The parsers are loaded on demand, so that nobody pays for a format that does not
// occur.

import { cleanText } from './clean-text.ts';
import { DocumentError, type DocumentErrorType } from './document-error.ts';
import type { DocumentFile, ExtractedText, Format, Reader } from './format.ts';

export interface ReaderTask extends DocumentFile {
  readonly format: Format;
}

export type Outcome =
  | { readonly read: true; readonly extracted: ExtractedText }
  | { readonly read: false; readonly type: DocumentErrorType; readonly message: string };

const readers: Readonly<Record<Format, () => Promise<Reader>>> = {
  text: async () => (await import('./read-plain-text.ts')).readPlainText,
  markdown: async () => (await import('./read-markdown.ts')).readMarkdown,
  html: async () => (await import('./read-html.ts')).readHtml,
  pdf: async () => (await import('./read-pdf.ts')).readPdf,
  docx: async () => (await import('./read-docx.ts')).readDocx,
};

/** Never rejects: that a document cannot be read is an outcome. */
export async function readDocument({ format, name, bytes }: ReaderTask): Promise<Outcome> {
  try {
    const reader = await readers[format]();
    const { text, ...rest } = await reader({ name, bytes });
    const extracted = { ...rest, text: cleanText(text) };
    return /[\p{L}\p{N}]/u.test(extracted.text) ? { read: true, extracted } : noText(name, format);
  } catch (error) {
    if (error instanceof DocumentError) return { read: false, type: error.type, message: error.message };
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return { read: false, type: 'BrokenDocumentError', message: `${name} is damaged (${reason}): get the file again` };
  }
}

function noText(name: string, format: Format): Outcome {
  const remedy = format === 'pdf' ? ': if its pages are pictures, run OCR first' : '';
  return { read: false, type: 'EmptyDocumentError', message: `${name} holds no text${remedy}` };
}
