import assert from 'node:assert/strict';
import { test } from 'node:test';
import { historyOf, openRun, passTime, play, typesOf } from '../../test/machine/play.ts';
import { answer, answered, cancelTimer, complete, startTimer, takeTask } from '../../test/machine/worker.ts';
import { dueAtMs } from './due.ts';
import { signalWorkflow } from './signal.ts';

test('a due timer fires once, wakes the workflow and leaves nothing behind', () => {
  const run = openRun();
  answer(run, [startTimer('t', 1_000)], 0);
  assert.deepEqual(typesOf(passTime(run, 999)), []);
  assert.deepEqual(typesOf(passTime(run, 1_000)), ['TimerFired', 'WorkflowTaskScheduled']);
  assert.equal(run.timers.size, 0);
  assert.deepEqual(typesOf(passTime(run, 2_000)), []);
});

test('a timer without a duration is due at once', () => {
  const run = openRun();
  answer(run, [{ type: 'StartTimer', attributes: { timerId: 't' } }], 5);
  assert.equal(dueAtMs(run), 5);
  assert.deepEqual(typesOf(passTime(run, 5)), ['TimerFired', 'WorkflowTaskScheduled']);
});

test('a timer may be years away', () => {
  const run = openRun();
  const tenYearsMs = 10 * 365 * 86_400_000;
  answer(run, [startTimer('t', tenYearsMs)], 0);
  assert.equal(dueAtMs(run), tenYearsMs);
});

test('a canceled timer does not fire', () => {
  const run = openRun();
  answer(run, [startTimer('t')], 0);
  play(run, signalWorkflow(run, { signalName: 's' }), 10);
  const events = answer(run, [cancelTimer('t')], 20);
  assert.deepEqual(typesOf(events), ['WorkflowTaskCompleted', 'TimerCanceled']);
  assert.equal(dueAtMs(run), undefined);
});

test('a timer is canceled by the completion that started it', () => {
  const run = openRun();
  const events = answer(run, [startTimer('t'), cancelTimer('t')], 0);
  assert.deepEqual(typesOf(events), ['WorkflowTaskCompleted', 'TimerStarted', 'TimerCanceled']);
  assert.equal(events[2]?.type === 'TimerCanceled' && events[2].attributes.startedEventId, events[1]?.eventId);
  assert.equal(run.timers.size, 0);
});

test('a timer that fired while the workflow task ran is canceled all the same: it never fired', () => {
  const run = openRun();
  answer(run, [startTimer('t'), startTimer('other')], 0);
  play(run, signalWorkflow(run, { signalName: 's' }), 10);
  takeTask(run, 20);
  assert.deepEqual(typesOf(passTime(run, 1_000)), []);
  const events = answer(run, [cancelTimer('t')], 1_010);
  assert.deepEqual(typesOf(events), ['WorkflowTaskCompleted', 'TimerCanceled', 'TimerFired', 'WorkflowTaskScheduled']);
  const fired = historyOf(run).filter((event) => event.type === 'TimerFired');
  assert.deepEqual(
    fired.map((event) => event.attributes.timerId),
    ['other'],
  );
});

test('with the only thing unseen canceled, nothing wakes the workflow', () => {
  const run = openRun();
  answer(run, [startTimer('t')], 0);
  play(run, signalWorkflow(run, { signalName: 's' }), 10);
  takeTask(run, 20);
  passTime(run, 1_000);
  assert.deepEqual(typesOf(answer(run, [cancelTimer('t')], 1_010)), ['WorkflowTaskCompleted', 'TimerCanceled']);
  assert.equal(run.task, undefined);
});

test('a workflow that cancels the timer that fired unseen may close', () => {
  const run = openRun();
  answer(run, [startTimer('t')], 0);
  play(run, signalWorkflow(run, { signalName: 's' }), 10);
  takeTask(run, 20);
  passTime(run, 1_000);
  const events = answer(run, [cancelTimer('t'), complete], 1_010);
  assert.deepEqual(typesOf(events), ['WorkflowTaskCompleted', 'TimerCanceled', 'WorkflowExecutionCompleted']);
});

test('a timer that fired unseen is pending for the workflow, which cannot start it again', () => {
  const run = openRun();
  answer(run, [startTimer('t')], 0);
  play(run, signalWorkflow(run, { signalName: 's' }), 10);
  takeTask(run, 20);
  passTime(run, 1_000);
  assert.match(answered(run, [startTimer('t')], 1_010).refusal?.message ?? '', /^StartTimerDuplicateId: timer "t"/);
});

test('the id of a timer that fired unseen is free when that is canceled, and each is canceled once', () => {
  const run = openRun();
  answer(run, [startTimer('t')], 0);
  play(run, signalWorkflow(run, { signalName: 's' }), 10);
  takeTask(run, 20);
  passTime(run, 1_000);
  const again = [cancelTimer('t'), startTimer('t'), cancelTimer('t')];
  assert.equal(answered(run, [...again, cancelTimer('t')], 1_010).refusal?.code, 'INVALID_ARGUMENT');
  assert.deepEqual(typesOf(answer(run, again, 1_010)), [
    'WorkflowTaskCompleted',
    'TimerCanceled',
    'TimerStarted',
    'TimerCanceled',
  ]);
  assert.equal(run.buffered.length, 0);
});

test('a timer whose id is pending, empty or never heard of fails the workflow task, naming the timer', () => {
  const message = (...commands: Parameters<typeof answered>[1]) => {
    const run = openRun();
    return answered(run, commands, 0).refusal?.message;
  };
  assert.equal(
    message(startTimer('t'), startTimer('t')),
    'StartTimerDuplicateId: timer "t" is already pending: give each timer its own id',
  );
  assert.equal(message(startTimer('')), 'BadStartTimerAttributes: a timer has no timerId: give each timer its own id');
  assert.equal(
    message(startTimer('t', -1)),
    'BadStartTimerAttributes: timer "t" is to fire after -1 ms: it must be 0 or more',
  );
  assert.equal(
    message(cancelTimer('t')),
    'BadCancelTimerAttributes: timer "t" is not pending: only a started timer can be canceled',
  );
});

test('a timer that fired unseen is found among other things that are buffered', () => {
  const run = openRun();
  answer(run, [startTimer('a'), startTimer('b')], 0);
  play(run, signalWorkflow(run, { signalName: 's' }), 10);
  takeTask(run, 20);
  play(run, signalWorkflow(run, { signalName: 's' }), 30);
  passTime(run, 1_000);
  assert.deepEqual(typesOf(answer(run, [cancelTimer('b')], 1_010)), [
    'WorkflowTaskCompleted',
    'TimerCanceled',
    'WorkflowExecutionSignaled',
    'TimerFired',
    'WorkflowTaskScheduled',
  ]);
});
