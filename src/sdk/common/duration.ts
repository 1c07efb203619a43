// Durations as people write them. On the wire and inside, a duration is a number of milliseconds whose name ends in `Ms`; here,
// at the edge that users touch, it may also be a text such as '30 s' or '1 day', with the units of the `ms` package, which the
// official SDK takes.

const UNITS = {
  milliseconds: 1,
  millisecond: 1,
  msecs: 1,
  msec: 1,
  ms: 1,
  seconds: 1_000,
  second: 1_000,
  secs: 1_000,
  sec: 1_000,
  s: 1_000,
  minutes: 60_000,
  minute: 60_000,
  mins: 60_000,
  min: 60_000,
  m: 60_000,
  hours: 3_600_000,
  hour: 3_600_000,
  hrs: 3_600_000,
  hr: 3_600_000,
  h: 3_600_000,
  days: 86_400_000,
  day: 86_400_000,
  d: 86_400_000,
  weeks: 604_800_000,
  week: 604_800_000,
  w: 604_800_000,
  years: 31_557_600_000,
  year: 31_557_600_000,
  yrs: 31_557_600_000,
  yr: 31_557_600_000,
  y: 31_557_600_000,
} as const;

type Unit = keyof typeof UNITS;
type AnyCase<U extends string> = U | Uppercase<U> | Capitalize<U>;

/** A number and a unit, e.g. `'250ms'`, `'1.5 h'`, `'2 days'`; without a unit: milliseconds. A year is 365.25 days. */
export type StringValue = `${number}` | `${number}${AnyCase<Unit>}` | `${number} ${AnyCase<Unit>}`;

/** A duration: a number of milliseconds, or a text such as `'30 s'` or `'1 day'`. */
export type Duration = StringValue | number;

const WRITTEN = /^\s*(-?(?:\d+\.?\d*|\.\d+))\s*([a-z]*)\s*$/i;

/**
 * The milliseconds of a duration. Throws a TypeError that quotes what is not a duration: a text without a number or with an
 * unknown unit, NaN, an infinity.
 */
export function msToNumber(duration: Duration): number {
  const ms = typeof duration === 'string' ? readText(duration) : duration;
  if (typeof ms === 'number' && Number.isFinite(ms)) return ms;
  const shown = typeof duration === 'string' ? `'${duration}'` : String(duration);
  throw new TypeError(
    `${shown} is not a duration: give milliseconds, or a number and a unit such as '500 ms', '30 s', '5 minutes', '1 day'`,
  );
}

/** As `msToNumber`; undefined stays undefined. */
export function msOptionalToNumber(duration: Duration | undefined): number | undefined {
  return duration === undefined ? undefined : msToNumber(duration);
}

function readText(text: string): number {
  const [, number, unit = ''] = WRITTEN.exec(text) ?? [];
  const name = unit.toLowerCase() || 'ms';
  return number !== undefined && Object.hasOwn(UNITS, name) ? Number(number) * UNITS[name as Unit] : Number.NaN;
}
