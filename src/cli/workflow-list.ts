import { COMMON_USAGE, type Command, parse, printJson, printTable, time, Unusable, withReader } from './command.ts';

export const workflowList: Command = {
  about: 'list runs, open ones first, newest first',
  usage: `[--query Q] [--limit N] ${COMMON_USAGE}
  --query Q   e.g. "ExecutionStatus = 'Running' AND WorkflowType = 'summarise'"
  --limit N   at most N runs (default 50)

examples:
  perdure workflow list --db app.db
  perdure workflow list --db app.db --query "ExecutionStatus = 'Failed'" --json`,
  run: async (args) => {
    const values = parse(args, { query: { type: 'string' }, limit: { type: 'string' } });
    const limit = Number(values.limit ?? 50);
    if (!Number.isInteger(limit) || limit < 1) throw new Unusable('--limit takes a whole number from 1 on');
    await withReader(values, async ({ client }) => {
      const runs = [];
      for await (const run of client.workflow.list({
        query: values.query as string | undefined,
        pageSize: Math.min(limit, 1000),
      })) {
        runs.push(run);
        if (runs.length === limit) break;
      }
      if (values.json) {
        printJson(runs.map(({ raw: _, status, ...run }) => ({ ...run, status: status.name })));
        return;
      }
      const rows = runs.map((run) => [
        run.status.name,
        run.workflowId,
        run.type,
        time(run.startTime),
        time(run.closeTime),
        String(run.historyLength),
      ]);
      printTable(['STATUS', 'WORKFLOW ID', 'TYPE', 'STARTED', 'CLOSED', 'EVENTS'], rows);
    });
  },
};
