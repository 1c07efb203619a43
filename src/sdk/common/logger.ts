// What the SDK and user code log to. A line is a level, a message and attributes; where it goes is the logger's business.

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
