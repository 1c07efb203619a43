import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type App, open } from 'perdure';

const BINARY = fileURLToPath(new URL('../bin/perdure.mjs', import.meta.url));
const SERVICE = { namespace: 'default', identity: 'a test', taskQueue: { name: 'orders' } };

let folder: string;
let database: string;
let app: App;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perdure-cli-'));
  database = join(folder, 'app.db');
  app = await open({ database });
  for (const workflowId of ['order-1', 'order-2']) {
    await app.client.workflow.start('order', { workflowId, taskQueue: 'orders', args: [7] });
  }
  await app.client.workflow.getHandle('order-2').terminate('enough');
});

after(async () => {
  await app.close();
  await rm(folder, { recursive: true, force: true });
});

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function perdure(...args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(process.execPath, [BINARY, ...args], (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err });
    });
  });
}

test('runs of a database that is in use are listed, open ones first', async () => {
  const { code, out } = await perdure('workflow', 'list', '--db', database);
  assert.equal(code, 0);
  assert.match(out, /^STATUS +WORKFLOW ID .*\nRUNNING +order-1 +order .*\nTERMINATED +order-2 /);
});

test('lists and counts take a filter, and speak JSON to machines', async () => {
  const query = "ExecutionStatus = 'Terminated'";
  const [listed, counted] = [
    await perdure('workflow', 'list', '--db', database, '--query', query, '--json'),
    await perdure('workflow', 'count', '--db', database, '--query', query, '--json'),
  ];
  const [run, ...others] = JSON.parse(listed.out);
  assert.deepEqual([run.workflowId, run.status, others.length], ['order-2', 'TERMINATED', 0]);
  assert.deepEqual(JSON.parse(counted.out), { count: 1 });
});

test('a run is described, and its history shown in the JSON that every SDK replays', async () => {
  const described = await perdure('workflow', 'describe', '--workflow-id', 'order-1', '--db', database, '--json');
  assert.equal(JSON.parse(described.out).status, 'RUNNING');
  const shown = await perdure('workflow', 'show', '-w', 'order-2', '--db', database, '--json');
  const types = JSON.parse(shown.out).events.map(({ eventType }: { eventType: string }) => eventType);
  assert.deepEqual(
    [types[0], types.at(-1)],
    ['EVENT_TYPE_WORKFLOW_EXECUTION_STARTED', 'EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED'],
  );
  const table = await perdure('workflow', 'show', '-w', 'order-2', '--db', database);
  assert.match(table.out, /WorkflowExecutionTerminated +reason enough/);
});

test('of a run that is closed, what it came to is told', async () => {
  const described = await perdure('workflow', 'describe', '-w', 'order-2', '--db', database);
  assert.match(described.out, /^status +TERMINATED$/m);
  assert.match(described.out, /^failure +enough$/m);
});

test('a run that is not there is answered with how to find those that are', async () => {
  const { err } = await perdure('workflow', 'show', '-w', 'order-9', '--db', database);
  assert.match(err, /order-9: "perdure workflow list" shows the ids/);
});

test('a run whose workflow task keeps failing is described as such', async () => {
  const task = await app.service.pollWorkflowTaskQueue(SERVICE);
  const failure = { message: 'the code and the history part at step 3', source: 'a test' };
  await app.service.respondWorkflowTaskFailed({
    ...SERVICE,
    taskToken: task.taskToken,
    cause: 'NON_DETERMINISTIC_ERROR',
    failure,
  });
  const { out } = await perdure('workflow', 'describe', '--workflow-id', 'order-1', '--db', database);
  assert.match(out, /keeps failing, attempt 2:\nthe code and the history part at step 3/);
});

test('wrong arguments end with code 2 and the help', async () => {
  for (const args of [
    ['workflow', 'lists'],
    ['workflow', 'list'],
    ['workflow', 'list', '--db', database, '--limit', 'many'],
    ['workflow', 'list', '--db', database, '--colour', 'red'],
    ['workflow', 'describe', '--db', database],
  ]) {
    const { code, err } = await perdure(...args);
    assert.equal(code, 2, args.join(' '));
    assert.match(err, /usage: perdure/);
  }
});

test('what cannot be done ends with code 1 and says why', async () => {
  const rubbish = join(folder, 'rubbish.db');
  await writeFile(rubbish, 'not a database at all, but long enough to look like a file of some kind');
  for (const [args, why] of [
    [['workflow', 'list', '--db', join(folder, 'nowhere.db')], /nowhere\.db/],
    [['workflow', 'list', '--db', rubbish], /rubbish\.db/],
    [['workflow', 'list', '--db', database, '--query', "Colour = 'red'"], /"Colour" is not a field/],
    [['workflow', 'describe', '--workflow-id', 'order-9', '--db', database], /order-9/],
  ] as const) {
    const { code, out, err } = await perdure(...args);
    assert.equal(code, 1, err);
    assert.equal(out, '');
    assert.match(err, why);
    assert.doesNotMatch(err, /\n {4}at /);
  }
});

test('the version and the help are printed without a database', async () => {
  assert.match((await perdure('--version')).out, /^\d+\.\d+\.\d+\n$/);
  assert.match((await perdure()).out, /workflow list/);
  assert.match((await perdure('workflow', 'show', '--help')).out, /usage: perdure workflow show --workflow-id ID/);
});
