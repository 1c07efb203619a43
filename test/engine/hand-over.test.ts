import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WorkflowService } from '../../src/api/workflow-service.ts';
import { bench, NAMESPACE, QUEUE, scheduleActivity, start, typesOf, WORKER, work } from './bench-engine.ts';

test('a workflow task for which a worker waits is started in the commit that schedules it', async () => {
  const { service, commits } = await bench();
  const polled = service.pollWorkflowTaskQueue(WORKER);
  await start(service, 'one');
  assert.equal((await polled).startedEventId, 3);
  assert.equal(commits.length, 1);
});

test('an activity for which a worker waits is started in the commit that schedules it', async () => {
  const { service, commits } = await bench();
  await start(service, 'one');
  const polled = service.pollActivityTaskQueue(WORKER);
  await work(service, [scheduleActivity('1')]);
  assert.equal((await polled).attempt, 1);
  // One for the start, one for the task's start, one for its answer, and none for the activity.
  assert.equal(commits.length, 3);
});

test('a poll that was given up takes no task with it', async () => {
  const { service } = await bench();
  const gone = new AbortController();
  const given = service.pollWorkflowTaskQueue(WORKER, { signal: gone.signal });
  gone.abort();
  await start(service, 'one');
  assert.equal((await given).taskToken.length, 0);
  assert.equal((await service.pollWorkflowTaskQueue(WORKER)).workflowExecution.workflowId, 'one');
});

test('a poll ends empty after a minute, and a second before its caller stops listening', async () => {
  const { service, clock } = await bench();
  const patient = service.pollActivityTaskQueue(WORKER);
  const hasty = service.pollActivityTaskQueue(WORKER, { deadlineMs: clock.now() + 5_000 });
  clock.pass(4_000);
  assert.equal((await hasty).taskToken.length, 0);
  clock.pass(56_000);
  assert.equal((await patient).taskToken.length, 0);
});

test('tasks are handed out first come, first served', async () => {
  const { service } = await bench();
  for (const id of ['one', 'two', 'three']) await start(service, id);
  const taken = [];
  for (let count = 0; count < 3; count += 1)
    taken.push((await service.pollWorkflowTaskQueue(WORKER)).workflowExecution.workflowId);
  assert.deepEqual(taken, ['one', 'two', 'three']);
});

test('a task of a better priority is handed out before those that waited longer', async () => {
  const { service } = await bench();
  await start(service, 'one');
  await work(service, [scheduleActivity('later'), scheduleActivity('first', { priority: { priorityKey: 1 } })]);
  assert.equal((await service.pollActivityTaskQueue(WORKER)).activityId, 'first');
  assert.equal((await service.pollActivityTaskQueue(WORKER)).activityId, 'later');
});

test('a task goes to the worker that has the run in its cache, with the new events only', async () => {
  const { service } = await bench();
  const sticky = { name: 'sticky', kind: 'STICKY' as const, normalName: QUEUE.name };
  await start(service, 'one');
  const stuck = service.pollWorkflowTaskQueue({ ...WORKER, taskQueue: sticky });
  const first = await service.pollWorkflowTaskQueue(WORKER);
  const stickyAttributes = { workerTaskQueue: sticky, scheduleToStartTimeoutMs: 10_000 };
  await service.respondWorkflowTaskCompleted({ ...WORKER, taskToken: first.taskToken, commands: [], stickyAttributes });
  const workflowExecution = { workflowId: 'one', runId: '' };
  await service.signalWorkflowExecution({ namespace: NAMESPACE, workflowExecution, signalName: 'go' });
  const next = await stuck;
  assert.equal(next.previousStartedEventId, 3);
  assert.equal(next.startedEventId, 7);
});

const STICKY = { name: 'sticky', kind: 'STICKY', normalName: QUEUE.name } as const;

/** A run that sticks to a worker, which is known to be alive but does not poll just now, and that has something to do. */
async function waitingForItsWorker(service: WorkflowService, scheduleToStartTimeoutMs: number): Promise<void> {
  await start(service, 'one');
  const first = await service.pollWorkflowTaskQueue(WORKER);
  const ended = new AbortController();
  const poll = service.pollWorkflowTaskQueue({ ...WORKER, taskQueue: STICKY }, { signal: ended.signal });
  ended.abort();
  await poll;
  const stickyAttributes = { workerTaskQueue: STICKY, scheduleToStartTimeoutMs };
  await service.respondWorkflowTaskCompleted({ ...WORKER, taskToken: first.taskToken, commands: [], stickyAttributes });
  const workflowExecution = { workflowId: 'one', runId: '' };
  await service.signalWorkflowExecution({ namespace: NAMESPACE, workflowExecution, signalName: 'go' });
}

test('what waits for a worker that shuts down goes to any worker at once', async () => {
  const { service } = await bench();
  await waitingForItsWorker(service, 10_000);
  const anyone = service.pollWorkflowTaskQueue(WORKER);
  await service.shutdownWorker({ namespace: NAMESPACE, identity: 'a worker', stickyTaskQueue: 'sticky' });
  assert.equal((await anyone).workflowExecution.workflowId, 'one');
});

test('a sticky task that its worker does not take in time goes to any worker', async () => {
  const { service, clock } = await bench();
  await waitingForItsWorker(service, 5_000);
  const anyone = service.pollWorkflowTaskQueue(WORKER);
  clock.pass(5_000);
  assert.equal((await anyone).previousStartedEventId, 3);
  const newest = (await typesOf(service, 'one')).slice(-3);
  assert.deepEqual(newest, ['WorkflowTaskTimedOut', 'WorkflowTaskScheduled', 'WorkflowTaskStarted']);
});

test('five hundred answers that come at once share a few commits', async () => {
  const { service, commits } = await bench();
  await start(service, 'one');
  const ids = Array.from({ length: 500 }, (_, index) => String(index));
  const polls = ids.map(() => service.pollActivityTaskQueue(WORKER));
  await work(
    service,
    ids.map((id) => scheduleActivity(id)),
  );
  const tasks = await Promise.all(polls);
  const before = commits.length;
  await Promise.all(tasks.map(({ taskToken }) => service.respondActivityTaskCompleted({ ...WORKER, taskToken })));
  assert.ok(commits.length - before < 10, `${commits.length - before} commits`);
});
