import type { WorkflowExecutionDescription } from '../sdk/client/index.ts';
import { COMMON_USAGE, type Command, parse, printJson, printTable, required, time, withReader } from './command.ts';

export const workflowDescribe: Command = {
  about: 'show how a run stands: status, pending activities, failing tasks',
  usage: `--workflow-id ID [--run-id ID] ${COMMON_USAGE}

example:
  perdure workflow describe --workflow-id report-7 --db app.db`,
  run: async (args) => {
    const values = parse(args, {
      'workflow-id': { type: 'string', short: 'w' },
      'run-id': { type: 'string', short: 'r' },
    });
    const workflowId = required(values, 'workflow-id', 'the id of a workflow');
    await withReader(values, async ({ client }) => {
      const description = await client.workflow
        .getHandle(workflowId, values['run-id'] as string | undefined)
        .describe();
      if (values.json) printJson(plain(description));
      else printDescription(description);
    });
  },
};

/** Without what is there twice, and errors as the objects that they are not in JSON. */
function plain({ raw: _, status, ...description }: WorkflowExecutionDescription): unknown {
  const readable = (_key: string, value: unknown) =>
    value instanceof Error ? { name: value.name, message: value.message } : value;
  return JSON.parse(JSON.stringify({ ...description, status: status.name }, readable));
}

function printDescription(run: WorkflowExecutionDescription): void {
  const facts: [string, string][] = [
    ['workflow id', run.workflowId],
    ['run id', run.runId],
    ['type', run.type],
    ['status', run.status.name],
    ['task queue', run.taskQueue],
    ['started', time(run.startTime)],
    ['closed', time(run.closeTime)],
    ['history', `${run.historyLength} events, ${run.historySize} bytes`],
  ];
  for (const [name, value] of facts) if (value) process.stdout.write(`${name.padEnd(14)}${value}\n`);
  const { pendingWorkflowTask: task } = run;
  if (task?.lastFailure)
    process.stdout.write(`\nits workflow task keeps failing, attempt ${task.attempt}:\n${task.lastFailure.message}\n`);
  if (run.pendingActivities.length === 0) return;
  process.stdout.write('\n');
  const rows = run.pendingActivities.map((activity) => [
    activity.activityId,
    activity.activityType,
    activity.state,
    `${activity.attempt}${activity.maximumAttempts > 0 ? ` of ${activity.maximumAttempts}` : ''}`,
    time(activity.nextAttemptScheduleTime),
    activity.lastFailure?.message ?? '',
  ]);
  printTable(['ACTIVITY', 'TYPE', 'STATE', 'ATTEMPT', 'NEXT ATTEMPT', 'LAST FAILURE'], rows);
}
