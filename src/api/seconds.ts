// A point or a span of time is a number of milliseconds in our words, and whole seconds with nanoseconds in the protocol's.
//
// A double of milliseconds holds every whole microsecond of the next two centuries, and a nanosecond only near zero: spans
// keep theirs up to three months, points in time may be a quarter of a microsecond off. So that what a double can tell apart
// survives both ways, whole microseconds are written wherever they read as the same double.

export interface Seconds {
  readonly seconds: number;
  readonly nanos: number;
}

/** Of a span, whose nanoseconds have the sign of its seconds. */
export function secondsOfSpan(ms: number): Seconds {
  return split(ms, Math.trunc(ms / 1000) + 0); // Never -0.
}

/** Of a point in time, whose nanoseconds count forward, before 1970 too. */
export function secondsOfPoint(ms: number): Seconds {
  return split(ms, Math.floor(ms / 1000));
}

export function millisOf(seconds: number, nanos: number): number {
  return seconds * 1000 + nanos / 1e6;
}

function split(ms: number, seconds: number): Seconds {
  if (!Number.isSafeInteger(seconds)) throw new RangeError(`${ms} is not a number of milliseconds`);
  const nanos = nanosBeyond(ms, seconds);
  return Math.abs(nanos) < 1e9 ? { seconds, nanos } : { seconds: seconds + Math.sign(nanos), nanos: 0 };
}

function nanosBeyond(ms: number, seconds: number): number {
  const rest = ms - seconds * 1000;
  if (Number.isInteger(rest)) return rest * 1e6;
  const micros = Math.round(rest * 1000);
  return millisOf(seconds, micros * 1000) === ms ? micros * 1000 : Math.round(rest * 1e6);
}
