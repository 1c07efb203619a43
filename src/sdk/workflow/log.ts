import { type Logger, makeLogger } from '../common/logger.ts';
import { attributesJson } from '../sandbox/realm/console.ts';
import { host, maybeCurrentRun } from '../sandbox/realm/current.ts';

/**
 * The workflow's log. Its lines carry the workflow's ids and are written once: a replay is silent. They end up with the worker's
 * logger.
 */
export const log: Logger = makeLogger((level, message, meta) => {
  const run = maybeCurrentRun();
  if (!run)
    throw new Error('log writes the lines of a workflow and has none here: use your own logger outside of workflows');
  if (run.logging) host?.log(level, String(message), attributesJson(meta));
});
