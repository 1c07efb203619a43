// The protocol's JSON writes time as text: a span as "1.5s", a point in time as RFC 3339. Both keep nanoseconds.

import { millisOf, secondsOfPoint, secondsOfSpan } from './seconds.ts';
import { unwanted } from './unwanted.ts';

export function durationToJson(ms: number): string {
  const { seconds, nanos } = secondsOfSpan(ms);
  return `${ms < 0 ? '-' : ''}${Math.abs(seconds)}${fraction(Math.abs(nanos))}s`;
}

export function durationFromJson(json: unknown): number {
  const parts = typeof json === 'string' ? /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/.exec(json) : null;
  if (!parts) throw unwanted(json, 'a duration, such as "10s" or "0.250s"');
  const ms = millisOf(Number(parts[2]), nanosOf(parts[3]));
  return parts[1] === '-' ? 0 - ms : ms;
}

export function timestampToJson(ms: number): string {
  const { seconds, nanos } = secondsOfPoint(ms);
  const date = new Date(seconds * 1000);
  const year = date.getUTCFullYear();
  if (!(year >= 1 && year <= 9999)) throw new RangeError(`${ms} ms is not in a year from 1 to 9999`);
  return `${date.toISOString().slice(0, 19)}${fraction(nanos)}Z`;
}

export function timestampFromJson(json: unknown): number {
  const parts =
    typeof json === 'string' ? /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(json) : null;
  const wholeMs = parts ? Date.parse(`${parts[1]}${parts[3]}`) : Number.NaN;
  if (!parts || Number.isNaN(wholeMs)) throw unwanted(json, 'a time, such as "2026-11-24T21:00:00.250Z"');
  return millisOf(wholeMs / 1000, nanosOf(parts[2]));
}

/** Three, six or nine digits, as many as are needed, or nothing. */
function fraction(nanos: number): string {
  if (nanos === 0) return '';
  const digits = String(nanos).padStart(9, '0');
  if (digits.endsWith('000000')) return `.${digits.slice(0, 3)}`;
  return digits.endsWith('000') ? `.${digits.slice(0, 6)}` : `.${digits}`;
}

function nanosOf(digits = ''): number {
  return Number(digits.padEnd(9, '0'));
}
