// One text in five formats, each as a person's program would write it: with titles, headers and menus that are not text.

import { Document, HeadingLevel, Packer, Paragraph, TextRun } from 'docx';
import { PDFDocument, type PDFFont, StandardFonts } from 'pdf-lib';

export interface Work {
  readonly title: string;
  readonly author: string;
  readonly paragraphs: readonly string[];
}

/** So that making the documents again changes nothing in them. */
const WRITTEN = new Date('2026-11-24T00:00:00Z');

const TEXT_COLUMNS = 100;
const PAGE = { width: 595, height: 842, margin: 64, fontSize: 11, lineHeight: 15 };

export function asText({ title, author, paragraphs }: Work): string {
  const heading = [title.toUpperCase(), author];
  return `${heading.join('\n')}\n\n${paragraphs.map((paragraph) => wrap(paragraph).join('\n')).join('\n\n')}\n`;
}

export function asMarkdown({ title, author, paragraphs }: Work): string {
  return `# ${title}\n\n_by ${author}_\n\n${paragraphs.map((paragraph) => wrap(paragraph).join('\n')).join('\n\n')}\n`;
}

export function asHtml({ title, author, paragraphs }: Work): string {
  const body = paragraphs
    .map((paragraph) => `      <p>${wrap(escapeHtml(paragraph)).join('\n        ')}</p>`)
    .join('\n');
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>${escapeHtml(title)}</title>
    <script>document.documentElement.className = 'js';</script>
  </head>
  <body>
    <header><nav><ul><li><a href="/">Home</a></li><li><a href="/all">All documents</a></li></ul></nav></header>
    <main><article>
      <h1>${escapeHtml(title)}</h1>
      <p class="author">${escapeHtml(author)}</p>
${body}
    </article></main>
    <footer><p>A page of the perdure example. The text is in the public domain.</p></footer>
  </body>
</html>
`;
}

export async function asDocx({ title, author, paragraphs }: Work): Promise<Uint8Array> {
  const document = new Document({
    title,
    creator: author,
    sections: [
      {
        children: [
          new Paragraph({ text: title, heading: HeadingLevel.TITLE }),
          new Paragraph({ children: [new TextRun({ text: author, italics: true })] }),
          ...paragraphs.map((text) => new Paragraph({ text, spacing: { after: 160 } })),
        ],
      },
    ],
  });
  return Packer.toBuffer(document);
}

export async function asPdf({ title, author, paragraphs }: Work): Promise<Uint8Array> {
  const pdf = await PDFDocument.create();
  pdf.setTitle(title);
  pdf.setAuthor(author);
  pdf.setCreationDate(WRITTEN);
  pdf.setModificationDate(WRITTEN);
  const font = await pdf.embedFont(StandardFonts.TimesRoman);
  const bold = await pdf.embedFont(StandardFonts.TimesRomanBold);
  const lines = ['', '', '', ...paragraphs.flatMap((paragraph) => [...wrapForPrint(paragraph, font), ''])];
  const perPage = Math.floor((PAGE.height - 2 * PAGE.margin) / PAGE.lineHeight);
  for (let start = 0; start < lines.length; start += perPage) {
    const page = pdf.addPage([PAGE.width, PAGE.height]);
    const top = PAGE.height - PAGE.margin;
    if (start === 0) page.drawText(`${title}, by ${author}`, { x: PAGE.margin, y: top, size: 15, font: bold });
    lines.slice(start, start + perPage).forEach((line, index) => {
      const y = top - (index + 1) * PAGE.lineHeight;
      if (line !== '') page.drawText(line, { x: PAGE.margin, y, size: PAGE.fontSize, font });
    });
  }
  return pdf.save();
}

function wrap(paragraph: string): string[] {
  return wrapWhile(paragraph, (line) => line.length <= TEXT_COLUMNS);
}

function wrapForPrint(paragraph: string, font: PDFFont): string[] {
  const width = PAGE.width - 2 * PAGE.margin;
  return wrapWhile(paragraph, (line) => font.widthOfTextAtSize(line, PAGE.fontSize) <= width);
}

function wrapWhile(paragraph: string, fits: (line: string) => boolean): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of paragraph.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (fits(longer) || line === '') {
      line = longer;
      continue;
    }
    lines.push(line);
    line = word;
  }
  return [...lines, line];
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
