import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, historyOf, openRun, passTime, play, typesOf } from '../../test/machine/play.ts';
import { answer, claimOf, startTimer, takeActivity, takeTask, withActivity } from '../../test/machine/worker.ts';
import { encodeEvent } from '../api/event.ts';
import { completeActivity } from './activity.ts';
import { requestCancelWorkflow } from './close.ts';
import { record } from './record.ts';
import { signalWorkflow } from './signal.ts';
import { failWorkflowTask } from './workflow-task.ts';

const signal = { signalName: 's' };

/** A run whose started workflow task is one of several things that go on at once. */
function busyRun() {
  const run = openRun();
  answer(run, [startTimer('t')], 0);
  play(run, signalWorkflow(run, signal), 0);
  const activity = withActivity(run);
  takeActivity(run, activity.scheduledEventId, 10);
  play(run, signalWorkflow(run, signal), 20);
  takeTask(run, 30);
  return run;
}

test('while a workflow task is started, what happens gets no place in history', () => {
  const run = busyRun();
  const before = run.nextEventId;
  play(run, completeActivity(run, { activityId: '1' }, { identity: 'worker' }), 40);
  play(run, signalWorkflow(run, signal), 50);
  play(run, requestCancelWorkflow(run, {}), 60);
  passTime(run, 1_000);
  assert.equal(run.nextEventId, before);
  assert.deepEqual(typesOf(run.buffered.map(({ event }) => event)), [
    'ActivityTaskStarted',
    'ActivityTaskCompleted',
    'WorkflowExecutionSignaled',
    'WorkflowExecutionCancelRequested',
    'TimerFired',
  ]);
});

test('what was buffered has its effect at once', () => {
  const run = busyRun();
  play(run, completeActivity(run, { activityId: '1' }, { identity: 'worker' }), 40);
  play(run, requestCancelWorkflow(run, {}), 60);
  passTime(run, 1_000);
  assert.equal(run.activities.size + run.timers.size, 0);
  assert.equal(run.cancelRequested, true);
});

test('buffered events follow the commands in the order in which they happened, ends of activities last', () => {
  const run = busyRun();
  play(run, completeActivity(run, { activityId: '1' }, { identity: 'worker' }), 40);
  play(run, signalWorkflow(run, signal), 50);
  passTime(run, 1_000);
  const events = answer(run, [startTimer('u')], 1_010);
  assert.deepEqual(typesOf(events), [
    'WorkflowTaskCompleted',
    'TimerStarted',
    'ActivityTaskStarted',
    'WorkflowExecutionSignaled',
    'TimerFired',
    'ActivityTaskCompleted',
    'WorkflowTaskScheduled',
  ]);
  assert.deepEqual(
    events.map((event) => event.eventTimeMs),
    [1_010, 1_010, 10, 50, 1_000, 40, 1_010],
  );
});

test('the end of an activity names the event of its start, which gets its id only then', () => {
  const run = busyRun();
  play(run, completeActivity(run, { activityId: '1' }, { identity: 'worker' }), 40);
  play(run, signalWorkflow(run, signal), 50);
  const events = answer(run, [], 60);
  const started = events.find((event) => event.type === 'ActivityTaskStarted');
  const completed = events.find((event) => event.type === 'ActivityTaskCompleted');
  assert.equal(completed?.attributes.startedEventId, started?.eventId);
});

test('a failed workflow task lets go of what was buffered, too', () => {
  const run = busyRun();
  play(run, signalWorkflow(run, signal), 50);
  const failure = { cause: 'WORKFLOW_WORKER_UNHANDLED_FAILURE', identity: 'worker' } as const;
  const events = play(run, failWorkflowTask(run, claimOf(run), failure, at(60)), 60);
  assert.deepEqual(typesOf(events), ['WorkflowTaskFailed', 'WorkflowExecutionSignaled', 'WorkflowTaskScheduled']);
});

test('what happens while the workflow task only waits is in history at once', () => {
  const run = openRun();
  assert.deepEqual(typesOf(play(run, signalWorkflow(run, signal), 10)), ['WorkflowExecutionSignaled']);
  assert.equal(run.buffered.length, 0);
});

test('the size of the history is that of its encoded events', () => {
  const run = busyRun();
  const sizes = historyOf(run).map((event) => encodeEvent(event).length);
  assert.equal(
    run.historySizeBytes,
    sizes.reduce((sum, size) => sum + size, 0),
  );
});

test('an activity that closes without having been started is a bug', () => {
  const run = openRun();
  const attributes = { scheduledEventId: 5, startedEventId: -1 };
  assert.throws(
    () => record(run, [{ type: 'ActivityTaskCompleted', attributes }], 0),
    /activity 5 closes without having been started/,
  );
});
