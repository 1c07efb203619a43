import { DocumentError } from './document-error.ts';
import type { DocumentFile, ExtractedText, Reader } from './format.ts';

const HEAD_BYTES = 1_024;
/** The specification puts the end mark into the last 1,024 bytes; servers and mailers like to append something. */
const TAIL_BYTES = 4_096;

/** A book of this many pages is a book; beyond it somebody is playing. */
const MOST_PAGES = 5_000;

export const readPdf: Reader = async (file) => {
  checkEnds(file);
  const { getDocumentProxy } = await import('unpdf');
  // verbosity 0: what pdf.js thinks of a file is not for the terminal. The copy is detached by pdf.js.
  const pdf = await getDocumentProxy(file.bytes.slice(), {
    verbosity: 0,
    disableFontFace: true,
  }).catch((error: unknown) => Promise.reject(explain(file, error)));
  if (pdf.numPages > MOST_PAGES) {
    throw new DocumentError(
      'OversizedDocumentError',
      `${file.name} has ${pdf.numPages} pages: split it, ${MOST_PAGES} is the limit`,
    );
  }
  const pages: string[] = [];
  for (let number = 1; number <= pdf.numPages; number += 1) {
    const page = await pdf.getPage(number);
    const { items } = await page.getTextContent();
    pages.push(items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join(''));
    page.cleanup();
  }
  return { text: joinPages(pages), ...(await titleOf(pdf)) };
};

/** pdf.js repairs what it can, and then reads half of a file that was cut off as if it were all. */
function checkEnds({ name, bytes }: DocumentFile): void {
  const latin1 = new TextDecoder('latin1');
  if (!latin1.decode(bytes.subarray(0, HEAD_BYTES)).includes('%PDF-')) {
    throw new DocumentError('BrokenDocumentError', `${name} is no PDF file: check what was saved under this name`);
  }
  if (!latin1.decode(bytes.subarray(-TAIL_BYTES)).includes('%%EOF')) {
    throw new DocumentError('BrokenDocumentError', `${name} is cut off, its end is missing: get the file again`);
  }
}

function explain({ name }: DocumentFile, error: unknown): DocumentError {
  if (error instanceof Error && error.name === 'PasswordException') {
    return new DocumentError('EncryptedDocumentError', `${name} asks for a password: save a copy without one`);
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new DocumentError('BrokenDocumentError', `${name} is a damaged PDF file (${reason}): get the file again`);
}

/** Lines of a page belong together; a word hyphenated at the end of a line becomes one again. */
function joinPages(pages: readonly string[]): string {
  return pages.join('\n').replace(/(\p{Ll})-\n(\p{Ll})/gu, '$1$2');
}

async function titleOf(pdf: { getMetadata(): Promise<{ info: object }> }): Promise<Pick<ExtractedText, 'title'>> {
  const { info } = await pdf.getMetadata();
  const title = 'Title' in info && typeof info.Title === 'string' ? info.Title.trim() : '';
  return title === '' ? {} : { title };
}
