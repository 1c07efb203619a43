import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { WorkflowRunner } from './runner.ts';
import { HistoryBuilder } from './testing/history-builder.ts';
import { failing, lineOf, startSandbox, step } from './testing/sandbox.ts';

let runner: WorkflowRunner;
before(async () => {
  runner = await startSandbox('steps');
});
after(() => runner.close());

/** The history of a run of `order`, as if it had been of this type: the code was edited while the run was open. */
async function edited(workflowType: string, tasks: number): Promise<HistoryBuilder> {
  const was = new HistoryBuilder({ workflowType: 'order' }).task();
  if (tasks > 0) await step(runner, was);
  if (tasks > 1) await step(runner, was.activityCompleted('1', 'paid').task());
  if (tasks > 2) await step(runner, was.timerFired('1').task());
  const history = new HistoryBuilder({ workflowType });
  history.events.push(...was.events.slice(1));
  return history;
}

const charged = 'event 5 ActivityTaskScheduled \\(activity 1 "charge"\\)';

for (const [workflowType, tasks, happens, recorded, asked, mark] of [
  ['otherActivity', 1, 'activity', charged, 'schedules activity 1 "notify"', '// instead of charge'],
  ['timerFirst', 1, 'activity', charged, 'starts timer 1 of 3600000 ms', "await sleep('1 hour'); // instead of charge"],
  ['approvalFirst', 1, 'activity', charged, 'starts timer 1 of 3600000 ms', '// asks before charging'],
  ['timeoutFirst', 1, 'activity', charged, 'starts timer 1 of 3600000 ms', '// counts down before charging'],
  ['scopeFirst', 1, 'activity', charged, 'starts timer 1 of 3600000 ms', '// limits the charging'],
  ['nothingAtAll', 1, 'activity', charged, 'completes the workflow', 'export async function nothingAtAll'],
  [
    'waitsInstead',
    1,
    'activity',
    charged,
    'asks for nothing more at this point and waits',
    '// waits instead of charging',
  ],
  [
    'noTimer',
    2,
    'timer',
    'event \\d+ TimerStarted \\(timer 1\\)',
    'schedules activity 2 "ship"',
    '// no timer any more',
  ],
  [
    'failsInstead',
    2,
    'timer',
    'event \\d+ TimerStarted \\(timer 1\\)',
    'fails the workflow: changed my mind',
    '// fails instead',
  ],
] as const) {
  test(`code that was edited fails the task and names what was recorded, what it does now, and where: ${workflowType}`, async () => {
    const history = await edited(workflowType, tasks);
    if (happens === 'activity') history.activityCompleted('1', 'paid');
    else history.timerFired('1');
    const { cause, failure } = await failing(runner, history.task().poll());
    assert.equal(cause, 'NON_DETERMINISTIC_ERROR');
    assert.match(failure.message, new RegExp(`history has ${recorded}, but the code now ${asked}`));
    assert.ok(failure.message.includes(`(at ${await lineOf('steps', mark)}`), failure.message);
    assert.match(failure.message, /restore that code, or give the changed workflow another name/);
  });
}

test('code that asks for more than was recorded fails the task and names the surplus', async () => {
  const history = (await edited('moreAtOnce', 1)).activityCompleted('1', 'paid').task();
  const { cause, failure } = await failing(runner, history.poll());
  assert.equal(cause, 'NON_DETERMINISTIC_ERROR');
  assert.match(
    failure.message,
    /the code now schedules activity 2 "notify", but history goes on with event 6 ActivityTaskStarted/,
  );
  assert.ok(failure.message.includes(`(at ${await lineOf('steps', '// one too many')}`), failure.message);
});

test('surplus at the end of the history shows when the run is queried', async () => {
  const history = await edited('moreAtOnce', 1);
  const outcome = await runner.run(history.query('__stack_trace'));
  assert.equal(outcome.kind, 'queried');
  const { result } = outcome as Extract<typeof outcome, { kind: 'queried' }>;
  assert.equal(result.resultType, 'FAILED');
  assert.match(result.errorMessage ?? '', /schedules activity 2 "notify", but history ends here/);
});

test('an answer to what nobody asked for fails the task', async () => {
  const history = new HistoryBuilder({ workflowType: 'noCancel' }).task();
  await step(runner, history);
  runner.evict(history.runId);
  history.add('TimerFired', { timerId: '9', startedEventId: 2 });
  const { failure } = await failing(runner, history.task().poll());
  assert.match(failure.message, /event 5 TimerFired \(timer 9\), which answers nothing that was asked for/);
  history.events.pop();
  history.events.pop();
  history.events.pop();
  history.add('ActivityTaskCompleted', { scheduledEventId: 2, startedEventId: 3 });
  const other = await failing(runner, history.task().poll());
  assert.match(
    other.failure.message,
    /event 5 ActivityTaskCompleted \(of the activity that event 2 scheduled\), which answers/,
  );
});

test('a recorded cancellation that the code does not ask for is named by its activity', async () => {
  const history = await edited('otherActivity', 0);
  history.events.length = 1;
  history.task().completed({
    type: 'ScheduleActivityTask',
    attributes: { activityId: '1', activityType: 'notify', taskQueue: { name: 'documents' } },
  });
  history
    .signaled('stop')
    .task()
    .completed({ type: 'RequestCancelActivityTask', attributes: { scheduledEventId: 5 } });
  const { failure } = await failing(runner, history.activityCanceled('1').task().poll());
  assert.match(
    failure.message,
    /event 10 ActivityTaskCancelRequested \(activity 1 "notify"\), but the code now asks for nothing more/,
  );
});

test('the workflow itself is untouched: with the code put right the same history goes on', async () => {
  const history = await edited('otherActivity', 1);
  await failing(runner, history.activityCompleted('1', 'paid').task().poll());
  const right = new HistoryBuilder({ workflowType: 'order', runId: history.runId });
  right.events.push(...history.events.slice(1));
  assert.equal((await step(runner, right)).commands[0]?.type, 'StartTimer');
});
