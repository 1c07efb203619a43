// TextEncoder, TextDecoder, atob and btoa of this realm. The bytes they give are this realm's Uint8Array.

import { DOMException } from './abort.ts';
import { theHost } from './current.ts';

export class TextEncoder {
  readonly encoding = 'utf-8';

  encode(text: unknown = ''): Uint8Array {
    const whole = String(text);
    // Most text is ASCII, and then the bytes are as many as the characters.
    const exact = new Uint8Array(whole.length);
    if (theHost().encode(whole, exact) >= 0) return exact;
    const room = new Uint8Array(whole.length * 3);
    return room.slice(0, theHost().encode(whole, room));
  }

  encodeInto(text: unknown, into: Uint8Array): { read: number; written: number } {
    const whole = String(text);
    let written = 0;
    let read = 0;
    for (const character of whole) {
      const bytes = this.encode(character);
      if (written + bytes.length > into.length) break;
      into.set(bytes, written);
      written += bytes.length;
      read += character.length;
    }
    return { read, written };
  }
}

export class TextDecoder {
  readonly encoding = 'utf-8';
  readonly fatal: boolean;
  readonly ignoreBOM: boolean;

  constructor(label: unknown = 'utf-8', options: { fatal?: boolean; ignoreBOM?: boolean } = {}) {
    if (!/^\s*(utf-?8|unicode-1-1-utf-8)\s*$/i.test(String(label))) {
      throw new RangeError(`TextDecoder knows only utf-8 in workflow code, not ${label}: decode in an activity`);
    }
    this.fatal = options.fatal === true;
    this.ignoreBOM = options.ignoreBOM === true;
  }

  decode(input?: ArrayBuffer | ArrayBufferView): string {
    if (input === undefined) return '';
    const bytes = ArrayBuffer.isView(input)
      ? new Uint8Array(input.buffer, input.byteOffset, input.byteLength)
      : new Uint8Array(input);
    const text = theHost().decode(bytes, this.fatal, this.ignoreBOM);
    if (text === undefined) throw new TypeError('The encoded data was not valid for encoding utf-8');
    return text;
  }
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export function btoa(input: unknown): string {
  const text = String(input);
  let encoded = '';
  for (let at = 0; at < text.length; at += 3) {
    const codes = [text.charCodeAt(at), text.charCodeAt(at + 1), text.charCodeAt(at + 2)];
    if (codes.some((code) => code > 255)) {
      throw new DOMException('The string to be encoded has characters beyond Latin1', 'InvalidCharacterError');
    }
    const [a, b, c] = codes as [number, number, number];
    const bits = (a << 16) | ((b || 0) << 8) | (c || 0);
    encoded += ALPHABET[bits >> 18] as string;
    encoded += ALPHABET[(bits >> 12) & 63] as string;
    encoded += Number.isNaN(b) ? '=' : ALPHABET[(bits >> 6) & 63];
    encoded += Number.isNaN(c) ? '=' : ALPHABET[bits & 63];
  }
  return encoded;
}

export function atob(input: unknown): string {
  const text = String(input).replace(/[\t\n\f\r ]/g, '');
  const bare = text.length % 4 === 0 ? text.replace(/={1,2}$/, '') : text;
  if (bare.length % 4 === 1 || /[^A-Za-z0-9+/]/.test(bare)) {
    throw new DOMException('The string to be decoded is not correctly encoded', 'InvalidCharacterError');
  }
  let decoded = '';
  let bits = 0;
  let held = 0;
  for (const character of bare) {
    bits = ((bits << 6) | ALPHABET.indexOf(character)) & 0xff_ffff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    decoded += String.fromCharCode((bits >> held) & 0xff);
  }
  return decoded;
}
