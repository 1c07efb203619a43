// What the subcommands share: their shape, the reader that they look through, and how they print.

import { type ParseArgsConfig, parseArgs } from 'node:util';
import { openReader, type Reader } from '../embed.ts';

export interface Command {
  readonly about: string;
  /** Options and examples, behind `usage: perdure NAME`. */
  readonly usage: string;
  readonly run: (args: readonly string[]) => Promise<void>;
}

/** The arguments are wrong: the help follows the message. */
export class Unusable extends Error {}

/** Options that every command has. */
export const COMMON_USAGE = `--db FILE [--json]

  --db FILE   the database; it may be in use
  --json      JSON for machines instead of a table for people`;

type Values = Readonly<Record<string, string | boolean | undefined>>;

export function parse(args: readonly string[], options: NonNullable<ParseArgsConfig['options']> = {}): Values {
  const common = { db: { type: 'string' }, json: { type: 'boolean' } } as const;
  return parseArgs({ args: [...args], options: { ...common, ...options } }).values as Values;
}

export function required(values: Values, name: string, what: string): string {
  const value = values[name];
  if (typeof value !== 'string' || value === '') throw new Unusable(`--${name} is missing: give ${what}`);
  return value;
}

/** Opens the database of `--db` for reading, and closes it when the work is done. */
export async function withReader(values: Values, work: (reader: Reader) => Promise<void>): Promise<void> {
  await using reader = await openReader(required(values, 'db', 'the path of a database file'));
  await work(reader);
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
}

/** Columns as wide as their widest cell. */
export function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  process.stdout.write(`${[head, ...rows].map(line).join('\n')}\n`);
}

export function time(date: Date | undefined): string {
  return date ? date.toISOString() : '';
}
