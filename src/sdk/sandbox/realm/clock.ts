// Time that repeats itself: the clock stands at the moment when the present workflow task was started, also in a replay.

import { currentRun } from './current.ts';

/** A Date whose "now" is the current run's. Everything else, and every Date that exists, is the original's. */
export function deterministicDate(Original: DateConstructor): DateConstructor {
  function WorkflowDate(this: unknown, ...args: unknown[]): unknown {
    if (new.target === undefined) return new Original(currentRun().nowMs).toString();
    return Reflect.construct(Original, args.length === 0 ? [currentRun().nowMs] : args, new.target);
  }
  Object.defineProperties(WorkflowDate, {
    name: { value: 'Date' },
    length: { value: 7 },
    prototype: { value: Original.prototype },
    now: { value: () => currentRun().nowMs },
    parse: { value: Original.parse },
    UTC: { value: Original.UTC },
  });
  Object.defineProperty(Original.prototype, 'constructor', { value: WorkflowDate });
  return WorkflowDate as unknown as DateConstructor;
}

/** `format()` without a date means now, and V8's now is the machine's: the methods are given the run's. */
export function useRunClockInIntl(): void {
  const prototype = Intl.DateTimeFormat.prototype;
  const formatGetter = Object.getOwnPropertyDescriptor(prototype, 'format')?.get as () => (date: unknown) => string;
  Object.defineProperty(prototype, 'format', {
    configurable: true,
    get(this: Intl.DateTimeFormat) {
      const format = formatGetter.call(this);
      return (date?: unknown) => format(date === undefined ? currentRun().nowMs : date);
    },
  });
  const formatToParts = prototype.formatToParts;
  Object.defineProperty(prototype, 'formatToParts', {
    configurable: true,
    value(this: Intl.DateTimeFormat, date?: Date | number) {
      return formatToParts.call(this, date === undefined ? currentRun().nowMs : date);
    },
  });
}
