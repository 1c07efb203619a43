import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { WorkflowRunner } from './runner.ts';
import { HistoryBuilder, payload, value } from './testing/history-builder.ts';
import { failing, only, startSandbox, step, types } from './testing/sandbox.ts';

let runner: WorkflowRunner;
before(async () => {
  runner = await startSandbox('basics');
});
after(() => runner.close());

for (const [duration, ms] of [
  ['30 s', 30_000],
  [1_500, 1_500],
  ['2 days', 172_800_000],
  [0, 1],
  [-5, 1],
] as const) {
  test(`sleep(${JSON.stringify(duration)}) starts a timer of ${ms} ms`, async () => {
    const outcome = await step(runner, new HistoryBuilder({ workflowType: 'sleeps', args: [duration] }).task());
    assert.deepEqual(only(outcome, 'StartTimer'), { timerId: '1', startToFireTimeoutMs: ms });
    assert.deepEqual(outcome.commands[0]?.userMetadata, { summary: payload('a nap') });
  });
}

test('after the timer has fired the clock stands at the start of that workflow task', async () => {
  const history = new HistoryBuilder({ workflowType: 'sleeps', args: [1_000] }).task();
  await step(runner, history);
  const started = history.events.filter(({ type }) => type === 'WorkflowTaskStarted');
  const last = await step(runner, history.timerFired('1').task(), { sticky: true });
  const again = history.events.filter(({ type }) => type === 'WorkflowTaskStarted');
  const elapsed = (again[1]?.eventTimeMs ?? 0) - (started[0]?.eventTimeMs ?? 0);
  assert.equal(value(only(last, 'CompleteWorkflowExecution').result), elapsed);
});

test('a duration that is none fails the task with the text that was given', async () => {
  const { failure } = await failing(
    runner,
    new HistoryBuilder({ workflowType: 'sleeps', args: ['a while'] }).task().poll(),
  );
  assert.match(failure.message, /'a while' is not a duration/);
});

test('setTimeout is a timer of the workflow, and clearTimeout cancels it', async () => {
  const history = new HistoryBuilder({ workflowType: 'usesTimeout' }).task();
  assert.deepEqual(types(await step(runner, history)), ['StartTimer', 'StartTimer', 'StartTimer', 'StartTimer']);
  const second = await step(runner, history.timerFired('3').task());
  assert.deepEqual(only(second, 'CancelTimer'), { timerId: '2' });
  assert.deepEqual(types(await step(runner, history.timerFired('1').task())), []);
  const last = await step(runner, history.timerFired('4').task());
  assert.deepEqual(value(only(last, 'CompleteWorkflowExecution').result), ['two']);
});

test('a condition with a timeout is true when it holds in time, and its timer is cancelled', async () => {
  const history = new HistoryBuilder({ workflowType: 'approval' }).task();
  assert.equal(only(await step(runner, history), 'StartTimer').startToFireTimeoutMs, 86_400_000);
  const last = await step(runner, history.signaled('approve', true).task(), { sticky: true });
  assert.deepEqual(types(last), ['CancelTimer', 'CompleteWorkflowExecution']);
});

test('a condition with a timeout is false when the timer fires first', async () => {
  const history = new HistoryBuilder({ workflowType: 'approval' }).task();
  await step(runner, history);
  const last = await step(runner, history.timerFired('1').task(), { sticky: true });
  assert.equal(value(only(last, 'CompleteWorkflowExecution').result), 'timed out');
});

test('a signal in the task in which the timer fired too is seen first', async () => {
  const history = new HistoryBuilder({ workflowType: 'approval' }).task();
  await step(runner, history);
  const last = await step(runner, history.timerFired('1').signaled('approve', false).task());
  assert.equal(value(only(last, 'CompleteWorkflowExecution').result), 'approved: false');
});

test('a trigger is settled by other code', async () => {
  const history = new HistoryBuilder({ workflowType: 'triggered' }).task();
  assert.deepEqual(types(await step(runner, history)), []);
  const last = await step(runner, history.signaled('pull', 'rope').task());
  assert.equal(value(only(last, 'CompleteWorkflowExecution').result), 'rope');
});
