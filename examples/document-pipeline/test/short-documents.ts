import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** More words than a document may have that is summarised by any worker. */
const LONG_WORDS = 5_100;

const SENTENCES = [
  'The harbour silts up every winter, and the town pays for the dredging of it again and again.',
  'Nobody remembers who moved the lighthouse, but everybody remembers the ship that did not see it.',
  'A ferry crosses twice a day when the wind allows, which in some weeks it does not.',
  'The school stands on the hill because the old one stood in the water.',
];

/** A text of about so many words, whose sentences differ. */
export function textOf(words: number, subject = 'harbour'): string {
  const sentences: string[] = [];
  for (let written = 0; written < words; ) {
    const sentence = `In year ${sentences.length} of the ${subject}: ${SENTENCES[sentences.length % SENTENCES.length]}`;
    sentences.push(sentence);
    written += sentence.split(' ').length;
  }
  return sentences.join(' ');
}

/** Four small documents and a long one, in three formats and two folders. */
export const FIVE_DOCUMENTS: Readonly<Record<string, string>> = {
  'dredging.txt': textOf(60, 'dredging'),
  'ferry.md': `# The ferry\n\n${textOf(60, 'ferry')}\n`,
  'light.html': `<!doctype html><title>The light</title><article><p>${textOf(60, 'light')}</p></article>`,
  'long/winters.txt': textOf(LONG_WORDS, 'winters'),
  'school.txt': textOf(60, 'school'),
};

export async function writeDocuments(folder: string, documents: Readonly<Record<string, string | Uint8Array>>) {
  for (const [name, content] of Object.entries(documents)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}
