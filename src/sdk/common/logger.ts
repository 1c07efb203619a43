// What the SDK and user code log to. A line is a level, a message and attributes; where it goes is the logger's business.

import { isError } from './error-brand.ts';

export type LogLevel = 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';

/** The attributes of a line. */
export type LogMetadata = Readonly<Record<string, unknown>>;

/** Implement it to have the worker's lines where yours are. */
export interface Logger {
  log(level: LogLevel, message: string, meta?: LogMetadata): void;
  trace(message: string, meta?: LogMetadata): void;
  debug(message: string, meta?: LogMetadata): void;
  info(message: string, meta?: LogMetadata): void;
  warn(message: string, meta?: LogMetadata): void;
  error(message: string, meta?: LogMetadata): void;
}

/** A logger of which only the one place where lines go is given. */
export function makeLogger(log: (level: LogLevel, message: string, meta: LogMetadata) => void): Logger {
  const at =
    (level: LogLevel) =>
    (message: string, meta: LogMetadata = {}) =>
      log(level, message, meta);
  return {
    log: (level, message, meta = {}) => log(level, message, meta),
    trace: at('TRACE'),
    debug: at('DEBUG'),
    info: at('INFO'),
    warn: at('WARN'),
    error: at('ERROR'),
  };
}

/** The same logger, each of whose lines carries these attributes too. A line's own attributes win. */
export function withMetadata(logger: Logger, meta: LogMetadata): Logger {
  return makeLogger((level, message, own) => logger.log(level, message, { ...meta, ...own }));
}

const LEVELS: readonly LogLevel[] = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR'];

/** Writes lines of at least this level to the standard error stream, one line each: time, level, message, attributes. */
export function consoleLogger(least: LogLevel = 'INFO'): Logger {
  return makeLogger((level, message, meta) => {
    if (LEVELS.indexOf(level) < LEVELS.indexOf(least)) return;
    console.error(`${new Date().toISOString()} ${level} ${message}${attributes(meta)}`);
  });
}

/** Warnings and errors, to the standard error stream. */
export const defaultLogger: Logger = consoleLogger('WARN');

function attributes(meta: LogMetadata): string {
  return Object.entries(meta)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([key, value]) => ` ${key}=${shown(value)}`)
    .join('');
}

/** An error is its name and message: its stack belongs into a history, not here. */
function shown(value: unknown): string {
  if (typeof value === 'string') return /^[\w./:@-]+$/.test(value) ? value : JSON.stringify(value);
  if (isError(value)) return JSON.stringify(`${value.name}: ${value.message}`);
  if (typeof value !== 'object') return String(value);
  try {
    return JSON.stringify(value);
  } catch {
    return String(value);
  }
}
