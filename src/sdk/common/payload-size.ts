// Histories are kept for good and read again at every replay, so a service takes at most 2 MiB of payloads at once. What is
// larger is refused on this side, where the error can name what it is and the remedy.

/** What a Temporal service takes in one piece. */
const MAXIMUM_BYTES = 2 * 1024 * 1024;

/** Why this cannot be sent; undefined when it can. `value` is a payload, or anything that holds payloads. */
export function whyTooLarge(value: unknown, what: string): string | undefined {
  const sizeBytes = bytesIn(value);
  if (sizeBytes <= MAXIMUM_BYTES) return undefined;
  return `${what} is ${mebibytes(sizeBytes)} and a history takes at most ${mebibytes(MAXIMUM_BYTES)}: store it, in a file or a blob store, and pass a reference to it`;
}

/** The bytes of all payloads in a message. */
export function bytesIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (ArrayBuffer.isView(value)) return value.byteLength;
  let sum = 0;
  for (const part of Object.values(value)) sum += bytesIn(part);
  return sum;
}

function mebibytes(sizeBytes: number): string {
  return `${(sizeBytes / 1024 / 1024).toFixed(1)} MiB`;
}
