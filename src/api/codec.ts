// Messages to bytes and back, driven by their tables (schema.ts, prepared by plan.ts): the protocol buffers encoding and no
// more of it than Temporal's messages use. Fields are written in the order of their numbers and maps in the order of their
// keys, as the official encoders do, so that equal messages are equal bytes.

import { type FieldPlan, type FieldsPlan, type Plan, planOf, type VariantsPlan } from './plan.ts';
import { BytesReader, BytesWriter, LENGTH } from './protobuf.ts';
import type { EnumShape, Kind } from './schema.ts';
import { millisOf, type Seconds, secondsOfPoint, secondsOfSpan } from './seconds.ts';
import { naming, unwanted, within } from './unwanted.ts';

type Message = Record<string, unknown>;

/** A message's bytes. Throws a TypeError or RangeError that names the field whose value cannot be written. */
export function encode<T>(kind: Kind<T>, value: T): Uint8Array {
  const writer = new BytesWriter();
  writeBody(writer, planOf(kind), value);
  return writer.finish();
}

/**
 * The message that these bytes hold, without the fields that its table does not know. Throws a RangeError for what is not
 * such a message, and a TypeError for an event or command of an unknown type.
 */
export function decode<T>(kind: Kind<T>, encoded: Uint8Array): T {
  return readBody(new BytesReader(encoded), planOf(kind), undefined) as T;
}

/** A message without the tag and length that it has inside another one. */
function writeBody(writer: BytesWriter, plan: Plan, value: unknown): void {
  switch (plan.tag) {
    case 'message':
      return writeFields(writer, fieldsOf(plan).inOrder, asMessage(value));
    case 'wrap':
      return writeField(writer, plan.wrapped as FieldPlan, value);
    case 'duration':
      return writeTime(writer, secondsOfSpan(value as number));
    case 'timestamp':
      return writeTime(writer, secondsOfPoint(value as number));
    case 'variants':
      return writeVariant(writer, plan.variants as VariantsPlan, asMessage(value));
    default:
      throw notMessage(plan);
  }
}

function writeFields(writer: BytesWriter, fields: readonly FieldPlan[], message: Message): void {
  let at = 0;
  try {
    for (; at < fields.length; at += 1) {
      const field = fields[at] as FieldPlan;
      const value = message[field.name];
      if (value !== undefined) writeField(writer, field, value);
    }
  } catch (error) {
    throw naming((fields[at] as FieldPlan).name, error);
  }
}

function writeVariant(writer: BytesWriter, { noun, inOrder }: VariantsPlan, message: Message): void {
  const fields = inOrder.get(message.type as string);
  if (!fields) throw unknownType(noun, message.type);
  if (message.attributes === undefined) throw new TypeError(`this ${noun}, a ${message.type}, has no attributes`);
  writeFields(writer, fields, message);
}

/** Zeros of scalars are left out, as proto3 does; a message that is there is written, even when all in it is zero. */
function writeField(writer: BytesWriter, { id, tag, plan, keepsZero }: FieldPlan, value: unknown): void {
  if (plan.tag === 'list') return writeList(writer, id, plan.element as Plan, value);
  if (plan.tag === 'map') return writeMap(writer, tag, plan.element as Plan, asMessage(value));
  if (value === plan.zero && !keepsZero) return;
  if (plan.tag === 'bytes' && asBytes(value).length === 0 && !keepsZero) return;
  writer.varint(tag);
  writeValue(writer, plan, value);
}

/** One value, with its length if it has one, without its tag. */
function writeValue(writer: BytesWriter, plan: Plan, value: unknown): void {
  switch (plan.tag) {
    case 'text':
      if (typeof value !== 'string') throw unwanted(value, 'a string');
      return writer.text(value);
    case 'bytes':
      return writer.bytes(asBytes(value));
    case 'int':
      return writer.integer(value as number);
    case 'enum':
      return writer.integer(enumNumber(plan.values as EnumShape, value));
    case 'bool':
      if (typeof value !== 'boolean') throw unwanted(value, 'a boolean');
      return writer.varint(value ? 1 : 0);
    case 'int32':
      return writer.integer(within(value, -(2 ** 31), 2 ** 31 - 1));
    case 'uint32':
      return writer.integer(within(value, 0, 2 ** 32 - 1));
    case 'double':
      return writer.double(asNumber(value));
    case 'float':
      return writer.float(asNumber(value));
    default: {
      const start = writer.open();
      writeBody(writer, plan, value);
      return writer.close(start);
    }
  }
}

/** An element is written even when it is zero: its place in the list says something. Numbers are packed in one part. */
function writeList(writer: BytesWriter, id: number, plan: Plan, values: unknown): void {
  if (!Array.isArray(values)) throw unwanted(values, 'an array');
  if (values.length === 0) return;
  if (plan.wire === LENGTH) {
    for (const value of values) {
      writer.varint(id * 8 + LENGTH);
      writeValue(writer, plan, value);
    }
    return;
  }
  writer.varint(id * 8 + LENGTH);
  const start = writer.open();
  for (const value of values) writeValue(writer, plan, value);
  writer.close(start);
}

// Every entry of a map is a message of a key, field 1, and a value, field 2; both are written even when they are zero.
const KEY_TAG = 8 + LENGTH;
const VALUE_ID = 2;

function writeMap(writer: BytesWriter, tag: number, plan: Plan, entries: Message): void {
  for (const key of Object.keys(entries)) {
    if (entries[key] === undefined) continue;
    writer.varint(tag);
    const start = writer.open();
    writer.varint(KEY_TAG);
    writer.text(key);
    writer.varint(VALUE_ID * 8 + plan.wire);
    writeValue(writer, plan, entries[key]);
    writer.close(start);
  }
}

const SECONDS_TAG = 8;
const NANOS_TAG = 16;

function writeTime(writer: BytesWriter, { seconds, nanos }: Seconds): void {
  if (seconds !== 0) {
    writer.varint(SECONDS_TAG);
    writer.integer(seconds);
  }
  if (nanos !== 0) {
    writer.varint(NANOS_TAG);
    writer.integer(nanos);
  }
}

/** `before` is what an earlier part of the same message said: a message may come in pieces, which are merged. */
function readBody(reader: BytesReader, plan: Plan, before: unknown): unknown {
  switch (plan.tag) {
    case 'message':
      return readMessage(reader, fieldsOf(plan), before);
    case 'wrap':
      return readWrapped(reader, plan.wrapped as FieldPlan, before);
    case 'duration':
    case 'timestamp':
      return readTime(reader);
    case 'variants':
      return readVariant(reader, plan.variants as VariantsPlan);
    default:
      throw notMessage(plan);
  }
}

function readMessage(reader: BytesReader, { byId, required }: FieldsPlan, before: unknown): Message {
  const message = (before ?? {}) as Message;
  while (reader.more()) {
    const tag = reader.tag();
    const field = byId[tag >>> 3];
    if (field) readInto(reader, field, tag & 7, message);
    else reader.skip(tag & 7);
  }
  fillIn(message, required);
  return message;
}

function readVariant(reader: BytesReader, { noun, attributes, fields }: VariantsPlan): Message {
  const message: Message = {};
  let attributesId = 0;
  while (reader.more()) {
    const tag = reader.tag();
    const field = fields.byId[tag >>> 3];
    if (!field) {
      reader.skip(tag & 7);
      continue;
    }
    if (field.name === 'attributes' && field.id !== attributesId) {
      // Of several attributes, which would be a mistake of the sender's, the last are the ones that count.
      if (attributesId !== 0) message.attributes = undefined;
      attributesId = field.id;
    }
    readInto(reader, field, tag & 7, message);
  }
  fillIn(message, fields.required);
  const own = attributes.get(message.type as string);
  if (!own) throw unknownType(noun, message.type);
  if (attributesId === 0) message.attributes = zeroOf(own.plan);
  else if (attributesId !== own.id)
    throw new RangeError(`this ${noun}, a ${message.type}, has another type's attributes`);
  return message;
}

function readWrapped(reader: BytesReader, { id, plan }: FieldPlan, before: unknown): unknown {
  let value = before;
  while (reader.more()) {
    const tag = reader.tag();
    if (tag >>> 3 === id) value = readField(reader, plan, tag & 7, value);
    else reader.skip(tag & 7);
  }
  return value ?? zeroOf(plan);
}

function readInto(reader: BytesReader, { name, plan }: FieldPlan, wire: number, message: Message): void {
  try {
    message[name] = readField(reader, plan, wire, plan.merges ? message[name] : undefined);
  } catch (error) {
    throw naming(name, error);
  }
}

function fillIn(message: Message, required: readonly FieldPlan[]): void {
  for (const { name, plan } of required) {
    if (message[name] === undefined) message[name] = zeroOf(plan);
  }
}

function readField(reader: BytesReader, plan: Plan, wire: number, before: unknown): unknown {
  if (plan.tag === 'list') return readList(reader, plan.element as Plan, wire, before);
  if (wire !== plan.wire) throw wrongWire(wire, plan);
  if (plan.tag === 'map') return readMap(reader, plan.element as Plan, before);
  return readValue(reader, plan, before);
}

function readValue(reader: BytesReader, plan: Plan, before: unknown): unknown {
  switch (plan.tag) {
    case 'text':
      return reader.text();
    case 'bytes':
      return reader.bytes();
    case 'int':
      return reader.integer();
    case 'enum':
      return enumName(plan.values as EnumShape, reader.integer() | 0);
    case 'bool':
      return reader.integer() !== 0;
    case 'int32':
      return reader.integer() | 0;
    case 'uint32':
      return reader.integer() >>> 0;
    case 'double':
      return reader.double();
    case 'float':
      return reader.float();
    default: {
      const outer = reader.open();
      const value = readBody(reader, plan, before);
      reader.close(outer);
      return value;
    }
  }
}

/** Packed or not: both ways of writing numbers are read. */
function readList(reader: BytesReader, plan: Plan, wire: number, before: unknown): unknown {
  const values = (before ?? []) as unknown[];
  if (wire === plan.wire) {
    values.push(readValue(reader, plan, undefined));
    return values;
  }
  if (wire !== LENGTH) throw wrongWire(wire, plan);
  const outer = reader.open();
  while (reader.more()) values.push(readValue(reader, plan, undefined));
  reader.close(outer);
  return values;
}

function readMap(reader: BytesReader, plan: Plan, before: unknown): unknown {
  const entries = (before ?? {}) as Message;
  const outer = reader.open();
  let key = '';
  let value: unknown;
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === KEY_TAG) key = reader.text();
    else if (tag === VALUE_ID * 8 + plan.wire) value = readValue(reader, plan, undefined);
    else reader.skip(tag & 7);
  }
  reader.close(outer);
  put(entries, key, value ?? zeroOf(plan));
  return entries;
}

function readTime(reader: BytesReader): number {
  let seconds = 0;
  let nanos = 0;
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === SECONDS_TAG) seconds = reader.integer();
    else if (tag === NANOS_TAG) nanos = reader.integer() | 0;
    else reader.skip(tag & 7);
  }
  return millisOf(seconds, nanos);
}

const nothing = new BytesReader(new Uint8Array(0));

/** What an absent value reads as, in memory of its own. */
function zeroOf(plan: Plan): unknown {
  if (plan.zero !== undefined) return plan.zero;
  if (plan.tag === 'bytes') return new Uint8Array(0);
  if (plan.tag === 'list') return [];
  return plan.tag === 'map' ? {} : readBody(nothing, plan, undefined);
}

/** Sets an entry of a map. A key named __proto__ becomes a property like any other. */
export function put(entries: Message, key: string, value: unknown): void {
  if (key !== '__proto__') entries[key] = value;
  else Object.defineProperty(entries, key, { value, enumerable: true, writable: true, configurable: true });
}

/** A value that a newer protocol added is kept as `#17`, so that reading and writing again loses nothing. */
export function enumName({ names }: EnumShape, number: number): string {
  return names.get(number) ?? `#${number}`;
}

function enumNumber({ numbers, prefix }: EnumShape, value: unknown): number {
  const number = numbers.get(value as string);
  if (number !== undefined) return number;
  if (typeof value === 'string' && /^#-?\d+$/.test(value))
    return within(Number(value.slice(1)), -(2 ** 31), 2 ** 31 - 1);
  throw unwanted(value, `a value of ${prefix}: ${[...numbers.keys()].join(', ')}`);
}

function fieldsOf(plan: Plan): FieldsPlan {
  return (plan.fields as () => FieldsPlan)();
}

function asMessage(value: unknown): Message {
  if (typeof value !== 'object' || value === null) throw unwanted(value, 'an object');
  return value as Message;
}

/** Not instanceof: the bytes that a sandboxed workflow makes have a Uint8Array of their own realm. */
function asBytes(value: unknown): Uint8Array {
  if (!ArrayBuffer.isView(value)) throw unwanted(value, 'a Uint8Array');
  return value as Uint8Array;
}

function asNumber(value: unknown): number {
  if (typeof value !== 'number') throw unwanted(value, 'a number');
  return value;
}

function notMessage({ tag }: Plan): TypeError {
  return new TypeError(`a ${tag} is not a message: give the message that holds it`);
}

export function unknownType(noun: string, type: unknown): TypeError {
  return new TypeError(`this version of perdure knows no ${noun} of the type ${type}: update perdure`);
}

function wrongWire(wire: number, plan: Plan): RangeError {
  return new RangeError(`this is another kind of message: wire type ${wire} is not that of a ${plan.tag}`);
}
