import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bench, historyOf, ManualClock, scheduleActivity, start, typesOf, WORKER, work } from './bench-engine.ts';

test('what waited for a worker waits for one after a restart', async () => {
  const { service, store } = await bench();
  await start(service, 'one');
  await start(service, 'two');
  const restarted = await bench(store);
  await restarted.open.recovered;
  const taken = [
    await restarted.service.pollWorkflowTaskQueue(WORKER),
    await restarted.service.pollWorkflowTaskQueue(WORKER),
  ];
  assert.deepEqual(taken.map(({ workflowExecution }) => workflowExecution.workflowId).sort(), ['one', 'two']);
});

test('an attempt that ran in the process that died is counted and followed by another, without waiting for a timeout', async () => {
  const { service, store } = await bench();
  await start(service, 'one');
  const polled = service.pollActivityTaskQueue(WORKER);
  await work(service, [scheduleActivity('1', { retryPolicy: { initialIntervalMs: 1 } })]);
  assert.equal((await polled).attempt, 1);
  const restarted = await bench(store);
  const retried = restarted.service.pollActivityTaskQueue(WORKER);
  await restarted.open.recovered;
  restarted.clock.pass(1);
  assert.equal((await retried).attempt, 2);
});

test('an activity that may be attempted once ends with the process that ran it, and says so', async () => {
  const { service, store } = await bench();
  await start(service, 'one');
  const polled = service.pollActivityTaskQueue(WORKER);
  await work(service, [scheduleActivity('1', { retryPolicy: { maximumAttempts: 1 } })]);
  await polled;
  const restarted = await bench(store);
  await restarted.open.recovered;
  const ended = (await historyOf(restarted.service, 'one')).find(({ type }) => type === 'ActivityTaskTimedOut');
  assert.equal(ended?.type, 'ActivityTaskTimedOut');
  assert.match(
    ended.type === 'ActivityTaskTimedOut' ? (ended.attributes.failure?.message ?? '') : '',
    /process that ran attempt 1 .* ended/,
  );
});

test('a workflow task that ran in the process that died is attempted again at once', async () => {
  const { service, store } = await bench();
  await start(service, 'one');
  await service.pollWorkflowTaskQueue(WORKER);
  const restarted = await bench(store);
  const again = await restarted.service.pollWorkflowTaskQueue(WORKER);
  assert.equal(again.attempt, 2);
  assert.deepEqual((await typesOf(restarted.service, 'one')).slice(-1), ['WorkflowTaskTimedOut']);
});

test('a timer that came due while no process ran fires when the database is opened', async () => {
  const { service, store } = await bench();
  await start(service, 'one');
  await work(service, [{ type: 'StartTimer', attributes: { timerId: '1', startToFireTimeoutMs: 60_000 } }]);
  const anHourLater = new ManualClock();
  anHourLater.pass(3_600_000);
  const restarted = await bench(store, anHourLater);
  const woken = restarted.service.pollWorkflowTaskQueue(WORKER);
  anHourLater.pass(0);
  assert.equal((await woken).previousStartedEventId, 3);
  assert.ok((await typesOf(restarted.service, 'one')).includes('TimerFired'));
});

test('a workflow id that is in use is known to be after a restart, although nothing of it is in memory', async () => {
  const { service, store } = await bench();
  const { runId } = await start(service, 'one');
  const restarted = await bench(store);
  await assert.rejects(start(restarted.service, 'one'), { code: 'ALREADY_EXISTS' });
  const again = await bench(store);
  const existing = await start(again.service, 'one', { workflowIdConflictPolicy: 'USE_EXISTING' });
  assert.deepEqual([existing.runId, existing.started], [runId, false]);
  assert.deepEqual(await typesOf(again.service, 'one'), ['WorkflowExecutionStarted', 'WorkflowTaskScheduled']);
});
