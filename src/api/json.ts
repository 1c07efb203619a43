// Messages to the protocol's JSON and back, driven by the same tables as their bytes (schema.ts): camelCase, int64 as text,
// full enum names, bytes in base64, what is zero left out. It is what `temporal workflow show -o json` prints and what every
// replayer of an official SDK reads.
//
// The older form that Temporal's web page once wrote is read too: its enum values are in PascalCase without their prefix.

import { decode, enumName, put, unknownType } from './codec.ts';
import { type HistoryEvent, historyEvent } from './event.ts';
import { decodeHistory, encodeHistory } from './history.ts';
import { durationFromJson, durationToJson, timestampFromJson, timestampToJson } from './json-time.ts';
import { planOf } from './plan.ts';
import {
  attributesName,
  attributesSuffix,
  type BoundField,
  type EnumShape,
  type Kind,
  screamingSnake,
  type VariantsShape,
} from './schema.ts';
import { named, unwanted, within } from './unwanted.ts';

type JsonObject = Record<string, unknown>;

/** The protocol's JSON of a history. */
export interface HistoryJson {
  readonly events: readonly Readonly<JsonObject>[];
}

/** The JSON of an encoded history, as plain data for JSON.stringify. Throws what `decodeHistory` throws. */
export function historyToJson(history: Uint8Array): HistoryJson {
  return { events: decodeHistory(history).map((event) => toJson(historyEvent, event) as JsonObject) };
}

/**
 * The encoded history that this JSON stands for: `{ "events": […] }`, or the bare array of events that Temporal's web page
 * saves. Fields that this version does not know are left out. Throws a TypeError or RangeError whose message begins with the
 * path of what is wrong: `events[3].activityTaskScheduledEventAttributes.…`.
 */
export function historyFromJson(json: unknown): Uint8Array {
  const events = Array.isArray(json) ? json : (json as { events?: unknown } | null)?.events;
  if (!Array.isArray(events)) {
    throw unwanted(
      json,
      'a history: give an object whose "events" are an array, as `temporal workflow show -o json` prints it',
    );
  }
  return encodeHistory(named('events', () => eachOf(events, (one) => fromJson(historyEvent, one))) as HistoryEvent[]);
}

function toJson({ shape }: Kind<unknown>, value: unknown): unknown {
  switch (shape.tag) {
    case 'bytes':
      return base64(value as Uint8Array);
    case 'int':
      return String(value);
    case 'float':
      return specialNumber(shortFloat(value as number));
    case 'double':
      return specialNumber(value as number);
    case 'enum':
      return enumToJson(shape, value as string);
    case 'duration':
      return durationToJson(value as number);
    case 'timestamp':
      return timestampToJson(value as number);
    case 'list':
      return (value as readonly unknown[]).map((one) => toJson(shape.of, one));
    case 'map':
      return mapped(value as JsonObject, (one) => toJson(shape.of, one));
    case 'wrap':
      return fieldsToJson([shape.field], { [shape.field.name]: value });
    case 'message':
      return fieldsToJson(shape.fields(), value as JsonObject);
    case 'variants':
      return variantToJson(shape, value as JsonObject);
    default:
      return value;
  }
}

function fieldsToJson(fields: readonly BoundField[], message: JsonObject): JsonObject {
  const json: JsonObject = {};
  for (const { name, jsonName, kind, keepsZero } of fields) {
    const value = message[name];
    if (value !== undefined && (keepsZero || !isZero(kind, value))) json[jsonName] = toJson(kind, value);
  }
  return json;
}

function variantToJson({ noun, rows, fields }: VariantsShape, message: JsonObject): JsonObject {
  const type = message.type as string;
  const { attributes } = rows[type] as VariantsShape['rows'][string];
  return { ...fieldsToJson(fields, message), [attributesName(noun, type)]: toJson(attributes, message.attributes) };
}

/** What the JSON leaves out. A message is never left out: that it is there says something. */
function isZero(kind: Kind<unknown>, value: unknown): boolean {
  const { zero, tag } = planOf(kind);
  if (zero !== undefined) return value === zero;
  if (tag === 'bytes' || tag === 'list') return (value as ArrayLike<unknown>).length === 0;
  return tag === 'map' && Object.keys(value as object).length === 0;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

function specialNumber(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

/** 0.1 for the float that is nearest to it, and not the seventeen digits of the double that this float is. */
function shortFloat(value: number): number {
  for (let digits = 6; digits < 9; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}

/** A value that a newer protocol added has no name yet: its number takes the name's place. */
function enumToJson({ prefix }: EnumShape, name: string): string | number {
  return name.startsWith('#') ? Number(name.slice(1)) : `${prefix}_${screamingSnake(name)}`;
}

function fromJson(kind: Kind<unknown>, json: unknown): unknown {
  const { shape } = kind;
  switch (shape.tag) {
    case 'text':
      if (typeof json !== 'string') throw unwanted(json, 'a string');
      return json;
    case 'bytes':
      return bytesFromJson(json);
    case 'bool':
      if (typeof json !== 'boolean') throw unwanted(json, 'true or false');
      return json;
    case 'int':
    case 'int32':
    case 'uint32':
      return within(numberFromJson(json), ...ranges[shape.tag]);
    case 'float':
    case 'double':
      return numberFromJson(json);
    case 'enum':
      return enumFromJson(shape, json);
    case 'duration':
      return durationFromJson(json);
    case 'timestamp':
      return timestampFromJson(json);
    case 'list':
      if (!Array.isArray(json)) throw unwanted(json, 'an array');
      return eachOf(json, (one) => fromJson(shape.of, one));
    case 'map':
      return mapped(asObject(json), (one) => fromJson(shape.of, one));
    case 'wrap':
      return fieldsFromJson([shape.field], asObject(json))[shape.field.name] ?? decode(kind, nothing);
    case 'message':
      return fieldsFromJson(shape.fields(), asObject(json));
    case 'variants':
      return variantFromJson(shape, asObject(json));
  }
}

const nothing = new Uint8Array(0);
const ranges: Readonly<Record<'int' | 'int32' | 'uint32', readonly [least: number, most: number]>> = {
  int: [-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
};

function fieldsFromJson(fields: readonly BoundField[], json: JsonObject): JsonObject {
  const message: JsonObject = {};
  for (const { name, jsonName, kind } of fields) {
    const value = json[jsonName];
    if (value !== undefined && value !== null) message[name] = named(jsonName, () => fromJson(kind, value));
  }
  return message;
}

function variantFromJson({ noun, rows, fields }: VariantsShape, json: JsonObject): JsonObject {
  const message = fieldsFromJson(fields, json);
  const type = message.type as string | undefined;
  if (type === undefined) throw new TypeError(`this ${noun} has no ${noun}Type`);
  const row = Object.hasOwn(rows, type) ? rows[type] : undefined;
  if (!row) throw unknownType(noun, type);
  const own = attributesName(noun, type);
  const other = Object.keys(json).find((name) => name !== own && name.endsWith(attributesSuffix(noun)));
  if (other !== undefined && json[other] !== null) throw new TypeError(`this ${noun}, a ${type}, has ${other}`);
  return { ...message, attributes: named(own, () => fromJson(row.attributes, json[own] ?? {})) };
}

/** Base64, in the alphabet for URLs too, with or without its padding. */
function bytesFromJson(json: unknown): Uint8Array {
  if (typeof json !== 'string' || !/^([\w+/-]{4})*([\w+/-]{2,3}={0,2})?$/.test(json)) throw unwanted(json, 'base64');
  return new Uint8Array(Buffer.from(json, 'base64'));
}

function numberFromJson(json: unknown): number {
  const isNumber = typeof json === 'number' || (typeof json === 'string' && numeric.test(json));
  if (!isNumber) throw unwanted(json, 'a number');
  return Number(json);
}

const numeric = /^(NaN|-?Infinity|-?\d+(\.\d+)?(e[+-]?\d+)?)$/i;

const spellings = new WeakMap<EnumShape, ReadonlyMap<string, string>>();

function enumFromJson(shape: EnumShape, json: unknown): string {
  if (typeof json === 'number') return enumName(shape, within(json, ...ranges.int32));
  let names = spellings.get(shape);
  if (!names) {
    names = new Map([...shape.numbers.keys()].map((name) => [screamingSnake(name), name]));
    spellings.set(shape, names);
  }
  const spelling = String(json);
  const prefix = `${shape.prefix}_`;
  const name = names.get(spelling.startsWith(prefix) ? spelling.slice(prefix.length) : screamingSnake(spelling));
  if (name === undefined) throw unwanted(json, `a value of ${shape.prefix}: ${[...names.keys()].join(', ')}`);
  return name;
}

function eachOf(values: readonly unknown[], convert: (value: unknown) => unknown): unknown[] {
  return values.map((value, at) => named(`[${at}]`, () => convert(value)));
}

function mapped(entries: JsonObject, convert: (value: unknown) => unknown): JsonObject {
  const converted: JsonObject = {};
  for (const [key, value] of Object.entries(entries)) {
    put(
      converted,
      key,
      named(`[${JSON.stringify(key)}]`, () => convert(value)),
    );
  }
  return converted;
}

function asObject(json: unknown): JsonObject {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw unwanted(json, 'an object');
  return json as JsonObject;
}
