// The one door that every payload passes at the edges of client and worker. Values become payloads by the payload converter,
// synchronously; then the codecs, which may be asynchronous and use all of Node (encryption, compression, a blob store), see the
// payloads as bytes. Nothing else in the SDK touches either.

import type { Payload } from '../../api/messages/common.ts';
import type { Failure } from '../../api/messages/failure.ts';
import { ValueError } from './errors.ts';
import { DefaultFailureConverter, type FailureConverter } from './failure-converter.ts';
import {
  arrayFromPayloads,
  defaultPayloadConverter,
  fromPayloadsAtIndex,
  type PayloadConverter,
  toPayloads,
} from './payload-converter.ts';

/** Changes payloads on their way out, and back on their way in: encryption, compression. Must return as many as it is given. */
export interface PayloadCodec {
  encode(payloads: readonly Payload[]): Promise<Payload[]>;
  decode(payloads: readonly Payload[]): Promise<Payload[]>;
}

/** How values travel. Client and worker must be given the same. */
export interface DataConverter {
  readonly payloadConverter?: PayloadConverter | undefined;
  readonly failureConverter?: FailureConverter | undefined;
  /** Applied in this order on the way out and in the reverse order on the way in. */
  readonly payloadCodecs?: readonly PayloadCodec[] | undefined;
}

export interface LoadedDataConverter {
  readonly payloadConverter: PayloadConverter;
  readonly failureConverter: FailureConverter;
  readonly payloadCodecs: readonly PayloadCodec[];
}

export const defaultFailureConverter: FailureConverter = new DefaultFailureConverter();

/** The converters that every Temporal SDK has by default, and no codecs. */
export const defaultDataConverter: LoadedDataConverter = loadDataConverter({});

export function loadDataConverter(converter: DataConverter = {}): LoadedDataConverter {
  return {
    payloadConverter: converter.payloadConverter ?? defaultPayloadConverter,
    failureConverter: converter.failureConverter ?? defaultFailureConverter,
    payloadCodecs: converter.payloadCodecs ?? [],
  };
}

export async function encodePayloads(
  { payloadCodecs }: LoadedDataConverter,
  payloads: readonly Payload[],
): Promise<readonly Payload[]> {
  let coded = payloads;
  for (const codec of payloadCodecs) coded = sameNumber(coded, await codec.encode(coded), 'encode');
  return coded;
}

export async function decodePayloads(
  { payloadCodecs }: LoadedDataConverter,
  payloads: readonly Payload[],
): Promise<readonly Payload[]> {
  let coded = payloads;
  for (const codec of payloadCodecs.toReversed()) coded = sameNumber(coded, await codec.decode(coded), 'decode');
  return coded;
}

/** Values on their way out; undefined for none. */
export async function encodeValues(
  converter: LoadedDataConverter,
  values: readonly unknown[],
): Promise<readonly Payload[] | undefined> {
  const payloads = toPayloads(converter.payloadConverter, values);
  return payloads && encodePayloads(converter, payloads);
}

export async function decodeValues(
  converter: LoadedDataConverter,
  payloads: readonly Payload[] | undefined,
): Promise<unknown[]> {
  return arrayFromPayloads(converter.payloadConverter, payloads && (await decodePayloads(converter, payloads)));
}

/** The first value; undefined where there is none. */
export async function decodeValue<T>(
  converter: LoadedDataConverter,
  payloads: readonly Payload[] | undefined,
): Promise<T> {
  return fromPayloadsAtIndex<T>(converter.payloadConverter, 0, payloads && (await decodePayloads(converter, payloads)));
}

export async function encodeRecord(
  converter: LoadedDataConverter,
  values: Readonly<Record<string, unknown>> | undefined,
): Promise<Record<string, Payload> | undefined> {
  if (values === undefined) return undefined;
  const keys = Object.keys(values);
  const payloads = (await encodeValues(converter, Object.values(values))) ?? [];
  return Object.fromEntries(keys.map((key, index) => [key, payloads[index] as Payload]));
}

export async function decodeRecord(
  converter: LoadedDataConverter,
  payloads: Readonly<Record<string, Payload>> | undefined,
): Promise<Record<string, unknown>> {
  const values = await decodeValues(converter, Object.values(payloads ?? {}));
  return Object.fromEntries(Object.keys(payloads ?? {}).map((key, index) => [key, values[index]]));
}

export async function encodeError(converter: LoadedDataConverter, error: unknown): Promise<Failure> {
  const failure = converter.failureConverter.errorToFailure(error, converter.payloadConverter);
  return mapFailure(failure, (payloads) => encodePayloads(converter, payloads));
}

export async function decodeError(converter: LoadedDataConverter, failure: Failure): Promise<Error> {
  const decoded = await mapFailure(failure, (payloads) => decodePayloads(converter, payloads));
  return converter.failureConverter.failureToError(decoded, converter.payloadConverter);
}

export async function decodeOptionalError(
  converter: LoadedDataConverter,
  failure: Failure | undefined,
): Promise<Error | undefined> {
  return failure && decodeError(converter, failure);
}

type MapPayloads = (payloads: readonly Payload[]) => Promise<readonly Payload[]>;

/** The failure with all payloads in it mapped: its details, its encoded attributes, and those of its causes. */
async function mapFailure(failure: Failure, map: MapPayloads): Promise<Failure> {
  const { cause, encodedAttributes, applicationFailureInfo, timeoutFailureInfo } = failure;
  const { canceledFailureInfo, resetWorkflowFailureInfo } = failure;
  const [attributes] = encodedAttributes ? await map([encodedAttributes]) : [];
  return {
    ...failure,
    ...(cause && { cause: await mapFailure(cause, map) }),
    ...(attributes && { encodedAttributes: attributes }),
    ...(applicationFailureInfo?.details && {
      applicationFailureInfo: { ...applicationFailureInfo, details: await map(applicationFailureInfo.details) },
    }),
    ...(canceledFailureInfo?.details && {
      canceledFailureInfo: { ...canceledFailureInfo, details: await map(canceledFailureInfo.details) },
    }),
    ...(timeoutFailureInfo?.lastHeartbeatDetails && {
      timeoutFailureInfo: {
        ...timeoutFailureInfo,
        lastHeartbeatDetails: await map(timeoutFailureInfo.lastHeartbeatDetails),
      },
    }),
    ...(resetWorkflowFailureInfo?.lastHeartbeatDetails && {
      resetWorkflowFailureInfo: { lastHeartbeatDetails: await map(resetWorkflowFailureInfo.lastHeartbeatDetails) },
    }),
  };
}

function sameNumber(before: readonly Payload[], after: readonly Payload[], step: string): readonly Payload[] {
  if (after.length === before.length) return after;
  throw new ValueError(
    `a payload codec's ${step} returned ${after.length} payloads for ${before.length}: return one for each, in order`,
  );
}
