import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Failure } from '../../api/messages/failure.ts';
import type { WorkflowRunner } from './runner.ts';
import { HistoryBuilder, value } from './testing/history-builder.ts';
import { completed, failing, only, startSandbox, step, types } from './testing/sandbox.ts';

let runner: WorkflowRunner;
before(async () => {
  runner = await startSandbox('steps');
});
after(() => runner.close());

async function seen(history: HistoryBuilder, sticky: boolean): Promise<unknown> {
  const outcome = await runner.run(history.query('seen', [], { sticky }));
  assert.equal(outcome.kind, 'queried', JSON.stringify(outcome));
  return value((outcome as Extract<typeof outcome, { kind: 'queried' }>).result.answer);
}

test('a replay sees the same times, the same chance and the same history lengths as the run did', async () => {
  const history = new HistoryBuilder({ workflowType: 'observes' }).task();
  await step(runner, history);
  await step(runner, history.activityCompleted('1', 'x').task(), { sticky: true });
  await step(runner, history.timerFired('1').task(), { sticky: true });
  const live = (await seen(history, true)) as unknown[][];
  assert.equal(live.length, 3);
  runner.evict(history.runId);
  assert.deepEqual(await seen(history, false), live);
});

test('the clock stands at the start of the workflow task that is being replayed', async () => {
  const history = new HistoryBuilder({ workflowType: 'observes' }).task();
  await step(runner, history);
  await step(runner, history.activityCompleted('1', 'x').task());
  const times = history.events
    .filter(({ type }) => type === 'WorkflowTaskStarted')
    .map(({ eventTimeMs }) => eventTimeMs);
  assert.deepEqual(
    ((await seen(history, true)) as unknown[][]).map(([now]) => now),
    times,
  );
});

test('two runs draw different numbers; a run that was reset draws by its first id, and anew from the reset on', async () => {
  const draw = async (history: HistoryBuilder) => {
    await step(runner, history.task());
    return ((await seen(history, true)) as unknown[][]).map(([, , random]) => random);
  };
  const one = await draw(new HistoryBuilder({ workflowType: 'observes', runId: 'run-a' }));
  const other = await draw(new HistoryBuilder({ workflowType: 'observes', runId: 'run-b' }));
  assert.notDeepEqual(one, other);
  const reset = new HistoryBuilder({
    workflowType: 'observes',
    runId: 'run-c',
    started: { originalExecutionRunId: 'run-a' },
  });
  assert.deepEqual(await draw(reset), one);
  reset.activityCompleted('1', 'x').task().taskFailed({ cause: 'RESET_WORKFLOW', newRunId: 'run-c' }).task();
  await step(runner, reset);
  const after = ((await seen(reset, true)) as unknown[][]).map(([, , random]) => random);
  const unreset = new HistoryBuilder({ workflowType: 'observes', runId: 'run-a' }).task();
  await step(runner, unreset);
  await step(runner, unreset.activityCompleted('1', 'x').task());
  const straight = ((await seen(unreset, true)) as unknown[][]).map(([, , random]) => random);
  assert.equal(after[0], straight[0]);
  assert.notEqual(after[1], straight[1]);
});

test('workflow tasks that failed or timed out left no trace', async () => {
  const failure: Failure = { message: 'once' };
  const history = new HistoryBuilder({ workflowType: 'order' })
    .task()
    .taskFailed({ failure })
    .task()
    .taskTimedOut()
    .task();
  assert.equal(only(await step(runner, history), 'ScheduleActivityTask').activityType, 'charge');
  history.activityCompleted('1', 'paid').task().taskFailed({ failure }).signaled('hello').task().taskTimedOut().task();
  runner.evict(history.runId);
  assert.deepEqual(types(await step(runner, history)), ['StartTimer']);
  assert.deepEqual(types(await step(runner, history.timerFired('1').task(), { sticky: true })), [
    'ScheduleActivityTask',
  ]);
});

test('a failed attempt in the cache is not gone on from: the service names the last completed task', async () => {
  const history = new HistoryBuilder({ workflowType: 'order' }).task();
  await step(runner, history);
  history.activityCompleted('1', 'paid').task();
  // This attempt is answered here, but the answer is lost: the service counts the task as timed out.
  await completed(runner, history.poll({ sticky: true }));
  history.taskTimedOut().task();
  assert.deepEqual(types(await step(runner, history)), ['StartTimer']);
});

test('a cached run goes on from what it has read when it is given the whole history', async () => {
  const history = new HistoryBuilder({ workflowType: 'order' }).task();
  await step(runner, history);
  await step(runner, history.activityCompleted('1', 'paid').task());
  const last = await step(runner, history.timerFired('1').task());
  assert.deepEqual(types(last), ['ScheduleActivityTask']);
});

test('the piece of a history that a run in the cache does not reach is asked for from the beginning', async () => {
  const history = new HistoryBuilder({ workflowType: 'order' }).task();
  await step(runner, history);
  runner.evict(history.runId);
  history.activityCompleted('1', 'paid').task();
  assert.deepEqual(await runner.run(history.poll({ sticky: true })), { kind: 'needsHistory' });
  assert.deepEqual(types(await step(runner, history)), ['StartTimer']);
});

test('a query that draws numbers changes nothing in what the workflow draws', async () => {
  const results: unknown[] = [];
  for (const withQuery of [false, true]) {
    const history = new HistoryBuilder({ workflowType: 'queried', runId: 'run-q', workflowId: 'q' }).task();
    await step(runner, history);
    if (withQuery) await runner.run(history.query('draw', [], { sticky: true }));
    await step(runner, history.timerFired('1').task());
    const last = await step(runner, history.timerFired('2').task());
    results.push(value(only(last, 'CompleteWorkflowExecution').result));
    runner.evict('run-q');
  }
  assert.deepEqual(results[0], results[1]);
});

test('a history of a thousand activities is walked to its end', async () => {
  const history = new HistoryBuilder({ workflowType: 'counts', args: [1_000] });
  for (let at = 1; at <= 1_000; at += 1) {
    const attributes = { activityId: String(at), activityType: 'charge', taskQueue: { name: 'documents' } };
    history.task().completed({ type: 'ScheduleActivityTask', attributes });
    const scheduledEventId = history.lastEventId;
    history.add('ActivityTaskStarted', { scheduledEventId, attempt: 1 });
    history.add('ActivityTaskCompleted', { scheduledEventId, startedEventId: scheduledEventId + 1, result: [one] });
  }
  const last = await completed(runner, history.task().poll());
  assert.equal(value(only(last, 'CompleteWorkflowExecution').result), 1_000);
});

const one = { metadata: { encoding: new TextEncoder().encode('json/plain') }, data: new TextEncoder().encode('1') };

test('an event of a kind that cannot be replayed yet fails the task, and names it', async () => {
  const history = new HistoryBuilder({ workflowType: 'order' }).task();
  await step(runner, history);
  runner.evict(history.runId);
  history.add('MarkerRecorded', { markerName: 'core_patch', workflowTaskCompletedEventId: 4 });
  const { cause, failure } = await failing(runner, history.task().poll());
  assert.equal(cause, 'WORKFLOW_WORKER_UNHANDLED_FAILURE');
  assert.match(failure.message, /event 6 MarkerRecorded, which this version of perdure cannot replay/);
});

test('a task answered under flags that this SDK does not know fails', async () => {
  const history = new HistoryBuilder({ workflowType: 'order' }).task();
  history.add('WorkflowTaskCompleted', {
    scheduledEventId: 2,
    startedEventId: 3,
    sdkMetadata: { langUsedFlags: [7], sdkName: 'temporal-typescript' },
  });
  const { failure } = await failing(runner, history.task().poll());
  assert.match(failure.message, /SDK flags 7 \(temporal-typescript\)/);
});

test('a history with a gap fails the task instead of leading it astray', async () => {
  const history = new HistoryBuilder({ workflowType: 'order' }).task();
  await step(runner, history);
  runner.evict(history.runId);
  history.activityCompleted('1', 'paid').task();
  history.events.splice(5, 1);
  const { failure } = await failing(runner, history.poll());
  assert.match(failure.message, /event 7 follows event 5/);
});
