// console of a workflow: its lines are the workflow's log, silent while history is being replayed.

import type { RealmHost } from './contract.ts';
import { maybeCurrentRun } from './current.ts';

const LEVELS = {
  trace: 'TRACE',
  debug: 'DEBUG',
  log: 'INFO',
  info: 'INFO',
  dir: 'INFO',
  table: 'INFO',
  warn: 'WARN',
  error: 'ERROR',
} as const;

const SILENT = ['group', 'groupCollapsed', 'groupEnd', 'time', 'timeEnd', 'timeLog', 'count', 'countReset', 'clear'];

export function workflowConsole(host: RealmHost): Record<string, (...args: unknown[]) => void> {
  const write =
    (level: string) =>
    (...args: unknown[]): void => {
      if (maybeCurrentRun()?.logging) host.log(level, formatted(args), '{}');
    };
  const methods: Record<string, (...args: unknown[]) => void> = {};
  for (const [name, level] of Object.entries(LEVELS)) methods[name] = write(level);
  for (const name of SILENT) methods[name] = () => {};
  methods.assert = (claim: unknown, ...args: unknown[]) => {
    if (!claim) methods.error?.('Assertion failed:', ...args);
  };
  return methods;
}

/** The arguments as one text, with the place-holders of console.log. */
function formatted(args: readonly unknown[]): string {
  const rest = [...args];
  const texts: string[] = [];
  if (typeof rest[0] === 'string' && /%[sdifjoOc]/.test(rest[0])) {
    const pattern = rest.shift() as string;
    texts.push(
      pattern.replace(/%([sdifjoOc%])/g, (place, kind: string) => {
        if (kind === '%') return '%';
        if (rest.length === 0) return place;
        const value = rest.shift();
        if (kind === 'c') return '';
        return kind === 'd' || kind === 'i' || kind === 'f' ? String(Number(value)) : shown(value);
      }),
    );
  }
  return [...texts, ...rest.map(shown)].join(' ');
}

function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return `[Function: ${value.name || 'anonymous'}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  if (value instanceof Error) return value.stack ?? `${value.name}: ${value.message}`;
  try {
    return JSON.stringify(value, plain) ?? String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}

/** What JSON would leave out or throw for. */
function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  if (value instanceof Map) return Object.fromEntries(value);
  if (value instanceof Set) return [...value];
  if (value instanceof Error) return { name: value.name, message: value.message, stack: value.stack };
  return value;
}

/** A line's attributes as JSON; one that JSON cannot hold is left out and says so. */
export function attributesJson(attributes: Readonly<Record<string, unknown>>): string {
  try {
    return JSON.stringify(attributes, plain) ?? '{}';
  } catch (error) {
    return JSON.stringify({ attributes: `cannot be written: ${(error as Error).message}` });
  }
}
