import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { WorkflowRunner } from './runner.ts';
import { HistoryBuilder, value } from './testing/history-builder.ts';
import { last, only, startSandbox, step, types } from './testing/sandbox.ts';

let runner: WorkflowRunner;
before(async () => {
  runner = await startSandbox('cancelling');
});
after(() => runner.close());

/** A workflow that has run its first task. */
async function begun(workflowType: string, ...args: readonly unknown[]): Promise<HistoryBuilder> {
  const history = new HistoryBuilder({ workflowType, args }).task();
  await step(runner, history);
  return history;
}

test('a workflow that lets the cancellation pass ends as cancelled', async () => {
  const history = await begun('sleeper');
  const outcome = await step(runner, history.cancelRequested().task(), { sticky: true });
  assert.deepEqual(types(outcome), ['CancelTimer', 'CancelWorkflowExecution']);
});

for (const workflowType of ['waits', 'pulled']) {
  test(`cancellation ends what waits without asking the service: ${workflowType}`, async () => {
    const history = await begun(workflowType);
    assert.deepEqual(types(await step(runner, history.cancelRequested().task())), ['CancelWorkflowExecution']);
  });
}

test('a workflow may catch the cancellation and go on', async () => {
  const history = await begun('catchesIt');
  const outcome = await step(runner, history.cancelRequested().task());
  const { result } = last(outcome, 'CompleteWorkflowExecution');
  assert.equal(value(result), 'true true Workflow cancelled');
});

test('with TRY_CANCEL the activity is told, and its call ends at once', async () => {
  const history = await begun('activity', 'TRY_CANCEL');
  const outcome = await step(runner, history.cancelRequested().task());
  assert.deepEqual(types(outcome), ['RequestCancelActivityTask', 'CancelWorkflowExecution']);
  const attributes = outcome.commands[0]?.attributes as { scheduledEventId: number };
  assert.equal(attributes.scheduledEventId, history.scheduledEventId('1'));
});

test('with WAIT_CANCELLATION_COMPLETED the call ends when the activity has', async () => {
  const history = await begun('activity', 'WAIT_CANCELLATION_COMPLETED');
  assert.deepEqual(types(await step(runner, history.cancelRequested().task())), ['RequestCancelActivityTask']);
  assert.deepEqual(types(await step(runner, history.activityCanceled('1').task())), ['CancelWorkflowExecution']);
});

test('an activity that completes in spite of the cancellation has its result', async () => {
  const history = await begun('activity', 'WAIT_CANCELLATION_COMPLETED');
  await step(runner, history.cancelRequested().task());
  const outcome = await step(runner, history.activityCompleted('1', 'done anyway').task());
  assert.equal(value(only(outcome, 'CompleteWorkflowExecution').result), 'done anyway');
});

test('with ABANDON the activity is not told, and what comes of it later is passed by', async () => {
  const history = await begun('activity', 'ABANDON');
  assert.deepEqual(types(await step(runner, history.cancelRequested().task())), ['CancelWorkflowExecution']);
});

test('an activity that was completed in the task in which it is cancelled is not cancelled', async () => {
  const history = await begun('activity', 'TRY_CANCEL');
  const outcome = await step(runner, history.cancelRequested().activityCompleted('1', 'just in time').task());
  assert.equal(value(only(outcome, 'CompleteWorkflowExecution').result), 'just in time');
});

test('a scope that is not cancellable lets a workflow clean up', async () => {
  const history = await begun('cleansUp');
  await step(runner, history.cancelRequested().task());
  const cleaning = await step(runner, history.activityCanceled('1').task());
  assert.equal(only(cleaning, 'ScheduleActivityTask').activityType, 'cleanUp');
  assert.deepEqual(types(await step(runner, history.activityCompleted('2', null).task())), ['CancelWorkflowExecution']);
});

test('what is begun in a cancelled scope is cancelled before it is asked for', async () => {
  const history = await begun('tooLate');
  const outcome = await step(runner, history.cancelRequested().task());
  assert.deepEqual(types(outcome), ['CancelTimer', 'CompleteWorkflowExecution']);
  const { result } = last(outcome, 'CompleteWorkflowExecution');
  assert.equal(value(result), 'Workflow cancelled, Workflow cancelled, Workflow cancelled');
});

test('a scope can be cancelled from inside, and what is outside goes on', async () => {
  const history = await begun('scopeOfOne');
  const outcome = await step(runner, history.signaled('stop').task());
  assert.deepEqual(types(outcome), ['RequestCancelActivityTask', 'CompleteWorkflowExecution']);
  const { result } = last(outcome, 'CompleteWorkflowExecution');
  assert.equal(value(result), 'CancelledFailure true false');
});

test('what is cancelled in the task that asked for it is never asked for', async () => {
  const history = new HistoryBuilder({ workflowType: 'cancelledAtOnce' }).task();
  const outcome = await step(runner, history);
  const { result } = only(outcome, 'CompleteWorkflowExecution');
  assert.equal(value(result), 'Activity cancelled, Cancellation scope cancelled');
});

test('withTimeout cancels its scope when the time is over, and its timer when it is not', async () => {
  const slow = new HistoryBuilder({ workflowType: 'inTime', args: [5_000] }).task();
  assert.deepEqual(types(await step(runner, slow)), ['StartTimer', 'ScheduleActivityTask']);
  assert.deepEqual(types(await step(runner, slow.timerFired('1').task())), ['RequestCancelActivityTask']);
  const late = await step(runner, slow.activityCanceled('1').task());
  assert.equal(value(only(late, 'CompleteWorkflowExecution').result), 'too slow');

  const fast = await begun('inTime', 5_000);
  const outcome = await step(runner, fast.activityCompleted('1', 'quick').task());
  assert.deepEqual(types(outcome), ['CancelTimer', 'CompleteWorkflowExecution']);
});

test('a scope that is not cancellable shields its work, and the scope around it is cancelled all the same', async () => {
  const history = await begun('shielded');
  assert.deepEqual(types(await step(runner, history.cancelRequested().task())), []);
  const outcome = await step(runner, history.activityCompleted('1', 'whole').task());
  assert.equal(value(only(outcome, 'CompleteWorkflowExecution').result), 'whole true');
});

test('cancelRequested tells of the request', async () => {
  const history = await begun('hearsOfIt');
  await step(runner, history.cancelRequested().task());
  const outcome = await step(runner, history.activityCompleted('1', 'whole').task());
  assert.equal(value(only(outcome, 'CompleteWorkflowExecution').result), 'whole, Workflow cancelled');
});

test('the current scope follows the code through its awaits', async () => {
  const history = await begun('currentFollows');
  await step(runner, history.timerFired('1').task(), { sticky: true });
  const outcome = await step(runner, history.timerFired('2').task(), { sticky: true });
  assert.deepEqual(value(only(outcome, 'CompleteWorkflowExecution').result), [true, true, true, true, true, true]);
});

test('a workflow that was cancelled before its first task begins in a cancelled scope', async () => {
  const history = new HistoryBuilder({ workflowType: 'sleeper' }).cancelRequested().task();
  assert.deepEqual(types(await step(runner, history)), ['CancelWorkflowExecution']);
});

test('cancellations replay as they went', async () => {
  for (const workflowType of ['cleansUp', 'tooLate', 'scopeOfOne']) {
    const history = await begun(workflowType);
    await step(runner, history.cancelRequested().signaled('stop').task());
    runner.evict(history.runId);
    if (workflowType === 'cleansUp') {
      const cleaning = await step(runner, history.activityCanceled('1').task());
      assert.equal(only(cleaning, 'ScheduleActivityTask').activityType, 'cleanUp');
    } else {
      assert.equal((await runner.run(history.query('__stack_trace'))).kind, 'queried');
    }
  }
});
