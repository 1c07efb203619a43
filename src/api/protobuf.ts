// The primitives of the protocol buffers wire format: varints, lengths, little-endian floats. Numbers only: an int64 of this
// protocol counts events, bytes or milliseconds and stays below 2^53, which is asserted where one is read.

import { assert } from '../base/assert.ts';

export interface BytesWriter {
  tag(id: number, wire: number): void;
  varint(value: number): void;
  text(value: string): void;
  bytes(value: Uint8Array): void;
  double(value: number): void;
  float(value: number): void;
  /** Opens a length-delimited part; give what it returns to `join` when the part is written. */
  fork(): number;
  join(start: number): void;
  finish(): Uint8Array;
}

export interface BytesReader {
  done(): boolean;
  varint(): number;
  text(): string;
  bytes(): Uint8Array;
  double(): number;
  float(): number;
  /** A reader of the length-delimited part that starts here. */
  sub(): BytesReader;
  skip(wire: number): void;
  position(): number;
}

const decoder = new TextDecoder();

// One buffer serves all writers, because encoding is synchronous and never nested; what is finished is copied out of it.
let shared = Buffer.allocUnsafe(64 * 1024);

class Writer implements BytesWriter {
  #at = 0;

  tag(id: number, wire: number): void {
    this.varint(id * 8 + wire);
  }

  varint(value: number): void {
    this.#room(10);
    if (value < 0) return this.#negative(value);
    let rest = value;
    while (rest >= 0x80) {
      shared[this.#at++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    shared[this.#at++] = rest;
  }

  /** Negative numbers take ten bytes: two's complement in 64 bits. */
  #negative(value: number): void {
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest >= 0x80n) {
      shared[this.#at++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    shared[this.#at++] = Number(rest);
  }

  text(value: string): void {
    const start = this.fork();
    this.#room(value.length * 3);
    this.#at += shared.write(value, this.#at, 'utf8');
    this.join(start);
  }

  bytes(value: Uint8Array): void {
    this.varint(value.length);
    this.#room(value.length);
    shared.set(value, this.#at);
    this.#at += value.length;
  }

  double(value: number): void {
    this.#room(8);
    this.#at = shared.writeDoubleLE(value, this.#at);
  }

  float(value: number): void {
    this.#room(4);
    this.#at = shared.writeFloatLE(value, this.#at);
  }

  // Most parts are shorter than 128 bytes, so one byte is kept for the length and a longer part is moved once.
  fork(): number {
    this.#room(1);
    this.#at += 1;
    return this.#at;
  }

  join(start: number): void {
    const length = this.#at - start;
    if (length < 0x80) {
      shared[start - 1] = length;
      return;
    }
    const extra = Math.floor(Math.log2(length) / 7);
    this.#room(extra);
    shared.copyWithin(start + extra, start, this.#at);
    const end = this.#at + extra;
    this.#at = start - 1;
    this.varint(length);
    this.#at = end;
  }

  finish(): Uint8Array {
    return new Uint8Array(shared.subarray(0, this.#at));
  }

  #room(size: number): void {
    if (this.#at + size <= shared.length) return;
    const larger = Buffer.allocUnsafe(Math.max(shared.length * 2, this.#at + size));
    shared.copy(larger, 0, 0, this.#at);
    shared = larger;
  }
}

class Reader implements BytesReader {
  readonly #buffer: Uint8Array;
  readonly #view: Buffer;
  readonly #end: number;
  #at: number;

  constructor(buffer: Uint8Array, view: Buffer, start: number, end: number) {
    this.#buffer = buffer;
    this.#view = view;
    this.#at = start;
    this.#end = end;
  }

  done(): boolean {
    return this.#at >= this.#end;
  }

  position(): number {
    return this.#at;
  }

  varint(): number {
    let value = 0;
    let scale = 1;
    for (let length = 0; length < 10; length += 1) {
      const byte = this.#byte();
      if (length === 9) return this.#negative(this.#at);
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        assert(Number.isSafeInteger(value), 'a number on the wire is beyond 2^53');
        return value;
      }
      scale *= 128;
    }
    throw new RangeError('not a protocol buffer: a number of more than ten bytes');
  }

  #negative(end: number): number {
    let value = 0n;
    for (let at = end - 1; at >= end - 10; at -= 1) value = (value << 7n) | BigInt((this.#buffer[at] as number) & 0x7f);
    return Number(BigInt.asIntN(64, value));
  }

  text(): string {
    const [start, end] = this.#part();
    return end - start < 64
      ? this.#view.toString('utf8', start, end)
      : decoder.decode(this.#buffer.subarray(start, end));
  }

  bytes(): Uint8Array {
    const [start, end] = this.#part();
    return this.#buffer.slice(start, end);
  }

  double(): number {
    this.#at += 8;
    this.#inside();
    return this.#view.readDoubleLE(this.#at - 8);
  }

  float(): number {
    this.#at += 4;
    this.#inside();
    return this.#view.readFloatLE(this.#at - 4);
  }

  sub(): BytesReader {
    const [start, end] = this.#part();
    return new Reader(this.#buffer, this.#view, start, end);
  }

  skip(wire: number): void {
    if (wire === 0) this.varint();
    else if (wire === 1) this.#at += 8;
    else if (wire === 2) this.#part();
    else if (wire === 5) this.#at += 4;
    else throw new RangeError(`not a protocol buffer: wire type ${wire}`);
    this.#inside();
  }

  #part(): [number, number] {
    const length = this.varint();
    const start = this.#at;
    this.#at += length;
    this.#inside();
    return [start, this.#at];
  }

  #byte(): number {
    const byte = this.#buffer[this.#at];
    this.#at += 1;
    this.#inside();
    return byte as number;
  }

  #inside(): void {
    if (this.#at > this.#end) throw new RangeError('not a protocol buffer: it ends in the middle of a field');
  }
}

export function bytesWriter(): BytesWriter {
  return new Writer();
}

export function bytesReader(buffer: Uint8Array): BytesReader {
  return new Reader(buffer, Buffer.from(buffer.buffer, buffer.byteOffset, buffer.byteLength), 0, buffer.length);
}
