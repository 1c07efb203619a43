import { type Logger, makeLogger } from '../common/logger.ts';
import { sandbox } from './sandbox-api.ts';

/**
 * The workflow's log. Its lines carry the workflow's ids and are written once: a replay is silent. They end up with the worker's
 * logger.
 */
export const log: Logger = makeLogger((level, message, meta) => {
  if (!sandbox)
    throw new Error('log writes the lines of a workflow and has none here: use your own logger outside of workflows');
  sandbox.log(level, String(message), meta);
});
