import { COMMON_USAGE, type Command, parse, printJson, withReader } from './command.ts';

export const workflowCount: Command = {
  about: 'count runs',
  usage: `[--query Q] ${COMMON_USAGE}
  --query Q   e.g. "ExecutionStatus = 'Running'"

example:
  perdure workflow count --db app.db --query "ExecutionStatus = 'Running'"`,
  run: async (args) => {
    const values = parse(args, { query: { type: 'string' } });
    await withReader(values, async ({ client }) => {
      const { count } = await client.workflow.count(values.query as string | undefined);
      if (values.json) printJson({ count });
      else process.stdout.write(`${count}\n`);
    });
  },
};
