// The values that are not messages: how each is written and read, and which one stands for absence.

import { type BytesReader, type BytesWriter, EIGHT_BYTES, FOUR_BYTES, LENGTH, VARINT } from './protobuf.ts';
import type { EnumShape, ScalarTag } from './schema.ts';

export interface ScalarCodec {
  readonly wire: number;
  readonly zero: unknown;
  readonly isZero: (value: unknown) => boolean;
  readonly write: (writer: BytesWriter, value: unknown) => void;
  readonly read: (reader: BytesReader) => unknown;
}

const nothing = new Uint8Array(0);

const codecs: Readonly<Record<Exclude<ScalarTag, 'enum'>, ScalarCodec>> = {
  text: {
    wire: LENGTH,
    zero: '',
    isZero: (value) => value === '',
    write: (writer, value) => {
      if (typeof value !== 'string') throw unwanted(value, 'a string');
      writer.text(value);
    },
    read: (reader) => reader.text(),
  },
  bytes: {
    wire: LENGTH,
    zero: nothing,
    isZero: (value) => (value as Uint8Array | null)?.length === 0,
    write: (writer, value) => {
      // Not instanceof: the bytes that a sandboxed workflow makes have a Uint8Array of their own realm.
      if (!ArrayBuffer.isView(value)) throw unwanted(value, 'a Uint8Array');
      writer.bytes(value as Uint8Array);
    },
    read: (reader) => reader.bytes(),
  },
  bool: {
    wire: VARINT,
    zero: false,
    isZero: (value) => value === false,
    write: (writer, value) => {
      if (typeof value !== 'boolean') throw unwanted(value, 'a boolean');
      writer.varint(value ? 1 : 0);
    },
    read: (reader) => reader.integer() !== 0,
  },
  int: {
    wire: VARINT,
    zero: 0,
    isZero: (value) => value === 0,
    write: (writer, value) => writer.integer(value as number),
    read: (reader) => reader.integer(),
  },
  int32: {
    wire: VARINT,
    zero: 0,
    isZero: (value) => value === 0,
    write: (writer, value) => writer.integer(within(value, -(2 ** 31), 2 ** 31 - 1)),
    read: (reader) => reader.integer() | 0,
  },
  uint32: {
    wire: VARINT,
    zero: 0,
    isZero: (value) => value === 0,
    write: (writer, value) => writer.integer(within(value, 0, 2 ** 32 - 1)),
    read: (reader) => reader.integer() >>> 0,
  },
  double: {
    wire: EIGHT_BYTES,
    zero: 0,
    isZero: (value) => Object.is(value, 0),
    write: (writer, value) => writer.double(number(value)),
    read: (reader) => reader.double(),
  },
  float: {
    wire: FOUR_BYTES,
    zero: 0,
    isZero: (value) => Object.is(value, 0),
    write: (writer, value) => writer.float(number(value)),
    read: (reader) => reader.float(),
  },
};

export function scalarCodec(shape: EnumShape | { readonly tag: keyof typeof codecs }): ScalarCodec {
  return shape.tag === 'enum' ? enumCodec(shape) : codecs[shape.tag];
}

/** A value that a newer protocol added is kept as `#17`, so that reading and writing again loses nothing. */
function enumCodec(shape: EnumShape): ScalarCodec {
  const { zero, names } = shape;
  return {
    wire: VARINT,
    zero,
    isZero: (value) => value === zero,
    write: (writer, value) => writer.integer(enumNumber(shape, value)),
    read: (reader) => {
      const number = reader.integer() | 0;
      return names.get(number) ?? `#${number}`;
    },
  };
}

export function enumNumber({ numbers, prefix }: EnumShape, value: unknown): number {
  const number = numbers.get(value as string);
  if (number !== undefined) return number;
  if (typeof value === 'string' && /^#-?\d{1,10}$/.test(value))
    return within(Number(value.slice(1)), -(2 ** 31), 2 ** 31 - 1);
  throw new TypeError(`${show(value)} is not a value of ${prefix}: one of ${[...numbers.keys()].join(', ')} is wanted`);
}

function within(value: unknown, least: number, most: number): number {
  if ((value as number) >= least && (value as number) <= most) return value as number;
  throw new RangeError(`${show(value)} is not a whole number from ${least} to ${most}`);
}

function number(value: unknown): number {
  if (typeof value !== 'number') throw unwanted(value, 'a number');
  return value;
}

export function unwanted(value: unknown, wanted: string): TypeError {
  return new TypeError(`${show(value)} is not ${wanted}`);
}

/** Enough of a value to find it by. */
function show(value: unknown): string {
  if (typeof value !== 'string') return typeof value === 'object' && value !== null ? 'an object' : String(value);
  return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
}
