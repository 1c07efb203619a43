// Every format once as it should be, and then what people and attackers really send.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DocumentErrorType } from './extract/document-error.ts';
import { DEFAULT_LIMITS, extractText } from './extract-text.ts';
import {
  makeDocx,
  makeDocxBomb,
  makeEncryptedDocx,
  makeEncryptedPdf,
  makeOldDoc,
  makePdf,
  makeZip,
} from './test/document-files.ts';

function read(name: string, content: string | Uint8Array) {
  return extractText({ name, bytes: typeof content === 'string' ? Buffer.from(content) : content });
}

test('plain text is taken as it is, with its line ends and blanks put in order', async () => {
  assert.deepEqual(await read('a.txt', 'One\r\ntwo  \r\n\r\n\r\n\r\nthree\u00a0four'), {
    text: 'One\ntwo\n\nthree four',
  });
});

test('Markdown gives its words and its first heading', async () => {
  const source = '---\nx: 1\n---\n# The *title* #\n\nSome **bold** [link](http://x.example/y) text.\n\n- one\n- two\n';
  assert.deepEqual(await read('a.MD', source), {
    title: 'The title',
    text: 'The title\n\nSome bold link text.\n\none\n\ntwo',
  });
});

test('HTML gives the article, its paragraphs apart, without menus and scripts', async () => {
  const sentence = 'The harbour silts up every winter, and the town pays for the dredging of it again.';
  const page = `<!doctype html><title> A  page </title><body><nav><a href="/">Home</a> <a href="/b">Blog</a></nav>
    <article><h1>Silt</h1><p>${sentence} &Auml;rger!</p><p>${sentence} Second.</p><p>${sentence} Third<br>line.</p></article>
    <footer>Imprint</footer><script>var hidden = "code";</script>`;
  const { title, text } = await read('a.html', page);
  assert.equal(title, 'A page');
  assert.match(text, /again\. Ärger!\n\nThe harbour/);
  assert.match(text, /Third\nline\./);
  assert.doesNotMatch(text, /hidden|Home|Blog/);
});

test('a fragment of HTML and a page that is no article are read whole', async () => {
  assert.deepEqual(await read('a.htm', '<p>One.</p><p>Two.</p>'), { text: 'One.\n\nTwo.' });
  assert.deepEqual(await read('a.html', '<html><body><ul><li>Flour<li>Butter</ul></body></html>'), {
    text: 'Flour\n\nButter',
  });
});

test('a PDF gives the lines of its pages and its title', async () => {
  const pdf = await makePdf([['The first line with a hyphen-', 'ated word.'], ['The second page.']], 'Two pages');
  assert.deepEqual(await read('a.pdf', pdf), {
    title: 'Two pages',
    text: 'The first line with a hyphenated word.\nThe second page.',
  });
});

test('a .docx gives its paragraphs', async () => {
  assert.deepEqual(await read('a.docx', makeDocx(['One.', 'Two.'])), { text: 'One.\n\nTwo.' });
});

const umlauts = 'Größe über alles, sagte Æthelred – “naïve” café.';

const encodings: readonly (readonly [string, string, Uint8Array])[] = [
  ['UTF-8 with a mark', 'a.txt', Buffer.from(`\ufeff${umlauts}`)],
  ['UTF-16, little end first, with a mark', 'a.txt', Buffer.from(`\ufeff${umlauts}`, 'utf16le')],
  ['UTF-16, big end first, with a mark', 'a.txt', Buffer.from(`\ufeff${umlauts}`, 'utf16le').swap16()],
  ['UTF-16 without a mark', 'a.txt', Buffer.from(umlauts, 'utf16le')],
  ['Windows-1252', 'a.txt', windows1252(umlauts)],
  ['HTML in a declared encoding', 'a.html', windows1252(`<meta charset="iso-8859-1"><p>${umlauts}</p>`)],
  ['HTML in an encoding that nobody knows', 'a.html', Buffer.from(`<meta charset="klingon"><p>${umlauts}</p>`)],
];

for (const [name, file, bytes] of encodings) {
  test(`${name} is decoded`, async () => assert.equal((await read(file, bytes)).text, umlauts));
}

test('one bad byte does not make a long UTF-8 text another encoding', async () => {
  const bytes = Buffer.concat([Buffer.from('Größe '.repeat(300)), Buffer.of(0xff), Buffer.from(' über')]);
  assert.match((await read('a.txt', bytes)).text, /^Größe .* über$/s);
});

const noise = Buffer.from(Array.from({ length: 3_000 }, (_, index) => 1 + ((index * index * 31 + index * 7) % 255)));

type Row = readonly [
  name: string,
  file: string,
  content: () => string | Uint8Array | Promise<Uint8Array>,
  DocumentErrorType,
  RegExp,
];

const refused: readonly Row[] = [
  ['a file without a byte', 'a.pdf', () => '', 'EmptyDocumentError', /a\.pdf is empty/],
  ['a text of blanks', 'a.txt', () => ' \n\t\r\n', 'EmptyDocumentError', /holds no text/],
  ['a text of signs', 'a.md', () => '***\n\n---\n', 'EmptyDocumentError', /holds no text/],
  [
    'HTML without text',
    'a.html',
    () => '<html><body><script>x()</script><img src=y></body>',
    'EmptyDocumentError',
    /no text/,
  ],
  ['a PDF without text', 'a.pdf', () => makePdf([[]]), 'EmptyDocumentError', /run OCR first/],
  ['a .docx without text', 'a.docx', () => makeDocx([]), 'EmptyDocumentError', /holds no text/],
  ['a PDF with a password', 'a.pdf', makeEncryptedPdf, 'EncryptedDocumentError', /asks for a password: save a copy/],
  ['a .docx with a password', 'a.docx', makeEncryptedDocx, 'EncryptedDocumentError', /asks for a password/],
  [
    'a PDF that is cut off',
    'a.pdf',
    async () => (await makePdf([['x']])).slice(0, -200),
    'BrokenDocumentError',
    /cut off/,
  ],
  ['a PDF that is something else', 'a.pdf', () => '<html>404</html>', 'BrokenDocumentError', /no PDF file/],
  [
    'a PDF of noise',
    'a.pdf',
    () => Buffer.concat([Buffer.from('%PDF-1.7\n'), noise, Buffer.from('%%EOF')]),
    'BrokenDocumentError',
    /damaged PDF/,
  ],
  ['a .docx that is no archive', 'a.docx', () => 'Dear Sir', 'BrokenDocumentError', /no \.docx file/],
  ['a .docx that is cut off', 'a.docx', () => makeDocx(['x']).slice(0, 300), 'BrokenDocumentError', /damaged/],
  ['a .docx that is another archive', 'a.docx', () => makeZip({ 'a.txt': 'x' }), 'BrokenDocumentError', /damaged/],
  ['a .docx of broken XML', 'a.docx', () => makeDocx(['<w:p <<']), 'BrokenDocumentError', /damaged/],
  ['a text of noise', 'a.txt', () => noise, 'UnsupportedDocumentError', /binary data/],
  ['a text with zero bytes', 'a.txt', () => 'ab\u0000cd', 'UnsupportedDocumentError', /binary data/],
  ['an old Word file', 'a.docx', makeOldDoc, 'UnsupportedDocumentError', /old format: save it as \.docx/],
  ['a format that nobody reads', 'a.xyz', () => 'x', 'UnsupportedDocumentError', /\.xyz is no known format.*\.pdf/],
  ['a name without an ending', 'README', () => 'x', 'UnsupportedDocumentError', /without an ending/],
];

for (const [name, file, content, type, message] of refused) {
  test(`${name} is ${type}`, async () => {
    await assert.rejects(read(file, await content()), { name: type, type, message });
  });
}

test('a file above the limit is refused before anybody looks into it', async () => {
  const limits = { ...DEFAULT_LIMITS, maxFileBytes: 10 };
  await assert.rejects(extractText({ name: 'a.txt', bytes: Buffer.from('eleven bytes') }, limits), {
    type: 'OversizedDocumentError',
  });
});

test('a document that takes too long is given up', async () => {
  const limits = { ...DEFAULT_LIMITS, timeoutMs: 1 };
  await assert.rejects(extractText({ name: 'a.md', bytes: Buffer.from('x') }, limits), {
    type: 'OversizedDocumentError',
    message: 'a.md is too large, it takes more than 0.001 s to read: split it',
  });
});

test('an archive that unpacks without end costs one document, not the process', async () => {
  const limits = { ...DEFAULT_LIMITS, maxMemoryBytes: 60_000_000 };
  await assert.rejects(extractText({ name: 'bomb.docx', bytes: makeDocxBomb(100_000_000) }, limits), {
    type: 'OversizedDocumentError',
    message: 'bomb.docx is too large, it takes more than 60 MB of memory to read: split it',
  });
});

test('a page that is nested without end costs its time and no more', async () => {
  const page = `${'<div>'.repeat(100_000)}deep${'</div>'.repeat(100_000)}`;
  const limits = { ...DEFAULT_LIMITS, timeoutMs: 500 };
  await assert.rejects(extractText({ name: 'deep.html', bytes: Buffer.from(page) }, limits), {
    type: 'OversizedDocumentError',
    message: /takes more than 0\.5 s/,
  });
});

test('a cancelled extraction ends its thread and throws the reason', async () => {
  const reason = new Error('cancelled');
  const bytes = Buffer.from('x');
  await assert.rejects(
    extractText({ name: 'a.md', bytes }, DEFAULT_LIMITS, AbortSignal.abort(reason)),
    (e) => e === reason,
  );
  const cancel = new AbortController();
  const reading = extractText({ name: 'a.md', bytes }, DEFAULT_LIMITS, cancel.signal);
  setImmediate(() => cancel.abort(reason));
  await assert.rejects(reading, (error) => error === reason);
});

test('many documents at once take turns and all come through', async () => {
  const names = Array.from({ length: 8 }, (_, index) => `Text ${index}.`);
  const texts = await Promise.all(names.map(async (name) => (await read('a.md', name)).text));
  assert.deepEqual(texts, names);
});

function windows1252(text: string): Uint8Array {
  const high: Readonly<Record<string, number>> = { '–': 0x96, '“': 0x93, '”': 0x94 };
  return Uint8Array.from(text, (char) => high[char] ?? char.charCodeAt(0));
}
