// Says which part of a value JSON cannot hold, and what to do about it. Only asked after JSON.stringify has refused.

/** Deeper than this nobody looks for the culprit. */
const DEEPEST = 100;

/** The message for a value that JSON.stringify threw for, or answered undefined for. */
export function describeUnwritable(value: unknown, error: unknown): string {
  const found = find(value, 'the value', []);
  if (found !== undefined) return `JSON cannot hold ${found}`;
  const reason = error instanceof Error || typeof error === 'object' ? (error as Partial<Error>)?.message : undefined;
  return `JSON cannot hold the value${reason ? `: ${reason}` : ''}: give plain data`;
}

function find(value: unknown, path: string, above: readonly unknown[]): string | undefined {
  if (typeof value === 'bigint') return `${path}, a BigInt: turn it into a text or a number`;
  if (above.length === 0 && (typeof value === 'function' || typeof value === 'symbol')) {
    return `${path}, a ${typeof value}: give plain data`;
  }
  if (typeof value !== 'object' || value === null || hasToJson(value)) return undefined;
  if (above.includes(value)) return `${path}, which contains itself: give plain data without circles`;
  if (above.length >= DEEPEST) return undefined;
  const inside = [...above, value];
  for (const [key, part] of Object.entries(value)) {
    const found = find(part, Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`, inside);
    if (found !== undefined) return found;
  }
  return undefined;
}

function hasToJson(value: object): boolean {
  return typeof (value as { toJSON?: unknown }).toJSON === 'function';
}
