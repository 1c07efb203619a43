import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { WorkflowRunner } from './runner.ts';
import { HistoryBuilder, value } from './testing/history-builder.ts';
import { completed, failing, lineOf, only, startSandbox, step, types } from './testing/sandbox.ts';

let runner: WorkflowRunner;
before(async () => {
  runner = await startSandbox('failing');
});
after(() => runner.close());

function task(workflowType: string, ...args: readonly unknown[]) {
  return new HistoryBuilder({ workflowType, args }).task().poll();
}

test('an ApplicationFailure fails the workflow, with its type, details and place', async () => {
  const { failure } = only(await completed(runner, task('appFailure')), 'FailWorkflowExecution');
  assert.equal(failure?.message, 'the document is empty');
  assert.equal(failure?.applicationFailureInfo?.type, 'EmptyDocument');
  assert.equal(failure?.applicationFailureInfo?.nonRetryable, true);
  assert.deepEqual(value(failure?.applicationFailureInfo?.details), { page: 1 });
  assert.ok(failure?.stackTrace?.includes(await lineOf('failing', '// fails the workflow')), failure?.stackTrace);
});

test('a subclass of ApplicationFailure is one too', async () => {
  const { failure } = only(await completed(runner, task('ownFailure')), 'FailWorkflowExecution');
  assert.equal(failure?.applicationFailureInfo?.type, 'QuotaExceeded');
});

test('an activity failure that nobody catches fails the workflow, with the whole chain of causes', async () => {
  const history = new HistoryBuilder({ workflowType: 'activityFailure' }).task();
  await step(runner, history);
  const cause = {
    message: 'no paper',
    stackTrace: 'Error: no paper\n    at work (file:///app/activities.ts:3:9)',
    applicationFailureInfo: { type: 'Jam' },
  };
  const last = await step(runner, history.activityFailed('1', cause).task());
  const { failure } = only(last, 'FailWorkflowExecution');
  assert.equal(failure?.message, 'Activity task failed');
  assert.equal(failure?.activityFailureInfo?.activityType, 'work');
  assert.equal(failure?.activityFailureInfo?.scheduledEventId, history.scheduledEventId('1'));
  assert.deepEqual(failure?.cause, cause);
});

test('any other error fails the workflow task, with the line of the source', async () => {
  const { cause, failure } = await failing(runner, task('bug'));
  assert.equal(cause, 'WORKFLOW_WORKER_UNHANDLED_FAILURE');
  assert.match(failure.message, /Cannot set properties of undefined/);
  assert.equal(failure.applicationFailureInfo?.type, 'TypeError');
  const [, first = ''] = failure.stackTrace?.split('\n') ?? [];
  assert.ok(first.includes(await lineOf('failing', '// the bug')), failure.stackTrace);
});

test('an error before the first await is like any other', async () => {
  assert.equal((await failing(runner, task('bugAtOnce'))).failure.message, 'before any await');
});

test('the workflow is retried from its history once its task has failed: it is not in the cache', async () => {
  const { runs } = runner.cache;
  await failing(runner, task('bug'));
  assert.equal(runner.cache.runs, runs);
});

test('an error in a handler counts like one in the workflow', async () => {
  const bug = new HistoryBuilder({ workflowType: 'bugInHandler' }).signaled('go').task();
  assert.equal((await failing(runner, bug.poll())).failure.message, 'the handler is wrong');
  const no = new HistoryBuilder({ workflowType: 'failureInHandler' }).signaled('go').task();
  const { failure } = only(await completed(runner, no.poll()), 'FailWorkflowExecution');
  assert.equal(failure?.message, 'the handler says no');
});

test('an error in a condition fails the task', async () => {
  const history = new HistoryBuilder({ workflowType: 'bugInCondition' }).task();
  await step(runner, history);
  const { failure } = await failing(runner, history.signaled('go').task().poll());
  assert.equal(failure.message, 'the condition is wrong');
});

test('what is thrown and no Error fails the task, and says so', async () => {
  assert.match((await failing(runner, task('throwsText'))).failure.message, /just a text .*throw Errors/);
});

test('a result that JSON cannot hold fails the task and names the part', async () => {
  assert.match((await failing(runner, task('badResult'))).failure.message, /the value\.n, a BigInt/);
});

test('a workflow that the file does not export fails the task, with the names of those that it does', async () => {
  const { failure } = await failing(runner, task('noSuchThing'));
  assert.match(failure.message, /no workflow named 'noSuchThing': export a function .*appFailure, .*bug/);
});

test('a rejected promise that nobody handles fails the task of its own run, and no other', async () => {
  const waiting = Array.from({ length: 5 }, () => new HistoryBuilder({ workflowType: 'activityFailure' }).task());
  const outcomes = await Promise.all([
    ...waiting.map((history) => runner.run(history.poll())),
    runner.run(task('forgets')),
    runner.run(task('forgetsInTime')),
  ]);
  const last = outcomes.pop();
  assert.deepEqual(last && types(last), ['CompleteWorkflowExecution']);
  const forgotten = outcomes.pop();
  assert.equal(forgotten?.kind, 'failed');
  const { failure } = forgotten as Extract<typeof forgotten, { kind: 'failed' }>;
  assert.match(failure.message, /^forgotten .*await it, or give it a catch/);
  assert.ok(failure.stackTrace?.includes(await lineOf('failing', '// nobody handles this')), failure.stackTrace);
  for (const outcome of outcomes) assert.deepEqual(types(outcome), ['ScheduleActivityTask']);
});
