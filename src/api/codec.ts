// Messages to bytes and back, driven by their tables (schema.ts): the protocol buffers encoding and no more of it than
// Temporal's messages use. Field order is the table's, as in the official encoders, so that equal messages are equal bytes.

import { type BytesReader, type BytesWriter, bytesReader, bytesWriter } from './protobuf.ts';
import type { BoundField, Kind } from './schema.ts';

export function encode<T>(kind: Kind<T>, value: T): Uint8Array {
  const writer = bytesWriter();
  writeBody(writer, kind, value);
  return writer.finish();
}

export function decode<T>(kind: Kind<T>, encoded: Uint8Array): T {
  return readBody(bytesReader(encoded), kind) as T;
}

/** Writes a message's fields, without tag and length: what stands inside another message. */
export function writeBody(writer: BytesWriter, kind: Kind<unknown>, value: unknown): void {
  if (kind.tag === 'wrap') return writeField(writer, kind.id as number, inner(kind), value, false);
  const record = value as Record<string, unknown>;
  for (const { id, kind: fieldKind, name, required } of fieldsOf(kind)) {
    const one = record[name];
    if (one !== undefined) writeField(writer, id, fieldKind, one, !required && hasPresence(fieldKind));
  }
}

/** One field with its tag. Zeros of scalars are left out, as proto3 does; a present message is always written. */
export function writeField(writer: BytesWriter, id: number, kind: Kind<unknown>, value: unknown, present = true): void {
  switch (kind.tag) {
    case 'list':
      return writeList(writer, id, inner(kind), value as readonly unknown[]);
    case 'map':
      return writeMap(writer, id, inner(kind), value as Readonly<Record<string, unknown>>);
    case 'duration':
    case 'timestamp':
      return writeMessage(writer, id, () => writeTime(writer, value as number));
    case 'message':
      return writeMessage(writer, id, () => writeBody(writer, kind, value));
    case 'wrap':
      if (!present && isZero(kind, value)) return;
      return writeMessage(writer, id, () => writeBody(writer, kind, value));
    default:
      if (!isZero(kind, value)) writeScalar(writer, id, kind, value);
  }
}

function writeMessage(writer: BytesWriter, id: number, body: () => void): void {
  writer.tag(id, 2);
  const start = writer.fork();
  body();
  writer.join(start);
}

function writeScalar(writer: BytesWriter, id: number, kind: Kind<unknown>, value: unknown): void {
  switch (kind.tag) {
    case 'text':
      writer.tag(id, 2);
      return writer.text(value as string);
    case 'bytes':
      writer.tag(id, 2);
      return writer.bytes(value as Uint8Array);
    case 'double':
      writer.tag(id, 1);
      return writer.double(value as number);
    case 'float':
      writer.tag(id, 5);
      return writer.float(value as number);
    default:
      writer.tag(id, 0);
      return writer.varint(numberOf(kind, value));
  }
}

function writeList(writer: BytesWriter, id: number, kind: Kind<unknown>, values: readonly unknown[]): void {
  if (!isPacked(kind)) {
    for (const value of values) writeElement(writer, id, kind, value);
    return;
  }
  if (values.length === 0) return;
  writeMessage(writer, id, () => {
    for (const value of values) writer.varint(numberOf(kind, value));
  });
}

/** An element of a list is written even when it is its kind's zero: its place in the list says something. */
function writeElement(writer: BytesWriter, id: number, kind: Kind<unknown>, value: unknown): void {
  if (kind.tag === 'text' || kind.tag === 'bytes') return writeScalar(writer, id, kind, value);
  return writeField(writer, id, kind, value);
}

function writeMap(
  writer: BytesWriter,
  id: number,
  kind: Kind<unknown>,
  values: Readonly<Record<string, unknown>>,
): void {
  for (const [key, value] of Object.entries(values)) {
    writeMessage(writer, id, () => {
      writer.tag(1, 2);
      writer.text(key);
      writeElement(writer, 2, kind, value);
    });
  }
}

/** Seconds and nanoseconds. The nanoseconds are rounded: a double cannot hold those of today's timestamps exactly. */
function writeTime(writer: BytesWriter, ms: number): void {
  let seconds = Math.trunc(ms / 1000);
  let nanos = Math.round((ms - seconds * 1000) * 1e6);
  if (nanos === 1e9) {
    seconds += 1;
    nanos = 0;
  }
  if (seconds !== 0) {
    writer.tag(1, 0);
    writer.varint(seconds);
  }
  if (nanos !== 0) {
    writer.tag(2, 0);
    writer.varint(nanos);
  }
}

function readBody(reader: BytesReader, kind: Kind<unknown>): unknown {
  if (kind.tag === 'wrap') return readWrapped(reader, kind);
  const record: Record<string, unknown> = {};
  const byId = kind.byId?.() as ReadonlyMap<number, BoundField>;
  while (!reader.done()) {
    const tag = reader.varint();
    const known = byId.get(tag >>> 3);
    if (known) record[known.name] = readField(reader, known.kind, tag & 7, record[known.name]);
    else reader.skip(tag & 7);
  }
  for (const { name, kind: fieldKind } of kind.required?.() ?? []) {
    if (record[name] === undefined) record[name] = zeroOf(fieldKind);
  }
  return record;
}

function readWrapped(reader: BytesReader, kind: Kind<unknown>): unknown {
  let value: unknown;
  while (!reader.done()) {
    const tag = reader.varint();
    if (tag >>> 3 === kind.id) value = readField(reader, inner(kind), tag & 7, value);
    else reader.skip(tag & 7);
  }
  return value ?? zeroOf(inner(kind));
}

function readField(reader: BytesReader, kind: Kind<unknown>, wire: number, before: unknown): unknown {
  switch (kind.tag) {
    case 'list':
      return readList(reader, inner(kind), wire, before as unknown[] | undefined);
    case 'map':
      return readMap(reader, inner(kind), before as Record<string, unknown> | undefined);
    case 'duration':
    case 'timestamp':
      return readTime(reader.sub());
    case 'message':
    case 'wrap':
      return readBody(reader.sub(), kind);
    case 'text':
      return reader.text();
    case 'bytes':
      return reader.bytes();
    case 'double':
      return reader.double();
    case 'float':
      return reader.float();
    case 'bool':
      return reader.varint() !== 0;
    case 'enum':
      return enumName(kind, reader.varint());
    default:
      return reader.varint();
  }
}

function readList(reader: BytesReader, kind: Kind<unknown>, wire: number, before: unknown[] = []): unknown[] {
  if (isPacked(kind) && wire === 2) {
    const packed = reader.sub();
    while (!packed.done()) before.push(readField(packed, kind, 0, undefined));
  } else {
    before.push(readField(reader, kind, wire, undefined));
  }
  return before;
}

function readMap(
  reader: BytesReader,
  kind: Kind<unknown>,
  before: Record<string, unknown> = {},
): Record<string, unknown> {
  const entry = reader.sub();
  let key = '';
  let value: unknown;
  while (!entry.done()) {
    const tag = entry.varint();
    if (tag >>> 3 === 1) key = entry.text();
    else if (tag >>> 3 === 2) value = readField(entry, kind, tag & 7, undefined);
    else entry.skip(tag & 7);
  }
  // A key named __proto__ must become a property like any other.
  Object.defineProperty(before, key, {
    value: value ?? zeroOf(kind),
    enumerable: true,
    writable: true,
    configurable: true,
  });
  return before;
}

function readTime(reader: BytesReader): number {
  let seconds = 0;
  let nanos = 0;
  while (!reader.done()) {
    const tag = reader.varint();
    if (tag >>> 3 === 1) seconds = reader.varint();
    else if (tag >>> 3 === 2) nanos = reader.varint();
    else reader.skip(tag & 7);
  }
  return seconds * 1000 + nanos / 1e6;
}

function fieldsOf(kind: Kind<unknown>): readonly BoundField[] {
  return kind.fields?.() ?? [];
}

function inner(kind: Kind<unknown>): Kind<unknown> {
  return kind.of?.() as Kind<unknown>;
}

function isPacked(kind: Kind<unknown>): boolean {
  return kind.tag === 'int' || kind.tag === 'enum' || kind.tag === 'bool';
}

function hasPresence(kind: Kind<unknown>): boolean {
  return kind.tag === 'wrap' || kind.tag === 'message';
}

function isZero(kind: Kind<unknown>, value: unknown): boolean {
  switch (kind.tag) {
    case 'bytes':
    case 'list':
      return (value as ArrayLike<unknown>).length === 0;
    case 'map':
      return Object.keys(value as object).length === 0;
    case 'wrap':
      return isZero(inner(kind), value);
    case 'double':
    case 'float':
      return Object.is(value, 0);
    default:
      return value === kind.zero;
  }
}

function zeroOf(kind: Kind<unknown>): unknown {
  if (kind.tag === 'list') return [];
  if (kind.tag === 'map') return {};
  if (kind.tag === 'wrap') return zeroOf(inner(kind));
  return kind.tag === 'message' ? decode(kind, new Uint8Array(0)) : kind.zero;
}

function numberOf(kind: Kind<unknown>, value: unknown): number {
  if (kind.tag === 'bool') return value ? 1 : 0;
  if (kind.tag !== 'enum') return value as number;
  const number = kind.byName?.get(value as string) ?? unknownNumber(value as string);
  if (number === undefined)
    throw new TypeError(
      `${JSON.stringify(value)} is not a value of this enum: one of ${kind.names?.map(([name]) => name).join(', ')}`,
    );
  return number;
}

/** A value that a newer protocol added is kept as `#17`, so that reading and writing again loses nothing. */
function enumName(kind: Kind<unknown>, number: number): string {
  return kind.byNumber?.get(number) ?? `#${number}`;
}

function unknownNumber(name: string): number | undefined {
  return /^#\d+$/.test(name) ? Number(name.slice(1)) : undefined;
}
