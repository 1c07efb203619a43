// How the tables refuse a value: the message begins with the path of names that leads to it.

export function unwanted(value: unknown, wanted: string): TypeError {
  return new TypeError(`${shown(value)} is not ${wanted}`);
}

/** The value, if it is a whole number in this range. */
export function within(value: unknown, least: number, most: number): number {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return value as number;
  throw new RangeError(`${shown(value)} is not a whole number from ${least} to ${most}`);
}

/** Enough of a value to find it by. */
function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

const begun = new WeakSet<Error>();

/** Does something with a part of a value, and puts the part's name in front of the message of an error that this throws. */
export function named<T>(name: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw naming(name, error);
  }
}

/** The error with the name of a part in front of its message, which others have begun: `failure.source: 5 is not a string`. */
export function naming(name: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const separator = !begun.has(error) ? ': ' : error.message.startsWith('[') ? '' : '.';
  begun.add(error);
  error.message = `${name}${separator}${error.message}`;
  return error;
}
