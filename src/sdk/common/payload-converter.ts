// Values to payloads and back. A payload is bytes with a note in its metadata of how to read them; the notes and their order are
// those of every Temporal SDK, so that a workflow in one language reads what another wrote:
//
//   undefined        binary/null    no bytes
//   Uint8Array       binary/plain   the bytes
//   everything else  json/plain     JSON in UTF-8
//
// This runs in the workflow sandbox too, so it is pure and asks for nothing of Node. What needs more is a codec
// (data-converter.ts), which runs outside.

import type { Payload } from '../../api/messages/common.ts';
import { PayloadConverterError, ValueError } from './errors.ts';
import { describeUnwritable } from './unwritable.ts';

export type { Payload } from '../../api/messages/common.ts';

/** Turns values into payloads and back, synchronously. */
export interface PayloadConverter {
  /** Throws a ValueError for a value that it cannot hold. */
  toPayload<T>(value: T): Payload;
  /** Throws a ValueError for a payload that it cannot read. */
  fromPayload<T>(payload: Payload): T;
}

/** A converter of one encoding, for a CompositePayloadConverter. */
export interface PayloadConverterWithEncoding {
  readonly encodingType: string;
  /** Undefined: this value is for another converter. */
  toPayload<T>(value: T): Payload | undefined;
  fromPayload<T>(payload: Payload): T;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function metadata(encoding: string): Readonly<Record<string, Uint8Array>> {
  return { encoding: encoder.encode(encoding) };
}

/** Undefined, as `binary/null`. */
export class UndefinedPayloadConverter implements PayloadConverterWithEncoding {
  readonly encodingType = 'binary/null';
  readonly #metadata = metadata(this.encodingType);

  toPayload(value: unknown): Payload | undefined {
    return value === undefined ? { metadata: this.#metadata } : undefined;
  }

  fromPayload<T>(): T {
    return undefined as T;
  }
}

/** Bytes, as `binary/plain`: a Uint8Array of any realm, a Buffer too. They are read as a Uint8Array of this realm. */
export class BinaryPayloadConverter implements PayloadConverterWithEncoding {
  readonly encodingType = 'binary/plain';
  readonly #metadata = metadata(this.encodingType);

  toPayload(value: unknown): Payload | undefined {
    return isBytes(value) ? { metadata: this.#metadata, data: value } : undefined;
  }

  fromPayload<T>(payload: Payload): T {
    return new Uint8Array(payload.data ?? []) as T;
  }
}

/** What JSON can hold, as `json/plain`. */
export class JsonPayloadConverter implements PayloadConverterWithEncoding {
  readonly encodingType = 'json/plain';
  readonly #metadata = metadata(this.encodingType);

  toPayload(value: unknown): Payload | undefined {
    if (value === undefined) return undefined;
    return { metadata: this.#metadata, data: encoder.encode(toJson(value)) };
  }

  fromPayload<T>(payload: Payload): T {
    const json = decoder.decode(payload.data);
    try {
      return JSON.parse(json) as T;
    } catch {
      throw new ValueError(`the payload says that it is JSON and is not: ${json.slice(0, 80)}`);
    }
  }
}

/** Asks each converter in turn; a payload is read by the converter whose encoding it names. */
export class CompositePayloadConverter implements PayloadConverter {
  readonly converters: readonly PayloadConverterWithEncoding[];
  readonly #byEncoding: ReadonlyMap<string, PayloadConverterWithEncoding>;

  constructor(...converters: PayloadConverterWithEncoding[]) {
    if (converters.length === 0) throw new PayloadConverterError('a CompositePayloadConverter needs a converter');
    this.converters = converters;
    this.#byEncoding = new Map(converters.map((converter) => [converter.encodingType, converter]));
  }

  toPayload<T>(value: T): Payload {
    for (const converter of this.converters) {
      const payload = converter.toPayload(value);
      if (payload !== undefined) return payload;
    }
    throw new ValueError(`no payload converter takes a ${typeof value}: ${describe(this.converters)}`);
  }

  fromPayload<T>(payload: Payload): T {
    const encoding = payloadEncoding(payload);
    const converter = this.#byEncoding.get(encoding);
    if (converter) return converter.fromPayload<T>(payload);
    throw new ValueError(
      `the payload has the encoding '${encoding}', which no converter here reads: ${describe(this.converters)}; a payload that a codec wrote needs that codec in dataConverter.payloadCodecs`,
    );
  }
}

/** The converters of every Temporal SDK, in their order. */
export const defaultPayloadConverter: PayloadConverter = new CompositePayloadConverter(
  new UndefinedPayloadConverter(),
  new BinaryPayloadConverter(),
  new JsonPayloadConverter(),
);

/** How the payload's bytes are to be read; '' when it does not say. */
export function payloadEncoding(payload: Payload): string {
  const encoding = payload.metadata?.encoding;
  return encoding === undefined ? '' : decoder.decode(encoding);
}

/** One payload for each value; undefined for none, as a call without arguments is written. */
export function toPayloads(converter: PayloadConverter, values: readonly unknown[]): readonly Payload[] | undefined {
  return values.length === 0 ? undefined : values.map((value) => converter.toPayload(value));
}

export function arrayFromPayloads(converter: PayloadConverter, payloads: readonly Payload[] | undefined): unknown[] {
  return (payloads ?? []).map((payload) => converter.fromPayload(payload));
}

/** The value at this place; undefined where there are fewer, so that an argument can be added later. */
export function fromPayloadsAtIndex<T>(
  converter: PayloadConverter,
  index: number,
  payloads: readonly Payload[] | undefined,
): T {
  const payload = payloads?.[index];
  return payload === undefined ? (undefined as T) : converter.fromPayload<T>(payload);
}

export function mapToPayloads(
  converter: PayloadConverter,
  values: Readonly<Record<string, unknown>>,
): Record<string, Payload> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, converter.toPayload(value)]));
}

export function mapFromPayloads(
  converter: PayloadConverter,
  payloads: Readonly<Record<string, Payload>> | undefined,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(payloads ?? {}).map(([key, payload]) => [key, converter.fromPayload(payload)]),
  );
}

/** By its tag and not by `instanceof`, which another realm's bytes would fail. */
function isBytes(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && (value as Partial<Uint8Array>)[Symbol.toStringTag] === 'Uint8Array';
}

function toJson(value: unknown): string {
  let json: string | undefined;
  try {
    json = JSON.stringify(value);
  } catch (error) {
    throw new ValueError(describeUnwritable(value, error));
  }
  if (json === undefined) throw new ValueError(describeUnwritable(value, undefined));
  return json;
}

function describe(converters: readonly PayloadConverterWithEncoding[]): string {
  return `there are ${converters.map(({ encodingType }) => encodingType).join(', ')}`;
}
