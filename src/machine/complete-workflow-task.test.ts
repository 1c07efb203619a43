import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, historyOf, only, openRun, passTime, play, typesOf } from '../../test/machine/play.ts';
import {
  answer,
  answered,
  claimOf,
  complete,
  scheduleActivity,
  startTimer,
  takeTask,
  worker,
} from '../../test/machine/worker.ts';
import { completeWorkflowTask } from './complete-workflow-task.ts';
import type { Run } from './run.ts';
import { signalWorkflow } from './signal.ts';

const signal = { signalName: 's' };
const sticky = { queue: 'sticky', scheduleToStartTimeoutMs: 5_000 };

/** A run whose started task does not know of a signal. */
function runWithUnseenSignal(): Run {
  const run = openRun();
  takeTask(run, 10);
  play(run, signalWorkflow(run, signal), 20);
  return run;
}

test('a completion is followed by what its commands do, in their order', () => {
  const run = openRun();
  const events = answer(run, [startTimer('t'), scheduleActivity(), startTimer('u')], 10);
  assert.deepEqual(typesOf(events), ['WorkflowTaskCompleted', 'TimerStarted', 'ActivityTaskScheduled', 'TimerStarted']);
  const { scheduledEventId, startedEventId, identity } = only(events, 'WorkflowTaskCompleted');
  assert.deepEqual(
    { scheduledEventId, startedEventId, identity },
    { scheduledEventId: 2, startedEventId: 3, identity: 'worker' },
  );
  assert.equal(run.previousStartedEventId, 3);
});

test('what the worker says of itself is in the completion', () => {
  const run = openRun();
  const stamp = { binaryChecksum: 'build-1', sdkMetadata: { sdkName: 'perdure', sdkVersion: '1' } };
  const completed = only(answer(run, [], 10, { stamp }), 'WorkflowTaskCompleted');
  assert.equal(completed.binaryChecksum, 'build-1');
  assert.deepEqual(completed.sdkMetadata, stamp.sdkMetadata);
});

test('a completion without commands leaves the workflow waiting', () => {
  const run = openRun();
  assert.deepEqual(typesOf(answer(run, [], 10)), ['WorkflowTaskCompleted']);
  assert.equal(run.task, undefined);
});

test('what was buffered wakes the workflow after the completion', () => {
  const run = runWithUnseenSignal();
  assert.deepEqual(typesOf(answer(run, [startTimer('t')], 30)), [
    'WorkflowTaskCompleted',
    'TimerStarted',
    'WorkflowExecutionSignaled',
    'WorkflowTaskScheduled',
  ]);
});

test('a worker may ask for a further task although nothing has happened', () => {
  const run = openRun();
  assert.deepEqual(typesOf(answer(run, [], 10, { forceNewTask: true })), [
    'WorkflowTaskCompleted',
    'WorkflowTaskScheduled',
  ]);
});

test('a completion makes the run stick to its worker, or lets it go', () => {
  const run = openRun();
  answer(run, [], 10, { forceNewTask: true, sticky });
  assert.deepEqual(run.sticky, sticky);
  takeTask(run, 20, worker, 'sticky');
  answer(run, [], 30);
  assert.equal(run.sticky, undefined);
});

test('a sticky queue without a time limit is waited for no longer than ten seconds', () => {
  const run = openRun();
  answer(run, [], 10, { forceNewTask: true, sticky: { queue: 'sticky', scheduleToStartTimeoutMs: 0 } });
  assert.deepEqual(typesOf(passTime(run, 10_010)), ['WorkflowTaskTimedOut', 'WorkflowTaskScheduled']);
});

test('one bad command rejects the whole completion, and says why', () => {
  const run = openRun();
  const decision = answered(run, [startTimer('t'), startTimer('u', -1), startTimer('v')], 10, { sticky });
  const message = 'BadStartTimerAttributes: timer "u" is to fire after -1 ms: it must be 0 or more';
  assert.deepEqual(decision.refusal, { code: 'INVALID_ARGUMENT', message });
  const events = play(run, decision, 10);
  const { cause, failure } = only(events, 'WorkflowTaskFailed');
  assert.equal(cause, 'BAD_START_TIMER_ATTRIBUTES');
  assert.equal(failure?.message, message);
  assert.deepEqual(typesOf(events), ['WorkflowTaskFailed']);
  assert.equal(run.timers.size, 0);
  assert.equal(run.sticky, undefined);
  assert.deepEqual(run.taskFailure, { cause, failure: run.taskFailure?.failure, timeMs: 10 });
});

test('a bad command of a further attempt leaves no event', () => {
  const run = openRun();
  play(run, answered(run, [startTimer('')], 10), 10);
  assert.deepEqual(typesOf(play(run, answered(run, [startTimer('')], 20), 20)), []);
  assert.equal(run.task?.attempt, 3);
});

test('a command that this version does not carry out is rejected by name', () => {
  const run = openRun();
  const decision = answered(run, [{ type: 'RecordMarker', attributes: { markerName: 'm' } }], 10);
  assert.equal(
    decision.refusal?.message,
    'FeatureDisabled: this version of perdure does not carry out the command RecordMarker',
  );
});

test('a workflow that closes without knowing of something is asked again with that in its history', () => {
  const run = runWithUnseenSignal();
  const decision = answered(run, [complete], 30);
  assert.deepEqual(decision.refusal, { code: 'INVALID_ARGUMENT', message: 'UnhandledCommand' });
  const events = play(run, decision, 30);
  assert.deepEqual(typesOf(events), ['WorkflowTaskFailed', 'WorkflowExecutionSignaled', 'WorkflowTaskScheduled']);
  assert.equal(only(events, 'WorkflowTaskFailed').cause, 'UNHANDLED_COMMAND');
  assert.equal(run.task?.attempt, 1);
  assert.equal(run.taskFailure, undefined);
  answer(run, [complete], 40);
  assert.equal(run.status, 'COMPLETED');
});

test('of two commands that close the workflow the first wins, and what follows is dropped', () => {
  const run = openRun();
  const events = answer(
    run,
    [startTimer('t'), complete, { type: 'CancelWorkflowExecution', attributes: {} }, startTimer('u')],
    10,
  );
  assert.deepEqual(typesOf(events), ['WorkflowTaskCompleted', 'TimerStarted', 'WorkflowExecutionCompleted']);
  assert.equal(run.status, 'COMPLETED');
  assert.equal(run.timers.size, 0);
});

test('a bad command behind the one that closes the workflow is not looked at', () => {
  const run = openRun();
  answer(run, [complete, startTimer('')], 10);
  assert.equal(run.status, 'COMPLETED');
});

test('a worker that asks for a further task and closes the workflow gets none', () => {
  const run = openRun();
  answer(run, [complete], 10, { forceNewTask: true });
  assert.equal(historyOf(run).at(-1)?.type, 'WorkflowExecutionCompleted');
});

test('an answer to a task that is over, or of a closed run, is told that there is no such task', () => {
  const run = openRun();
  const claim = takeTask(run, 0);
  const completion = { commands: [complete], identity: 'worker' };
  const other = { ...claim, scheduledEventId: 99 };
  assert.equal(completeWorkflowTask(run, other, completion, at(0)).refusal?.code, 'NOT_FOUND');
  play(run, completeWorkflowTask(run, claimOf(run), completion, at(0)), 0);
  assert.deepEqual(completeWorkflowTask(run, claim, completion, at(0)).refusal, {
    code: 'NOT_FOUND',
    message: 'Workflow task not found.',
    detail: { type: 'NotFoundFailure' },
  });
});
