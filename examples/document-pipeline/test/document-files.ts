// Documents for tests, good and hostile, made in memory.

import { crc32, deflateRawSync } from 'node:zlib';
import { PDFDocument, StandardFonts } from 'pdf-lib';

/** A PDF with one page per list of lines. */
export async function makePdf(pages: readonly (readonly string[])[], title?: string): Promise<Uint8Array> {
  const pdf = await PDFDocument.create();
  const font = await pdf.embedFont(StandardFonts.Helvetica);
  if (title !== undefined) pdf.setTitle(title);
  for (const lines of pages) {
    const page = pdf.addPage();
    lines.forEach((line, index) => {
      page.drawText(line, { x: 50, y: page.getHeight() - 60 - 20 * index, size: 12, font });
    });
  }
  return pdf.save({ useObjectStreams: false });
}

/** A PDF that asks for a password that nobody knows: its key check values are arbitrary. */
export function makeEncryptedPdf(): Uint8Array {
  const value = '5a'.repeat(32);
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>',
    `<</Filter/Standard/V 1/R 2/P -4/O<${value}>/U<${value}>>>`,
  ];
  let pdf = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = pdf.length;
    pdf += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const entries = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const trailer = `<</Size 5/Root 1 0 R/Encrypt 4 0 R/ID[<${value}><${value}>]>>`;
  return Buffer.from(
    `${pdf}xref\n0 5\n0000000000 65535 f \n${entries}trailer\n${trailer}\nstartxref\n${pdf.length}\n%%EOF\n`,
  );
}

/** A .docx with the paragraphs given, of no more parts than Word needs. */
export function makeDocx(paragraphs: readonly string[]): Uint8Array {
  return makeDocxOf(paragraphs.map((text) => `<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`).join(''));
}

/** A .docx whose text is small when packed and enormous when unpacked. */
export function makeDocxBomb(unpackedBytes: number): Uint8Array {
  return makeDocxOf(`<w:p><w:r><w:t>${' '.repeat(unpackedBytes)}</w:t></w:r></w:p>`);
}

/** The beginning of what Word saves when a document gets a password. */
export function makeEncryptedDocx(): Uint8Array {
  const head = Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
  return Buffer.concat([head, Buffer.alloc(504), Buffer.from('EncryptedPackage', 'utf16le'), Buffer.alloc(480)]);
}

export function makeOldDoc(): Uint8Array {
  const head = Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
  return Buffer.concat([head, Buffer.alloc(504), Buffer.from('WordDocument', 'utf16le'), Buffer.alloc(480)]);
}

function makeDocxOf(body: string): Uint8Array {
  const office = 'http://schemas.openxmlformats.org';
  return makeZip({
    '[Content_Types].xml': `<Types xmlns="${office}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`,
    '_rels/.rels': `<Relationships xmlns="${office}/package/2006/relationships"><Relationship Id="r1" Type="${office}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
    'word/document.xml': `<w:document xmlns:w="${office}/wordprocessingml/2006/main"><w:body>${body}</w:body></w:document>`,
  });
}

/** A zip archive of these files. */
export function makeZip(files: Readonly<Record<string, string>>): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const raw = Buffer.from(content);
    const packed = deflateRawSync(raw, { level: 1 });
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(raw), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(raw.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    common.copy(entry, 6);
    entry.writeUInt32LE(offset, 42);
    const local = [Buffer.from('PK\x03\x04'), common, Buffer.from(name), packed];
    parts.push(...local);
    directory.push(entry, Buffer.from(name));
    offset += local.reduce((sum, part) => sum + part.length, 0);
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(files).length, 8);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...directory, end]);
}
