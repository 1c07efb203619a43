// Messages to bytes and back, driven by their tables (schema.ts): the protocol buffers encoding and no more of it than
// Temporal's messages use. Fields are written in the order of their numbers and maps in the order of their keys, as the
// official encoders do, so that equal messages are equal bytes.
//
// A table is turned into closures once, at its first use: a `FieldCodec` per field, which knows its tag, and a `Body` per
// message. Reading and writing then look nothing up but a field by its number.

import { type ScalarCodec, scalarCodec, unwanted } from './codec-scalar.ts';
import { BytesReader, BytesWriter, LENGTH, VARINT } from './protobuf.ts';
import type { BoundField, Kind, VariantsShape } from './schema.ts';
import { millisOf, type Seconds, secondsOfPoint, secondsOfSpan } from './seconds.ts';

/** A message without the tag and length that it has inside another one. */
interface Body {
  readonly write: (writer: BytesWriter, value: unknown) => void;
  /** `before` is what an earlier part of the same message said: a message may come in pieces, which are merged. */
  readonly read: (reader: BytesReader, before: unknown) => unknown;
}

/** One value, with its length if it has one, without its tag. */
interface ValueCodec {
  readonly wire: number;
  readonly zero: () => unknown;
  readonly isZero: (value: unknown) => boolean;
  readonly write: (writer: BytesWriter, value: unknown) => void;
  readonly read: (reader: BytesReader, before: unknown) => unknown;
}

/** All that a field holds, with its tags. */
interface FieldCodec {
  readonly id: number;
  readonly name: string;
  readonly zero: () => unknown;
  readonly write: (writer: BytesWriter, value: unknown) => void;
  readonly read: (reader: BytesReader, wire: number, before: unknown) => unknown;
}

interface FieldSet {
  readonly inOrder: readonly FieldCodec[];
  readonly byId: readonly (FieldCodec | undefined)[];
  readonly required: readonly FieldCodec[];
}

type Message = Record<string, unknown>;

/** A message's bytes. Throws a TypeError or RangeError that names the field whose value cannot be written. */
export function encode<T>(kind: Kind<T>, value: T): Uint8Array {
  const writer = new BytesWriter();
  bodyOf(kind).write(writer, value);
  return writer.finish();
}

/**
 * The message that these bytes hold, without the fields that its table does not know. Throws a RangeError for what is not a
 * protocol buffer, and a TypeError for an event or command of an unknown type.
 */
export function decode<T>(kind: Kind<T>, encoded: Uint8Array): T {
  return bodyOf(kind).read(new BytesReader(encoded), undefined) as T;
}

const bodies = new WeakMap<Kind<unknown>, Body>();

function bodyOf(kind: Kind<unknown>): Body {
  let body = bodies.get(kind);
  if (!body) {
    body = makeBody(kind);
    bodies.set(kind, body);
  }
  return body;
}

function makeBody({ shape }: Kind<unknown>): Body {
  switch (shape.tag) {
    case 'message':
      return messageBody(shape.fields);
    case 'variants':
      return variantsBody(shape);
    case 'wrap':
      return wrapBody(shape.field);
    case 'duration':
      return timeBody(secondsOfSpan);
    case 'timestamp':
      return timeBody(secondsOfPoint);
    default:
      throw new TypeError(`a ${shape.tag} is not a message: give the message that holds it`);
  }
}

/** Its fields are looked at when it is first used: before that, a message that contains itself is not complete. */
function messageBody(table: () => readonly BoundField[]): Body {
  let fields: FieldSet | undefined;
  return {
    write: (writer, value) => {
      fields ??= fieldSet(table());
      writeFields(writer, fields.inOrder, asMessage(value));
    },
    read: (reader, before) => {
      fields ??= fieldSet(table());
      const message = (before ?? {}) as Message;
      while (reader.more()) {
        const tag = reader.tag();
        const field = fields.byId[tag >>> 3];
        if (field) readField(reader, field, tag & 7, message);
        else reader.skip(tag & 7);
      }
      fillIn(message, fields.required);
      return message;
    },
  };
}

function fieldSet(table: readonly BoundField[]): FieldSet {
  const inOrder = table.map(fieldCodec);
  const byId: FieldCodec[] = [];
  for (const one of inOrder) byId[one.id] = one;
  return { inOrder, byId, required: inOrder.filter((_, at) => table[at]?.required) };
}

function writeFields(writer: BytesWriter, fields: readonly FieldCodec[], message: Message): void {
  let at = 0;
  try {
    for (; at < fields.length; at += 1) {
      const field = fields[at] as FieldCodec;
      const value = message[field.name];
      if (value !== undefined) field.write(writer, value);
    }
  } catch (error) {
    throw naming((fields[at] as FieldCodec).name, error);
  }
}

function readField(reader: BytesReader, field: FieldCodec, wire: number, message: Message): void {
  try {
    message[field.name] = field.read(reader, wire, message[field.name]);
  } catch (error) {
    throw naming(field.name, error);
  }
}

function fillIn(message: Message, required: readonly FieldCodec[]): void {
  for (const { name, zero } of required) {
    if (message[name] === undefined) message[name] = zero();
  }
}

/** One type's message is written like any other; when one is read, its type is known only at the end. */
function variantsBody({ noun, rows, fields: table }: VariantsShape): Body {
  const whole = fieldSet(table);
  const byId = [...whole.byId];
  const typeOf: string[] = [];
  const writes = new Map<string, readonly FieldCodec[]>();
  for (const [type, { field: id, attributes: kind }] of Object.entries(rows)) {
    const attributes = fieldCodec({ id, kind, name: 'attributes', jsonName: '', required: true, keepsZero: false });
    byId[id] = attributes;
    typeOf[id] = type;
    writes.set(
      type,
      [...whole.inOrder, attributes].toSorted((a, b) => a.id - b.id),
    );
  }

  function read(reader: BytesReader): Message {
    const message: Message = {};
    let attributesId = 0;
    while (reader.more()) {
      const tag = reader.tag();
      const id = tag >>> 3;
      const field = byId[id];
      if (!field) {
        reader.skip(tag & 7);
        continue;
      }
      if (field.name === 'attributes' && attributesId !== id) {
        attributesId = id;
        message.attributes = undefined;
      }
      readField(reader, field, tag & 7, message);
    }
    fillIn(message, whole.required);
    const type = message.type as string;
    if (!Object.hasOwn(rows, type)) throw unknownType(noun, type);
    if (attributesId === 0) message.attributes = byId[rows[type]?.field as number]?.zero();
    else if (typeOf[attributesId] !== type) {
      throw new RangeError(`${noun}: its type is ${type}, but its attributes are those of ${typeOf[attributesId]}`);
    }
    return message;
  }

  return {
    read,
    write: (writer, value) => {
      const message = asMessage(value);
      const fields = writes.get(message.type as string);
      if (!fields) throw unknownType(noun, message.type);
      if (message.attributes === undefined) throw new TypeError(`the ${noun} ${message.type} has no attributes`);
      writeFields(writer, fields, message);
    },
  };
}

export function unknownType(noun: string, type: unknown): TypeError {
  return new TypeError(`this version of perdure knows no ${noun} of the type ${type}: update perdure`);
}

function wrapBody(one: BoundField): Body {
  const { id, write, read, zero } = fieldCodec(one);
  return {
    write,
    read: (reader, before) => {
      let value = before;
      while (reader.more()) {
        const tag = reader.tag();
        if (tag >>> 3 === id) value = read(reader, tag & 7, value);
        else reader.skip(tag & 7);
      }
      return value ?? zero();
    },
  };
}

function timeBody(split: (ms: number) => Seconds): Body {
  return {
    write: (writer, value) => {
      const { seconds, nanos } = split(value as number);
      if (seconds !== 0) {
        writer.varint(8);
        writer.integer(seconds);
      }
      if (nanos !== 0) {
        writer.varint(16);
        writer.integer(nanos);
      }
    },
    read: (reader) => {
      let seconds = 0;
      let nanos = 0;
      while (reader.more()) {
        const tag = reader.tag();
        if (tag === 8) seconds = reader.integer();
        else if (tag === 16) nanos = reader.integer();
        else reader.skip(tag & 7);
      }
      return millisOf(seconds, nanos);
    },
  };
}

function valueCodec(kind: Kind<unknown>): ValueCodec {
  const { shape } = kind;
  switch (shape.tag) {
    case 'message':
    case 'variants':
    case 'wrap':
    case 'duration':
    case 'timestamp':
      return embedded(bodyOf(kind));
    case 'list':
    case 'map':
      throw new TypeError(`a ${shape.tag} inside a list or map needs a message around it`);
    default:
      return scalar(scalarCodec(shape));
  }
}

function scalar({ zero, ...codec }: ScalarCodec): ValueCodec {
  return { ...codec, zero: () => zero };
}

const nothing = new BytesReader(new Uint8Array(0));

/** A message inside another. That it is there says something, so it is written even when all in it is zero. */
function embedded(body: Body): ValueCodec {
  return {
    wire: LENGTH,
    zero: () => body.read(nothing, undefined),
    isZero: () => false,
    write: (writer, value) => {
      const start = writer.open();
      body.write(writer, value);
      writer.close(start);
    },
    read: (reader, before) => {
      const outer = reader.open();
      const value = body.read(reader, before);
      reader.close(outer);
      return value;
    },
  };
}

function fieldCodec(field: BoundField): FieldCodec {
  const { id, name, kind, keepsZero } = field;
  if (kind.shape.tag === 'list') return listField(id, name, valueCodec(kind.shape.of));
  if (kind.shape.tag === 'map') return mapField(id, name, valueCodec(kind.shape.of));
  const codec = valueCodec(kind);
  const tag = id * 8 + codec.wire;
  return {
    id,
    name,
    zero: codec.zero,
    write: (writer, value) => {
      if (codec.isZero(value) && !keepsZero) return;
      writer.varint(tag);
      codec.write(writer, value);
    },
    read: (reader, wire, before) => {
      if (wire !== codec.wire) throw wrongWire(wire, codec.wire);
      return codec.read(reader, before);
    },
  };
}

/** Numbers are packed: one part holds them all. Both ways of writing them are read. */
function listField(id: number, name: string, codec: ValueCodec): FieldCodec {
  const tag = id * 8 + codec.wire;
  const packs = codec.wire !== LENGTH;

  function write(writer: BytesWriter, value: unknown): void {
    if (!Array.isArray(value)) throw unwanted(value, 'an array');
    if (packs && value.length > 0) {
      writer.varint(id * 8 + LENGTH);
      const start = writer.open();
      for (const one of value) codec.write(writer, one);
      writer.close(start);
      return;
    }
    for (const one of value) {
      writer.varint(tag);
      codec.write(writer, one);
    }
  }

  function read(reader: BytesReader, wire: number, before: unknown): unknown {
    const values = (before ?? []) as unknown[];
    if (packs && wire === LENGTH) {
      const outer = reader.open();
      while (reader.more()) values.push(codec.read(reader, undefined));
      reader.close(outer);
      return values;
    }
    if (wire !== codec.wire) throw wrongWire(wire, codec.wire);
    values.push(codec.read(reader, undefined));
    return values;
  }

  return { id, name, write, read, zero: () => [] };
}

/** Every entry is a message of a key, field 1, and a value, field 2; both are written even when they are zero. */
function mapField(id: number, name: string, codec: ValueCodec): FieldCodec {
  const tag = id * 8 + LENGTH;
  const keyTag = 8 + LENGTH;
  const valueTag = 16 + codec.wire;

  function write(writer: BytesWriter, value: unknown): void {
    const entries = asMessage(value);
    for (const key of Object.keys(entries)) {
      if (entries[key] === undefined) continue;
      writer.varint(tag);
      const start = writer.open();
      writer.varint(keyTag);
      writer.text(key);
      writer.varint(valueTag);
      codec.write(writer, entries[key]);
      writer.close(start);
    }
  }

  function read(reader: BytesReader, wire: number, before: unknown): unknown {
    const entries = (before ?? {}) as Message;
    if (wire !== LENGTH) throw wrongWire(wire, LENGTH);
    const outer = reader.open();
    let key = '';
    let value: unknown;
    while (reader.more()) {
      const tag = reader.tag();
      if (tag === keyTag) key = reader.text();
      else if (tag === valueTag) value = codec.read(reader, undefined);
      else reader.skip(tag & 7);
    }
    reader.close(outer);
    put(entries, key, value ?? codec.zero());
    return entries;
  }

  return { id, name, write, read, zero: () => ({}) };
}

/** A key named __proto__ becomes a property like any other. */
export function put(entries: Message, key: string, value: unknown): void {
  if (key !== '__proto__') entries[key] = value;
  else Object.defineProperty(entries, key, { value, enumerable: true, writable: true, configurable: true });
}

function asMessage(value: unknown): Message {
  if (typeof value !== 'object' || value === null) throw unwanted(value, 'an object');
  return value as Message;
}

function wrongWire(wire: number, wanted: number): RangeError {
  return new RangeError(
    `not this message: the field has wire type ${wire}, not ${wanted === VARINT ? 'a number' : wanted}`,
  );
}

const named = new WeakSet<Error>();

/** Puts the field's name in front of an error's message, so that the message leads to the value: `failure.cause.source: …`. */
function naming(name: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  error.message = named.has(error) ? `${name}.${error.message}` : `${name}: ${error.message}`;
  named.add(error);
  return error;
}
