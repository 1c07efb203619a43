// The thread in which one document is read (see ../extract-text.ts). It gets the document as its workerData, posts one Outcome,
// and ends. The parsers are loaded here and only on demand, so that nobody pays for a format that does not occur.

import { parentPort, workerData } from 'node:worker_threads';
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

async function read({ format, name, bytes }: ReaderTask): Promise<Outcome> {
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

parentPort?.postMessage(await read(workerData as ReaderTask));
