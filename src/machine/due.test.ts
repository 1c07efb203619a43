import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, only, openRun, passTime, play, typesOf } from '../../test/machine/play.ts';
import {
  answer,
  claimOf,
  complete,
  scheduleActivity,
  startTimer,
  takeActivity,
  takeTask,
  withActivity,
  worker,
} from '../../test/machine/worker.ts';
import { attendedBy, dueAtMs, endOrphans, isReady, meetDeadline, readyAtMs, readyTasks } from './due.ts';
import { decided } from './fact.ts';
import { signaled, signalWorkflow } from './signal.ts';
import { failWorkflowTask } from './workflow-task.ts';

const broken = { cause: 'WORKFLOW_WORKER_UNHANDLED_FAILURE', identity: 'worker' } as const;

test('of all that is to come the earliest is when the run is due', () => {
  const run = openRun({ workflowExecutionTimeoutMs: 90_000, workflowRunTimeoutMs: 80_000 });
  assert.equal(dueAtMs(run), 80_000);
  answer(run, [startTimer('t', 70_000), scheduleActivity({ scheduleToStartTimeoutMs: 60_000 })], 0);
  assert.equal(dueAtMs(run), 60_000);
  play(run, signalWorkflow(run, { signalName: 's' }), 0);
  takeTask(run, 0);
  assert.equal(dueAtMs(run), 10_000);
});

test('what is due happens in its order, one thing at a time', () => {
  const run = openRun();
  answer(run, [startTimer('late', 2_000), startTimer('early', 1_000)], 0);
  const first = meetDeadline(run, at(5_000));
  assert.deepEqual(typesOf(first.facts), ['TimerFired', 'WorkflowTaskScheduled']);
  const events = passTime(run, 5_000);
  assert.deepEqual(
    events.flatMap((event) => (event.type === 'TimerFired' ? [event.attributes.timerId] : [])),
    ['early', 'late'],
  );
});

test('a run that waits for nothing is never due, and neither is a closed one', () => {
  const run = openRun({ workflowExecutionTimeoutMs: 90_000 });
  answer(run, [complete], 10);
  assert.equal(dueAtMs(run), undefined);
  assert.deepEqual(meetDeadline(run, at(100_000)).facts, []);
  const idle = openRun();
  answer(idle, [], 10);
  assert.equal(dueAtMs(idle), undefined);
});

test('nothing happens before its time', () => {
  const run = openRun({ workflowRunTimeoutMs: 1_000 });
  assert.deepEqual(meetDeadline(run, at(999)).facts, []);
});

test('when run and chain run out of time together, it is the chain that did', () => {
  const run = openRun({ workflowExecutionTimeoutMs: 1_000, retryPolicy: {} });
  assert.equal(only(passTime(run, 1_000), 'WorkflowExecutionTimedOut').retryState, 'TIMEOUT');
});

test('the tasks that wait for a worker are known, and since when the oldest does', () => {
  const run = openRun({}, 5);
  assert.deepEqual(readyTasks(run), [{ kind: 'workflow', scheduledEventId: 2, attempt: 1 }]);
  assert.equal(readyAtMs(run), 5);
  answer(run, [scheduleActivity({ activityId: 'a' })], 10);
  play(run, signalWorkflow(run, { signalName: 's' }), 20);
  answer(run, [scheduleActivity({ activityId: 'b' })], 30);
  play(run, signalWorkflow(run, { signalName: 's' }), 40);
  assert.deepEqual(
    readyTasks(run).map(({ kind }) => kind),
    ['workflow', 'activity', 'activity'],
  );
  assert.equal(readyAtMs(run), 10);
});

test('nothing waits for a worker when all is taken', () => {
  const run = openRun();
  const { scheduledEventId } = withActivity(run);
  takeActivity(run, scheduledEventId, 10);
  assert.deepEqual(readyTasks(run), []);
  assert.equal(readyAtMs(run), undefined);
  play(run, signalWorkflow(run, { signalName: 's' }), 20);
  takeTask(run, 30);
  assert.deepEqual(readyTasks(run), []);
  assert.equal(readyAtMs(run), undefined);
});

test('a task that was offered is ready as long as it is that attempt that waits', () => {
  const run = openRun();
  const task = { kind: 'workflow', scheduledEventId: 2, attempt: 1 } as const;
  assert.equal(isReady(run, task), true);
  assert.equal(isReady(run, { ...task, attempt: 2 }), false);
  assert.equal(isReady(run, { ...task, scheduledEventId: 3 }), false);
  const { scheduledEventId } = withActivity(run);
  assert.equal(isReady(run, task), false);
  const attempt = { kind: 'activity', scheduledEventId, attempt: 1 } as const;
  assert.equal(isReady(run, attempt), true);
  assert.equal(isReady(run, { ...attempt, attempt: 2 }), false);
  assert.equal(isReady(run, { ...attempt, scheduledEventId: 99 }), false);
  takeActivity(run, scheduledEventId, 10);
  assert.equal(isReady(run, attempt), false);
});

test('a run is attended by the process whose worker has its task, or has failed it and waits to try again', () => {
  const run = openRun();
  assert.equal(attendedBy(run), undefined);
  takeTask(run, 10, { ...worker, processId: 'p1' });
  assert.equal(attendedBy(run), 'p1');
  play(run, failWorkflowTask(run, claimOf(run), broken, at(20)), 20);
  assert.equal(attendedBy(run), 'p1');
});

test('what a dead process left is seen beside what the living one has begun', () => {
  const run = openRun();
  const { scheduledEventId } = withActivity(run);
  takeActivity(run, scheduledEventId, 10, { ...worker, processId: 'dead' });
  play(run, signalWorkflow(run, { signalName: 's' }), 20);
  takeTask(run, 30, { ...worker, processId: 'alive' });
  assert.notEqual(attendedBy(run), 'alive');
  play(run, endOrphans(run, 'alive', at(40)), 40);
  assert.equal(attendedBy(run), 'alive');
});

test('a task that runs in no process of ours, or in a closed run, is nobody to look after', () => {
  const run = openRun();
  takeTask(run, 10);
  assert.deepEqual(endOrphans(run, 'alive', at(20)).facts, []);
  answer(run, [complete], 30);
  assert.deepEqual(endOrphans(run, 'alive', at(40)).facts, []);
});

test('a first attempt that waits is no orphan of the process that had it before', () => {
  const run = openRun();
  answer(run, [], 0, { forceNewTask: true, sticky: { queue: 'sticky', scheduleToStartTimeoutMs: 5_000 } });
  takeTask(run, 10, { ...worker, processId: 'dead' }, 'sticky');
  play(run, endOrphans(run, 'alive', at(20)), 20);
  assert.equal(run.task?.attempt, 1);
  assert.deepEqual(endOrphans(run, 'alive', at(30)).facts, []);
});

test('an event that came while a dead process was to try again makes of it a normal first attempt', () => {
  const run = openRun();
  takeTask(run, 10, { ...worker, processId: 'dead' });
  play(run, failWorkflowTask(run, claimOf(run), broken, at(20)), 20);
  play(run, signalWorkflow(run, { signalName: 's' }), 30);
  const events = play(run, endOrphans(run, 'alive', at(40)), 40);
  assert.equal(only(events, 'WorkflowTaskScheduled').attempt, 1);
});

test('a history of more events than a replay can bear ends the run, saying what would have helped', () => {
  const run = openRun();
  const signals = (count: number) => decided(...Array.from({ length: count }, () => signaled({ signalName: 's' })));
  play(run, signals(51_198), 10);
  assert.deepEqual(typesOf(passTime(run, 10)), []);
  play(run, signals(1), 20);
  const { reason } = only(passTime(run, 20), 'WorkflowExecutionTerminated');
  assert.match(reason ?? '', /^Workflow history count exceeds limit\. Continue as new when/);
});

test('a history of more bytes than a replay can bear ends the run, too', () => {
  const run = openRun();
  const input = [{ data: new Uint8Array(25 * 1024 * 1024) }];
  play(run, decided(signaled({ signalName: 's', input }), signaled({ signalName: 's', input })), 10);
  const { reason } = only(passTime(run, 10), 'WorkflowExecutionTerminated');
  assert.match(reason ?? '', /^Workflow history size exceeds limit\./);
});
