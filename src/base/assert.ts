/** A bug in our own code: never expected, never retried. The transaction that meets it dies, and its run is read again from disk. */
export class Bug extends Error {
  override readonly name = 'Bug';
}

export function assert(claim: unknown, message: string): asserts claim {
  if (!claim) throw new Bug(message);
}
