// Bytes to text, when nobody says in which encoding.
//
//   byte order mark ─▶ every other byte zero: UTF-16 ─▶ any zero byte: no text ─▶ declared ─▶ UTF-8 ─▶ Windows-1252
//
// UTF-8 comes before Windows-1252, because text in the latter is hardly ever valid UTF-8 by chance, while every UTF-8
// text is valid, and nonsense, in the latter.

import { TextDecoder } from 'node:util';
import { DocumentError } from './document-error.ts';
import type { DocumentFile } from './format.ts';

const SAMPLE_BYTES = 4_096;

/** Control characters other than tab, line feed, form feed and carriage return do not occur in texts. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u0008\u000b\u000e-\u001a\u001c-\u001f\u007f-\u0084\u0086-\u009f]/g;
const MOST_CONTROL = 0.002;

/** A stray bad byte does not make a text another encoding; as many bad ones as good ones do. */
const MOST_REPLACED = 0.001;

/** Decodes a text; `declared` is an encoding that the document itself names. Throws `UnsupportedDocumentError` for binary data. */
export function decodeText({ name, bytes }: DocumentFile, declared?: string): string {
  const text = decode(bytes, declared);
  if (text === undefined || share(text, CONTROL) > MOST_CONTROL) {
    throw new DocumentError(
      'UnsupportedDocumentError',
      `${name} holds binary data, not text: give the file the ending of its real format`,
    );
  }
  return text;
}

function decode(bytes: Uint8Array, declared: string | undefined): string | undefined {
  const marked = markedEncoding(bytes);
  if (marked !== undefined) return new TextDecoder(marked).decode(bytes);
  const wide = unmarkedUtf16(bytes);
  if (wide !== undefined) return new TextDecoder(wide).decode(bytes);
  if (bytes.includes(0)) return undefined;
  const decoder = declared === undefined ? undefined : decoderFor(declared);
  return decoder?.decode(bytes) ?? decodeByteWise(bytes);
}

function markedEncoding(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return undefined;
}

function unmarkedUtf16(bytes: Uint8Array): string | undefined {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  const zeros = [0, 0];
  sample.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  });
  const [even = 0, odd = 0] = zeros;
  const many = sample.length / 4;
  if (odd > many && even === 0) return 'utf-16le';
  return even > many && odd === 0 ? 'utf-16be' : undefined;
}

function decoderFor(label: string): TextDecoder | undefined {
  try {
    return new TextDecoder(label);
  } catch {
    return undefined;
  }
}

function decodeByteWise(bytes: Uint8Array): string {
  const text = new TextDecoder('utf-8').decode(bytes);
  return share(text, /\ufffd/g) <= MOST_REPLACED ? text : new TextDecoder('windows-1252').decode(bytes);
}

function share(text: string, pattern: RegExp): number {
  return text === '' ? 0 : (text.match(pattern)?.length ?? 0) / text.length;
}
