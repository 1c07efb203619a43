// The official package as the judge of our tables: its reflection of every message, and messages of it filled by chance.
import { createRequire } from 'node:module';
import type { SeededRandom } from './seeded-random.ts';

export interface OfficialEnum {
  readonly name: string;
  readonly values: Readonly<Record<string, number>>;
}

export interface OfficialOneof {
  readonly fullName: string;
  readonly fieldsArray: readonly OfficialField[];
}

export interface OfficialField {
  readonly id: number;
  readonly name: string;
  readonly fullName: string;
  /** A scalar's type, or the name of what `resolvedType` is. */
  readonly type: string;
  readonly repeated: boolean;
  readonly map: boolean;
  readonly keyType?: string;
  readonly partOf: OfficialOneof | null;
  readonly resolvedType: OfficialType | OfficialEnum | null;
  resolve(): OfficialField;
}

export type OfficialMessage = Record<string, unknown>;

export interface OfficialType {
  readonly name: string;
  readonly fullName: string;
  readonly fieldsArray: readonly OfficialField[];
  readonly oneofsArray: readonly OfficialOneof[];
  encode(message: OfficialMessage): { finish(): Uint8Array };
  decode(encoded: Uint8Array): OfficialMessage;
  toObject(message: OfficialMessage, options: Readonly<Record<string, unknown>>): OfficialMessage;
  fromObject(object: OfficialMessage): OfficialMessage;
  toJSON?(): unknown;
}

const require = createRequire(import.meta.url);
require('@temporalio/proto');
const protobufjs = createRequire(require.resolve('@temporalio/proto'))('protobufjs/light');

export function officialType(name: string): OfficialType {
  return protobufjs.roots.__temporal.lookupType(name);
}

/** The primitives of the official package's wire format. */
export const OfficialWriter = protobufjs.Writer;
export const OfficialReader = protobufjs.Reader;

export function officialEncode(type: OfficialType, message: OfficialMessage): Uint8Array {
  return new Uint8Array(type.encode(message).finish());
}

/** A decoded message as plain data: int64 as numbers, what is absent absent. */
export function officialPlain(type: OfficialType, message: OfficialMessage): OfficialMessage {
  return type.toObject(message, { longs: Number });
}

/** Every message that can stand in one of the given, these included. */
export function reachable(...roots: readonly OfficialType[]): readonly OfficialType[] {
  const seen = new Set<OfficialType>();
  function visit(type: OfficialType): void {
    if (seen.has(type)) return;
    seen.add(type);
    for (const field of type.fieldsArray) {
      const inner = field.resolve().resolvedType;
      if (inner && isType(inner)) visit(inner);
    }
  }
  roots.forEach(visit);
  return [...seen];
}

export function isType(type: OfficialType | OfficialEnum): type is OfficialType {
  return 'fieldsArray' in type;
}

/** How far a chain of causes goes, and any other message in itself. */
const DEEPEST = 6;

/**
 * Fills messages by chance. `share` of the fields are set, all of them at 1; of every oneof the members take turns, and
 * `used` counts which have been set.
 */
export function officialFiller(random: SeededRandom, share: number) {
  const used = new Map<string, number>();

  function fill(type: OfficialType, given: OfficialMessage = {}, depth = 0): OfficialMessage {
    const message: OfficialMessage = { ...given };
    for (const oneof of type.oneofsArray) {
      const members = oneof.fieldsArray.filter((field) => depth < DEEPEST || !isRecursive(field));
      if (oneof.fieldsArray.some(({ name }) => name in given) || members.length === 0) continue;
      const turn = members.map(({ fullName }) => used.get(fullName) ?? 0);
      const member = members[turn.indexOf(Math.min(...turn))] as OfficialField;
      used.set(member.fullName, (used.get(member.fullName) ?? 0) + 1);
      message[member.name] = fieldValue(member, depth);
    }
    for (const field of type.fieldsArray) {
      if (field.partOf || field.name in message || !random.chance(share)) continue;
      if (depth >= DEEPEST && isRecursive(field)) continue;
      message[field.name] = fieldValue(field, depth);
    }
    return message;
  }

  function fieldValue(field: OfficialField, depth: number): unknown {
    const count = random.integer(1, 3);
    if (field.map) {
      return Object.fromEntries(Array.from({ length: count }, (_, at) => [randomKey(at), oneValue(field, depth)]));
    }
    return field.repeated ? Array.from({ length: count }, () => oneValue(field, depth)) : oneValue(field, depth);
  }

  function randomKey(at: number): string {
    return `${random.pick(['encoding', 'messageType', '7', '', 'clé', 'constructor', 'toString'])}${at}`;
  }

  function oneValue(field: OfficialField, depth: number): unknown {
    const inner = field.resolve().resolvedType;
    if (!inner) return randomScalar(random, field.type);
    if (!isType(inner)) return random.pick(Object.values(inner.values).filter((number) => number !== 0));
    if (inner.fullName === '.google.protobuf.Timestamp') return randomTimestamp(random);
    if (inner.fullName === '.google.protobuf.Duration') return randomDuration(random);
    return fill(inner, {}, depth + 1);
  }

  return { fill, used };
}

function isRecursive(field: OfficialField): boolean {
  const inner = field.resolve().resolvedType;
  return (
    inner !== null && isType(inner) && !inner.fullName.startsWith('.google.') && inner.fullName.includes('Failure')
  );
}

/** Never zero, which proto3 does not write. */
export function randomScalar(random: SeededRandom, type: string): unknown {
  switch (type) {
    case 'string':
      return randomText(random);
    case 'bytes':
      return random.bytes(random.pick([1, 2, 63, 64, 65, 127, 128, 300]));
    case 'bool':
      return true;
    case 'int32':
      return random.pick([1, -1]) * random.integer(1, 2 ** random.integer(1, 31) - 1);
    case 'uint32':
      return random.integer(1, 2 ** random.integer(1, 32) - 1);
    case 'int64':
      return random.pick([1, -1]) * random.integer(1, 2 ** random.integer(1, 53) - 1);
    case 'double':
      return random.pick([0.1, -1.5, 2 ** 60, Number.MIN_VALUE, Number.POSITIVE_INFINITY, random.fraction()]);
    case 'float':
      return Math.fround(random.pick([0.5, -0.1, 1e30, random.fraction()]));
    default:
      throw new TypeError(`the protocol has a field of type ${type}, which these tests have no values for`);
  }
}

export function randomText(random: SeededRandom): string {
  const letter = random.pick(['a', 'Z', '7', 'é', '語', '🙂', '\u0000', '\ufeff']);
  return letter.repeat(random.pick([1, 2, 8, 9, 24, 25, 50, 127, 128, 200])) + random.pick(['', 'x', 'ß']);
}

/** Whole milliseconds, before 1970 too. */
function randomTimestamp(random: SeededRandom): OfficialMessage {
  const ms = random.integer(-1e12, 5e12);
  const seconds = Math.floor(ms / 1000);
  return { seconds, nanos: (ms - seconds * 1000) * 1e6 };
}

/** Whole microseconds, of up to ten years, in either direction. */
function randomDuration(random: SeededRandom): OfficialMessage {
  const sign = random.pick([1, -1]);
  const seconds = random.pick([0, random.integer(1, 100), random.integer(1, 315_576_000)]);
  return { seconds: sign * seconds || 0, nanos: sign * random.integer(1, 999_999) * 1000 };
}
