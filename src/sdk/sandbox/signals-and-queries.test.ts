import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { WorkflowQueryResult } from '../../api/workflow-service.ts';
import type { WorkflowLogLine, WorkflowRunner, WorkflowTaskOutcome } from './runner.ts';
import { HistoryBuilder, value } from './testing/history-builder.ts';
import { completed, lineOf, only, startSandbox, step, types } from './testing/sandbox.ts';

const lines: WorkflowLogLine[] = [];
let runner: WorkflowRunner;
before(async () => {
  runner = await startSandbox('basics', { onLog: (line) => lines.push(line) });
});
after(() => runner.close());

function answer(outcome: WorkflowTaskOutcome): WorkflowQueryResult {
  assert.equal(outcome.kind, 'queried', JSON.stringify(outcome));
  return (outcome as Extract<WorkflowTaskOutcome, { kind: 'queried' }>).result;
}

test('signals reach their handlers in the order in which they came', async () => {
  const history = new HistoryBuilder({ workflowType: 'countsSignals' }).task();
  await step(runner, history);
  history.signaled('note', 'a').signaled('note', 'b').task();
  await step(runner, history, { sticky: true });
  const last = await step(runner, history.signaled('note', 'c').signaled('done').task(), { sticky: true });
  assert.deepEqual(value(only(last, 'CompleteWorkflowExecution').result), ['a', 'b', 'c']);
});

test('a signal that came with the start is handled when its handler is set, before the workflow goes on', async () => {
  const history = new HistoryBuilder({ workflowType: 'handlesAtOnce' }).signaled('add', 2).signaled('add', 3).task();
  const last = await step(runner, history);
  assert.equal(value(only(last, 'CompleteWorkflowExecution').result), 5);
});

test('a signal without a handler is kept until there is one, also over workflow tasks', async () => {
  const history = new HistoryBuilder({ workflowType: 'lateHandler' }).signaled('note', 'early').task();
  await step(runner, history);
  await step(runner, history.signaled('note', 'later').task());
  const last = await step(runner, history.timerFired('1').task());
  assert.deepEqual(value(only(last, 'CompleteWorkflowExecution').result), ['early', 'later']);
});

test('default handlers take the signals and queries that have none of their own', async () => {
  const history = new HistoryBuilder({ workflowType: 'defaultHandlers' }).signaled('one', 1).task();
  await step(runner, history);
  const asked = answer(await runner.run(history.query('anything', ['x'], { sticky: true })));
  assert.deepEqual(value(asked.answer), { name: 'anything', args: ['x'], seen: 1 });
  const last = await step(runner, history.signaled('two', 2, 'zwei').task());
  assert.deepEqual(value(only(last, 'CompleteWorkflowExecution').result), [
    ['one', 1],
    ['two', 2, 'zwei'],
  ]);
});

test('a handler may call activities, and the workflow can wait until all handlers have finished', async () => {
  const history = new HistoryBuilder({ workflowType: 'asyncHandler' }).task();
  await step(runner, history);
  assert.equal(
    only(await step(runner, history.signaled('load', 'd1').task()), 'ScheduleActivityTask').activityType,
    'fetch_document',
  );
  const last = await step(runner, history.activityCompleted('1', 'text').task());
  assert.equal(value(only(last, 'CompleteWorkflowExecution').result), 'text');
});

test('a workflow that ends while a handler runs says so in the log', async () => {
  lines.length = 0;
  const history = new HistoryBuilder({ workflowType: 'abandonsHandler' }).task();
  await step(runner, history);
  await step(runner, history.signaled('slow').task());
  assert.deepEqual(
    lines.map(({ level, message }) => [level, /abandoned: slow/.test(message)]),
    [['WARN', true]],
  );
});

test('queries that come with a workflow task see what the task has changed', async () => {
  const history = new HistoryBuilder({ workflowType: 'approval' }).task();
  const query = { queryType: 'status' };
  const first = await completed(runner, history.poll({ queries: { q1: query } }));
  assert.equal(value(first.queryResults.q1?.answer), 'waiting');
  history
    .completed(...first.commands)
    .signaled('approve', true)
    .task();
  const second = await completed(runner, history.poll({ sticky: true, queries: { q2: query, q3: query } }));
  assert.equal(value(second.queryResults.q2?.answer), 'decided');
  assert.equal(value(second.queryResults.q3?.answer), 'decided');
});

test('a query task is answered from the cached run, with its arguments', async () => {
  const history = new HistoryBuilder({ workflowType: 'approval' }).task();
  await step(runner, history);
  const result = answer(await runner.run(history.query('status', ['now '], { sticky: true })));
  assert.equal(value(result.answer), 'now waiting');
  // The run is none the worse for it: the events of its commands are still to come.
  assert.equal(
    types(await step(runner, history.signaled('approve', true).task(), { sticky: true })).at(-1),
    'CompleteWorkflowExecution',
  );
});

test('a query task for a run that is not cached is replayed first; without its history it is asked for', async () => {
  const history = new HistoryBuilder({ workflowType: 'approval' }).task();
  await step(runner, history);
  runner.evict(history.runId);
  assert.deepEqual(await runner.run(history.query('status', [], { sticky: true })), { kind: 'needsHistory' });
  assert.equal(value(answer(await runner.run(history.query('status'))).answer), 'waiting');
});

test('a closed run can be queried', async () => {
  const history = new HistoryBuilder({ workflowType: 'approval' }).task();
  await step(runner, history);
  await step(runner, history.signaled('approve', true).task());
  runner.evict(history.runId);
  assert.equal(value(answer(await runner.run(history.query('status'))).answer), 'decided');
});

test('an unknown query fails with the names of those that there are', async () => {
  const history = new HistoryBuilder({ workflowType: 'approval' }).task();
  await step(runner, history);
  const result = answer(await runner.run(history.query('statsu', [], { sticky: true })));
  assert.equal(result.resultType, 'FAILED');
  assert.equal(result.errorMessage, 'Workflow did not register a handler for statsu. Registered queries: [status]');
});

for (const [queryType, expected] of [
  ['asks', /a query handler cannot call sleep\(\)/],
  ['promises', /returned a promise: a query is answered at once/],
  ['throws', /no such page/],
] as const) {
  test(`a query whose handler ${queryType} fails, and the workflow goes on`, async () => {
    const history = new HistoryBuilder({ workflowType: 'badQueries' }).task();
    await step(runner, history);
    const result = answer(await runner.run(history.query(queryType, [], { sticky: true })));
    assert.equal(result.resultType, 'FAILED');
    assert.match(result.errorMessage ?? '', expected);
    assert.equal(value(answer(await runner.run(history.query('fine', [], { sticky: true }))).answer), 1);
  });
}

test('the error of a query handler reaches the asker as the failure that it is, with the line', async () => {
  const history = new HistoryBuilder({ workflowType: 'badQueries' }).task();
  await step(runner, history);
  const { failure } = answer(await runner.run(history.query('throws', [], { sticky: true })));
  assert.equal(failure?.applicationFailureInfo?.type, 'Missing');
  const place = await lineOf('basics', "new ApplicationFailure('no such page'");
  assert.ok(failure?.stackTrace?.includes(place), failure?.stackTrace);
});

test('__stack_trace says what the workflow waits for and where', async () => {
  const history = new HistoryBuilder({ workflowType: 'stacks' }).task();
  await step(runner, history);
  const trace = String(value(answer(await runner.run(history.query('__stack_trace', [], { sticky: true }))).answer));
  for (const [what, mark] of [
    ['activity 1 "fetch_document"', 'the activity waits here'],
    ['timer 1', 'the timer waits here'],
    ['a condition', 'the condition waits here'],
  ] as const) {
    const part = trace.split('\n\n').find((one) => one.startsWith(`waiting for ${what}`));
    assert.ok(part?.includes(await lineOf('basics', mark)), trace);
    assert.doesNotMatch(part ?? '', /perdure-workflows\.js/);
  }
});

test('__temporal_workflow_metadata names the type and the handlers of the workflow', async () => {
  const history = new HistoryBuilder({ workflowType: 'stacks' }).task();
  await step(runner, history);
  const metadata = value(
    answer(await runner.run(history.query('__temporal_workflow_metadata', [], { sticky: true }))).answer,
  );
  const { definition } = metadata as { definition: Record<string, { name: string; description: string }[]> };
  assert.equal(definition.type, 'stacks');
  assert.deepEqual(definition.signalDefinitions, [{ name: 'x', description: 'does nothing' }]);
  assert.deepEqual(definition.queryDefinitions?.at(-1), { name: 'y', description: 'says one' });
});
