// The primitives of the protocol buffers wire format: varints, lengths, little-endian floats. Numbers only: an int64 of this
// protocol counts events, bytes or milliseconds and stays below 2^53, which is checked where one is written or read.
//
// What is not a protocol buffer is refused with a RangeError: it never reads past its end and never runs for longer than its
// length. (A text that is not UTF-8 is the one thing that is let through, with U+FFFD in place of what cannot be read.)

/** What follows a field's number in its tag. */
export const VARINT = 0;
export const EIGHT_BYTES = 1;
export const LENGTH = 2;
export const FOUR_BYTES = 5;

/** How deep messages may stand in each other: the official implementations refuse to read more. */
const MAX_DEPTH = 100;

/** Up to here a loop in JavaScript is faster than the call into Buffer's native code. */
const SHORT_TEXT = 24;

// Names come again and again in a history: of types, queues, encodings, workers. The ones read last are kept, so that a
// name is one string however often it is read. Where a name's hash leads, the name before it is forgotten.
const RECENT = 512;
const recent: string[] = new Array(RECENT).fill('');

const KEPT_BUFFER_BYTES = 1024 * 1024;

// One buffer serves all writers, because encoding is synchronous and never nested; what is finished is copied out of it.
let shared = Buffer.allocUnsafeSlow(64 * 1024);

export class BytesWriter {
  #at = 0;
  #depth = 0;

  /** A whole number from 0 up. */
  varint(value: number): void {
    if (this.#at + 10 > shared.length) this.#grow(10);
    let rest = value;
    while (rest > 0x7fffffff) {
      shared[this.#at++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    while (rest > 0x7f) {
      shared[this.#at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    shared[this.#at++] = rest;
  }

  /** A whole number that may be negative: then it takes ten bytes, two's complement in 64 bits. */
  integer(value: number): void {
    if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is not a whole number below 2^53`);
    if (value >= 0) return this.varint(value);
    if (this.#at + 10 > shared.length) this.#grow(10);
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest >= 0x80n) {
      shared[this.#at++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    shared[this.#at++] = Number(rest);
  }

  text(value: string): void {
    if (value.length <= SHORT_TEXT && this.#ascii(value)) return;
    const start = this.open();
    if (this.#at + value.length * 3 > shared.length) this.#grow(value.length * 3);
    this.#at += shared.write(value, this.#at, 'utf8');
    this.close(start);
  }

  #ascii(value: string): boolean {
    const { length } = value;
    if (this.#at + 1 + length > shared.length) this.#grow(1 + length);
    let at = this.#at;
    shared[at++] = length;
    for (let i = 0; i < length; i += 1) {
      const code = value.charCodeAt(i);
      if (code >= 0x80) return false;
      shared[at++] = code;
    }
    this.#at = at;
    return true;
  }

  bytes(value: Uint8Array): void {
    this.varint(value.length);
    if (this.#at + value.length > shared.length) this.#grow(value.length);
    shared.set(value, this.#at);
    this.#at += value.length;
  }

  double(value: number): void {
    if (this.#at + 8 > shared.length) this.#grow(8);
    this.#at = shared.writeDoubleLE(value, this.#at);
  }

  float(value: number): void {
    if (this.#at + 4 > shared.length) this.#grow(4);
    this.#at = shared.writeFloatLE(value, this.#at);
  }

  /**
   * Opens a part that its length precedes; give what this returns to `close` when the part is written. Most parts are
   * shorter than 128 bytes, so one byte is kept for the length, and a longer part is moved once.
   */
  open(): number {
    if (this.#at + 1 > shared.length) this.#grow(1);
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw tooDeep();
    this.#at += 1;
    return this.#at;
  }

  close(start: number): void {
    this.#depth -= 1;
    const length = this.#at - start;
    if (length < 0x80) {
      shared[start - 1] = length;
      return;
    }
    const extra = Math.floor(Math.log2(length) / 7);
    if (this.#at + extra > shared.length) this.#grow(extra);
    shared.copyWithin(start + extra, start, this.#at);
    const end = this.#at + extra;
    this.#at = start - 1;
    this.varint(length);
    this.#at = end;
  }

  /** What was written, in memory of its own. A buffer that one large message made is not kept. */
  finish(): Uint8Array {
    const written = new Uint8Array(shared.subarray(0, this.#at));
    if (shared.length > KEPT_BUFFER_BYTES) shared = Buffer.allocUnsafeSlow(64 * 1024);
    return written;
  }

  #grow(size: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(shared.length * 2, this.#at + size));
    shared.copy(larger, 0, 0, this.#at);
    shared = larger;
  }
}

export class BytesReader {
  readonly #bytes: Uint8Array;
  readonly #buffer: Buffer;
  #end: number;
  #at = 0;
  #depth = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#end = bytes.length;
  }

  /** Whether anything is left, of the part that is open. */
  more(): boolean {
    return this.#at < this.#end;
  }

  position(): number {
    return this.#at;
  }

  /** A field's number times eight, and its wire type. */
  tag(): number {
    const tag = this.integer();
    if (tag < 8 || tag > 0xffffffff) throw new RangeError(`not a protocol buffer: a field has the tag ${tag}`);
    return tag;
  }

  integer(): number {
    if (this.#at < this.#end) {
      const byte = this.#bytes[this.#at] as number;
      if (byte < 0x80) {
        this.#at += 1;
        return byte;
      }
    }
    return this.#long();
  }

  #long(): number {
    const start = this.#at;
    let value = 0;
    let scale = 1;
    while (this.#at < this.#end && this.#at - start < 9) {
      const byte = this.#bytes[this.#at++] as number;
      value += (byte & 0x7f) * scale;
      scale *= 128;
      if (byte < 0x80) return safe(value);
    }
    this.#need(1);
    if ((this.#bytes[this.#at] as number) > 1) throw new RangeError('not a protocol buffer: a number beyond 64 bits');
    this.#at += 1;
    return this.#negative(start);
  }

  /** Ten bytes hold the sign of a 64-bit number. */
  #negative(start: number): number {
    let value = 0n;
    for (let at = start + 9; at >= start; at -= 1) value = (value << 7n) | BigInt((this.#bytes[at] as number) & 0x7f);
    return safe(Number(BigInt.asIntN(64, value)));
  }

  text(): string {
    const length = this.#length();
    const start = this.#at;
    this.#at += length;
    return length > SHORT_TEXT ? this.#buffer.toString('utf8', start, this.#at) : this.#shortText(start, length);
  }

  #shortText(start: number, length: number): string {
    let hash = length;
    for (let i = 0; i < length; i += 1) hash = Math.imul(hash ^ (this.#bytes[start + i] as number), 0x01000193);
    const slot = (hash ^ (hash >>> 15)) & (RECENT - 1);
    const known = recent[slot] as string;
    if (known.length === length && this.#holds(known, start)) return known;
    const text = this.#buffer.toString('utf8', start, start + length);
    recent[slot] = text;
    return text;
  }

  #holds(text: string, start: number): boolean {
    for (let i = 0; i < text.length; i += 1) {
      const byte = this.#bytes[start + i] as number;
      if (byte >= 0x80 || byte !== text.charCodeAt(i)) return false;
    }
    return true;
  }

  bytes(): Uint8Array {
    const length = this.#length();
    this.#at += length;
    return this.#bytes.slice(this.#at - length, this.#at);
  }

  /** Like `bytes`, but a view of the same memory. */
  part(): Uint8Array {
    const length = this.#length();
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  double(): number {
    this.#need(8);
    this.#at += 8;
    return this.#buffer.readDoubleLE(this.#at - 8);
  }

  float(): number {
    this.#need(4);
    this.#at += 4;
    return this.#buffer.readFloatLE(this.#at - 4);
  }

  /** Enters the part that starts here, to be read until there is no more; give what this returns to `close`. */
  open(): number {
    const length = this.#length();
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw tooDeep();
    const outer = this.#end;
    this.#end = this.#at + length;
    return outer;
  }

  close(outer: number): void {
    this.#depth -= 1;
    this.#end = outer;
  }

  skip(wire: number): void {
    if (wire === VARINT) this.#skipVarint();
    else if (wire === EIGHT_BYTES) this.#skipBytes(8);
    else if (wire === LENGTH) this.#skipBytes(this.#length());
    else if (wire === FOUR_BYTES) this.#skipBytes(4);
    else throw new RangeError(`not a protocol buffer: a field has the wire type ${wire}`);
  }

  #skipVarint(): void {
    for (let length = 1; length <= 10; length += 1) {
      this.#need(1);
      if ((this.#bytes[this.#at++] as number) < 0x80) return;
    }
    throw new RangeError('not a protocol buffer: a number beyond 64 bits');
  }

  #skipBytes(length: number): void {
    this.#need(length);
    this.#at += length;
  }

  /** The length of the part that starts here, which lies within what is open. */
  #length(): number {
    const length = this.integer();
    if (length < 0) throw new RangeError(`not a protocol buffer: a length of ${length}`);
    this.#need(length);
    return length;
  }

  #need(length: number): void {
    if (this.#at + length > this.#end) throw new RangeError('not a protocol buffer: it ends in the middle of a field');
  }
}

function safe(value: number): number {
  if (!Number.isSafeInteger(value)) throw new RangeError('a number on the wire is beyond 2^53');
  return value;
}

function tooDeep(): RangeError {
  return new RangeError(`messages stand more than ${MAX_DEPTH} deep in each other: shorten the chain of causes`);
}
