import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallOptions, WorkflowService } from '../../src/api/workflow-service.ts';
import { bench, NAMESPACE, start, WORKER, work } from './bench-engine.ts';

const ANSWERED = { resultType: 'ANSWERED', answer: [{ data: new Uint8Array([7]) }] } as const;

function ask(service: WorkflowService, options?: CallOptions) {
  const execution = { workflowId: 'one', runId: '' };
  return service.queryWorkflow({ namespace: NAMESPACE, execution, query: { queryType: 'how far' } }, options);
}

test('a query rides with the workflow task that is pending', async () => {
  const { service } = await bench();
  await start(service, 'one');
  const asked = ask(service);
  // The question takes its turn behind the start, and so stands in the task that is taken after it.
  await service.describeWorkflowExecution({ namespace: NAMESPACE, execution: { workflowId: 'one', runId: '' } });
  const task = await service.pollWorkflowTaskQueue(WORKER);
  const [id = ''] = Object.keys(task.queries);
  assert.equal(task.queries[id]?.queryType, 'how far');
  const answer = { ...WORKER, taskToken: task.taskToken, commands: [], queryResults: { [id]: ANSWERED } };
  await service.respondWorkflowTaskCompleted(answer);
  assert.deepEqual((await asked).queryResult, ANSWERED.answer);
});

test('a query whose workflow task fails goes with the next attempt', async () => {
  const { service } = await bench();
  await start(service, 'one');
  const asked = ask(service);
  await service.describeWorkflowExecution({ namespace: NAMESPACE, execution: { workflowId: 'one', runId: '' } });
  const failing = await service.pollWorkflowTaskQueue(WORKER);
  await service.respondWorkflowTaskFailed({
    ...WORKER,
    taskToken: failing.taskToken,
    cause: 'NON_DETERMINISTIC_ERROR',
  });
  const task = await service.pollWorkflowTaskQueue(WORKER);
  assert.deepEqual(Object.keys(task.queries), Object.keys(failing.queries));
  const queryResults = Object.fromEntries(Object.keys(task.queries).map((id) => [id, ANSWERED]));
  await service.respondWorkflowTaskCompleted({ ...WORKER, taskToken: task.taskToken, commands: [], queryResults });
  assert.deepEqual((await asked).queryResult, ANSWERED.answer);
});

test('with nothing to do for the workflow a query goes to a worker alone, and writes nothing', async () => {
  const { service, commits } = await bench();
  await start(service, 'one');
  await work(service, []);
  const before = commits.length;
  const asked = ask(service);
  const task = await service.pollWorkflowTaskQueue(WORKER);
  assert.deepEqual([task.query?.queryType, task.startedEventId], ['how far', 0]);
  const { taskToken } = task;
  await service.respondQueryTaskCompleted({
    ...WORKER,
    taskToken,
    completedType: 'ANSWERED',
    queryResult: ANSWERED.answer,
  });
  assert.deepEqual((await asked).queryResult, ANSWERED.answer);
  assert.equal(commits.length, before);
});

test('a query that no worker answers in time is refused, naming the task queue', async () => {
  const { service, clock } = await bench();
  await start(service, 'one');
  const asked = ask(service, { deadlineMs: clock.now() + 5_000 });
  await service.describeWorkflowExecution({ namespace: NAMESPACE, execution: { workflowId: 'one', runId: '' } });
  clock.pass(5_000);
  await assert.rejects(asked, { code: 'DEADLINE_EXCEEDED', message: /worker running for task queue "orders"/ });
});

test('a query whose caller leaves is forgotten', async () => {
  const { service } = await bench();
  await start(service, 'one');
  const caller = new AbortController();
  const asked = ask(service, { signal: caller.signal });
  caller.abort();
  await assert.rejects(asked, { code: 'CANCELLED' });
  assert.deepEqual((await service.pollWorkflowTaskQueue(WORKER)).queries, {});
});

test('closing the engine ends the wait for an answer', async () => {
  const { service, open } = await bench();
  await start(service, 'one');
  const asked = ask(service);
  await service.describeWorkflowExecution({ namespace: NAMESPACE, execution: { workflowId: 'one', runId: '' } });
  const refused = assert.rejects(asked, { code: 'CANCELLED', message: /engine was closed/ });
  await open.close();
  await refused;
});

test('a workflow whose task keeps failing refuses queries with the reason', async () => {
  const { service } = await bench();
  await start(service, 'one');
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    const { taskToken } = await service.pollWorkflowTaskQueue(WORKER);
    const failure = { message: 'step 3 is another one now' };
    await service.respondWorkflowTaskFailed({ ...WORKER, taskToken, cause: 'NON_DETERMINISTIC_ERROR', failure });
  }
  await assert.rejects(ask(service), {
    code: 'FAILED_PRECONDITION',
    message: /keeps failing.*step 3 is another one now/,
  });
});
