import { encodeHistory } from '../api/history.ts';
import { historyToJson } from '../api/json.ts';
import { COMMON_USAGE, type Command, parse, printJson, printTable, required, time, withReader } from './command.ts';

export const workflowShow: Command = {
  about: "show a run's event history",
  usage: `--workflow-id ID [--run-id ID] ${COMMON_USAGE}

The JSON is Temporal's own, as \`temporal workflow show --output json\` prints it: every SDK's replayer reads it.

examples:
  perdure workflow show --workflow-id report-7 --db app.db
  perdure workflow show --workflow-id report-7 --db app.db --json > history.json`,
  run: async (args) => {
    const values = parse(args, {
      'workflow-id': { type: 'string', short: 'w' },
      'run-id': { type: 'string', short: 'r' },
    });
    const workflowId = required(values, 'workflow-id', 'the id of a workflow');
    await withReader(values, async ({ client }) => {
      const { events } = await client.workflow
        .getHandle(workflowId, values['run-id'] as string | undefined)
        .fetchHistory();
      if (values.json) {
        printJson(historyToJson(encodeHistory(events)));
        return;
      }
      const rows = events.map((event) => [
        String(event.eventId),
        time(new Date(event.eventTimeMs)),
        event.type,
        about(event.attributes),
      ]);
      printTable(['ID', 'TIME', 'TYPE', 'WHAT'], rows);
    });
  },
};

const TELLING = [
  'workflowType',
  'activityType',
  'activityId',
  'timerId',
  'signalName',
  'scheduledEventId',
  'startedEventId',
  'cause',
  'retryState',
  'reason',
];

/** The few attributes by which a person tells events of one type apart. */
function about(attributes: object): string {
  const known = attributes as Readonly<Record<string, unknown>>;
  const failure = known.failure as { readonly message?: string } | undefined;
  const told = TELLING.filter((name) => known[name]).map((name) => `${name} ${String(known[name])}`);
  return [...told, ...(failure?.message ? [failure.message.split('\n')[0]] : [])].join(', ');
}
