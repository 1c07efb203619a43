import {
  type Client,
  WorkflowContinuedAsNewError,
  type WorkflowExecutionDescription,
  WorkflowFailedError,
} from '../sdk/client/index.ts';
import { COMMON_USAGE, type Command, parse, printJson, printTable, required, time, withReader } from './command.ts';

export const workflowDescribe: Command = {
  about: 'show how a run stands: status, result, pending activities, failing tasks',
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
      const end = description.closeTime ? await endOf(client, description) : {};
      if (values.json) printJson({ ...plain(description), ...end });
      else printDescription(description, end);
    });
  },
};

/** What a closed run came to. */
interface End {
  readonly result?: unknown;
  readonly failure?: string;
  readonly continuedAsRunId?: string;
}

async function endOf({ workflow }: Client, run: WorkflowExecutionDescription): Promise<End> {
  try {
    return { result: await workflow.result(run.workflowId, run.runId, { followRuns: false }) };
  } catch (error) {
    if (error instanceof WorkflowContinuedAsNewError) return { continuedAsRunId: error.newExecutionRunId };
    if (error instanceof WorkflowFailedError) return { failure: (error.cause ?? error).message };
    throw error;
  }
}

/** Without what is there twice, and errors as the objects that they are not in JSON. */
function plain({ raw: _, status, ...description }: WorkflowExecutionDescription): object {
  const readable = (_key: string, value: unknown) =>
    value instanceof Error ? { name: value.name, message: value.message } : value;
  return JSON.parse(JSON.stringify({ ...description, status: status.name }, readable));
}

function printDescription(run: WorkflowExecutionDescription, { result, failure, continuedAsRunId }: End): void {
  const facts: [string, string][] = [
    ['workflow id', run.workflowId],
    ['run id', run.runId],
    ['type', run.type],
    ['status', run.status.name],
    ['task queue', run.taskQueue],
    ['started', time(run.startTime)],
    ['closed', time(run.closeTime)],
    ['history', `${run.historyLength} events, ${run.historySize} bytes`],
    ['result', result === undefined ? '' : JSON.stringify(result)],
    ['failure', failure ?? ''],
    ['continued as', continuedAsRunId ?? ''],
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
