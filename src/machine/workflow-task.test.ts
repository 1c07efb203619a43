import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, historyOf, only, openRun, passTime, play, typesOf } from '../../test/machine/play.ts';
import { answer, claimOf, complete, startTimer, takeTask, worker } from '../../test/machine/worker.ts';
import { endOrphans, meetDeadline, readyTasks } from './due.ts';
import type { Run } from './run.ts';
import { signalWorkflow } from './signal.ts';
import { failWorkflowTask, startWorkflowTask, type TaskFailure, transientEvents } from './workflow-task.ts';

const signal = { signalName: 's' };
const sticky = { queue: 'sticky', scheduleToStartTimeoutMs: 5_000 };
const broken: TaskFailure = {
  cause: 'WORKFLOW_WORKER_UNHANDLED_FAILURE',
  failure: { message: 'broken' },
  identity: 'worker',
  binaryChecksum: 'build-1',
};

/** The pending task is taken, and failed by the worker. */
function failTask(run: Run, nowMs: number, failure = broken) {
  takeTask(run, nowMs);
  return play(run, failWorkflowTask(run, claimOf(run), failure, at(nowMs)), nowMs);
}

/** A run that sticks to a worker and has something for it. */
function stickyRun() {
  const run = openRun();
  answer(run, [startTimer('t', 500)], 0, { sticky });
  passTime(run, 500);
  return run;
}

test('a task is taken once', () => {
  const run = openRun();
  const claim = { scheduledEventId: 2, attempt: 1, queue: 'q', start: worker };
  const events = play(run, startWorkflowTask(run, claim, at(10)), 10);
  const { identity, requestId, scheduledEventId } = only(events, 'WorkflowTaskStarted');
  assert.deepEqual({ identity, requestId, scheduledEventId }, { ...worker, scheduledEventId: 2 });
  assert.deepEqual(startWorkflowTask(run, claim, at(20)).facts, []);
});

test('a task that is gone, or another attempt of it, cannot be taken', () => {
  const run = openRun();
  const claim = { scheduledEventId: 2, attempt: 1, queue: 'q', start: worker };
  assert.deepEqual(startWorkflowTask(run, { ...claim, attempt: 2 }, at(0)).facts, []);
  assert.deepEqual(startWorkflowTask(run, { ...claim, scheduledEventId: 1 }, at(0)).facts, []);
  answer(run, [], 0);
  assert.deepEqual(startWorkflowTask(run, claim, at(0)).facts, []);
});

test('the process of an embedded worker is known to have the task', () => {
  const run = openRun();
  takeTask(run, 0, { ...worker, processId: 'p1' });
  assert.equal(run.task?.started?.processId, 'p1');
});

test('a workflow is told to continue as new when its history is long', () => {
  const run = openRun();
  const claim = { scheduledEventId: 2, attempt: 1, queue: 'q', start: worker };
  const decide = (settings: Parameters<typeof at>[1]) => startWorkflowTask(run, claim, at(0, settings)).facts[0];
  const suggested = (settings: Parameters<typeof at>[1]) => {
    const fact = decide(settings);
    assert(fact?.type === 'WorkflowTaskStarted');
    return fact.attributes.suggestContinueAsNew && fact.attributes.suggestContinueAsNewReasons;
  };
  assert.equal(suggested({}), undefined);
  assert.deepEqual(suggested({ suggestContinueAsNewEvents: 2 }), ['TOO_MANY_HISTORY_EVENTS']);
  assert.equal(suggested({ suggestContinueAsNewEvents: 3 }), undefined);
  const sizeBytes = run.historySizeBytes;
  assert.deepEqual(suggested({ suggestContinueAsNewBytes: sizeBytes }), ['HISTORY_SIZE_TOO_LARGE']);
  assert.equal(suggested({ suggestContinueAsNewBytes: sizeBytes + 1 }), undefined);
  assert.deepEqual(suggested({ suggestContinueAsNewBytes: 1, suggestContinueAsNewEvents: 1 }), [
    'HISTORY_SIZE_TOO_LARGE',
    'TOO_MANY_HISTORY_EVENTS',
  ]);
});

test('a failed first attempt is in history, and what is said of it is kept until a task completes', () => {
  const run = openRun();
  const events = failTask(run, 10);
  assert.deepEqual(only(events, 'WorkflowTaskFailed'), { ...broken, scheduledEventId: 2, startedEventId: 3 });
  assert.deepEqual(run.taskFailure, { cause: broken.cause, failure: broken.failure, timeMs: 10 });
  answer(run, [], 20);
  assert.equal(run.taskFailure, undefined);
});

test('further attempts leave no event until one completes', () => {
  const run = openRun();
  failTask(run, 10);
  assert.deepEqual(typesOf(failTask(run, 20)), []);
  passTime(run, 1_020);
  assert.equal(historyOf(run).length, 4);
  const events = answer(run, [complete], 1_030);
  assert.deepEqual(typesOf(events), [
    'WorkflowTaskScheduled',
    'WorkflowTaskStarted',
    'WorkflowTaskCompleted',
    'WorkflowExecutionCompleted',
  ]);
  assert.equal(only(events, 'WorkflowTaskScheduled').attempt, 3);
  assert.deepEqual(
    events.map(({ eventTimeMs }) => eventTimeMs),
    [1_020, 1_030, 1_030, 1_030],
  );
  const { scheduledEventId, startedEventId } = only(events, 'WorkflowTaskCompleted');
  assert.deepEqual({ scheduledEventId, startedEventId }, { scheduledEventId: 5, startedEventId: 6 });
});

test('the events that a worker sees of a transient task are those that are written when it completes', () => {
  const run = openRun();
  failTask(run, 10);
  takeTask(run, 20);
  assert(run.task);
  const seen = transientEvents(run, run.task, at(20));
  const written = answer(run, [], 30).slice(0, 2);
  assert.deepEqual(
    written.map(({ type, eventTimeMs }) => ({ type, eventTimeMs })),
    seen.map(({ type, eventTimeMs }) => ({ type, eventTimeMs })),
  );
  assert.equal(only(written, 'WorkflowTaskStarted').historySizeBytes, seen[1].attributes.historySizeBytes);
});

test('commands of a transient task get the ids behind its own events', () => {
  const run = openRun();
  failTask(run, 10);
  const events = answer(run, [startTimer('t')], 20);
  assert.deepEqual(
    events.map(({ eventId, type }) => `${eventId} ${type}`),
    ['5 WorkflowTaskScheduled', '6 WorkflowTaskStarted', '7 WorkflowTaskCompleted', '8 TimerStarted'],
  );
  assert.equal(only(events, 'TimerStarted').workflowTaskCompletedEventId, 7);
});

test('an event while a transient task waits makes of it a normal first attempt', () => {
  const run = openRun();
  failTask(run, 10);
  assert.deepEqual(typesOf(play(run, signalWorkflow(run, signal), 20)), ['WorkflowExecutionSignaled']);
  takeTask(run, 30, { ...worker, processId: 'p1' });
  assert.deepEqual(typesOf(historyOf(run).slice(-3)), [
    'WorkflowExecutionSignaled',
    'WorkflowTaskScheduled',
    'WorkflowTaskStarted',
  ]);
  assert.equal(run.task?.attempt, 1);
  assert.equal(run.task?.started?.processId, 'p1');
});

test('an event while a transient task pauses makes of it a normal first attempt when the pause is over', () => {
  const run = openRun();
  failTask(run, 10);
  failTask(run, 20);
  play(run, signalWorkflow(run, signal), 30);
  const events = passTime(run, 1_020);
  assert.deepEqual(typesOf(events), ['WorkflowTaskScheduled']);
  assert.equal(only(events, 'WorkflowTaskScheduled').attempt, 1);
});

test('an event while a transient task is started is buffered, and the next attempt is a first one', () => {
  const run = openRun();
  failTask(run, 10);
  takeTask(run, 20);
  play(run, signalWorkflow(run, signal), 30);
  const events = play(run, failWorkflowTask(run, claimOf(run), broken, at(40)), 40);
  assert.deepEqual(typesOf(events), ['WorkflowExecutionSignaled', 'WorkflowTaskScheduled']);
  assert.equal(run.task?.attempt, 1);
});

test('the second attempt follows at once, and the pauses before further ones double up to a minute', () => {
  const run = openRun();
  const pauses: number[] = [];
  let nowMs = 0;
  for (let attempt = 1; attempt <= 11; attempt += 1) {
    failTask(run, nowMs);
    pauses.push((run.task?.notBeforeMs ?? 0) - nowMs);
    nowMs += pauses.at(-1) ?? 0;
    passTime(run, nowMs);
  }
  assert.deepEqual(pauses, [0, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000, 60_000]);
});

test('a task that pauses is offered to nobody, and taken by nobody', () => {
  const run = openRun();
  failTask(run, 10);
  failTask(run, 20);
  assert.deepEqual(readyTasks(run), []);
  const claim = { scheduledEventId: 5, attempt: 3, queue: 'q', start: worker };
  assert.deepEqual(startWorkflowTask(run, claim, at(30)).facts, []);
  passTime(run, 1_020);
  assert.deepEqual(readyTasks(run), [{ kind: 'workflow', scheduledEventId: 5, attempt: 3 }]);
});

test('from the fourth attempt on a task has more and more time, up to ten minutes more', () => {
  const run = openRun({ workflowTaskTimeoutMs: 1_000 });
  const timeouts: number[] = [];
  let nowMs = 0;
  for (let attempt = 1; attempt <= 11; attempt += 1) {
    timeouts.push(run.task?.timeoutMs ?? 0);
    failTask(run, nowMs);
    nowMs += 60_000;
    passTime(run, nowMs);
  }
  const more = [10_000, 20_000, 40_000, 80_000, 160_000, 320_000, 600_000, 600_000];
  assert.deepEqual(timeouts, [1_000, 1_000, 1_000, ...more.map((ms) => 1_000 + ms)]);
});

test('it is known when the first of all attempts was scheduled', () => {
  const run = openRun({}, 5);
  failTask(run, 10);
  failTask(run, 20);
  passTime(run, 1_020);
  assert.equal(run.task?.originalScheduledTimeMs, 5);
  assert.equal(run.task?.scheduledTimeMs, 1_020);
});

test('a task that is not answered in time is timed out, in history only the first attempt', () => {
  const run = openRun();
  takeTask(run, 10);
  const events = passTime(run, 10_010);
  assert.deepEqual(only(events, 'WorkflowTaskTimedOut'), {
    scheduledEventId: 2,
    startedEventId: 3,
    timeoutType: 'START_TO_CLOSE',
  });
  assert.equal(run.task?.attempt, 2);
  takeTask(run, 10_020);
  assert.deepEqual(typesOf(passTime(run, 20_020)), []);
  assert.equal(run.task?.attempt, 3);
});

test('a late answer to a task that was timed out is told that there is no such task', () => {
  const run = openRun();
  const claim = takeTask(run, 10);
  passTime(run, 10_010);
  const notFound = {
    code: 'NOT_FOUND',
    message: 'Workflow task not found.',
    detail: { type: 'NotFoundFailure' },
  };
  assert.deepEqual(failWorkflowTask(run, claim, broken, at(10_020)).refusal, notFound);
  takeTask(run, 10_020);
  assert.deepEqual(failWorkflowTask(run, claim, broken, at(10_030)).refusal, notFound);
  const other = { ...claimOf(run), startedEventId: 99 };
  assert.deepEqual(failWorkflowTask(run, other, broken, at(10_030)).refusal, notFound);
});

test('a failure while the run sticks to a worker clears that and keeps the attempt', () => {
  const run = stickyRun();
  takeTask(run, 510, worker, 'sticky');
  const events = play(run, failWorkflowTask(run, claimOf(run), broken, at(520)), 520);
  assert.deepEqual(typesOf(events), ['WorkflowTaskFailed', 'WorkflowTaskScheduled']);
  assert.equal(only(events, 'WorkflowTaskScheduled').attempt, 1);
  assert.equal(run.sticky, undefined);
});

test('a timeout while the run sticks to a worker clears that and keeps the attempt', () => {
  const run = stickyRun();
  takeTask(run, 510, worker, 'sticky');
  const events = passTime(run, 10_510);
  assert.deepEqual(typesOf(events), ['WorkflowTaskTimedOut', 'WorkflowTaskScheduled']);
  assert.equal(only(events, 'WorkflowTaskScheduled').attempt, 1);
  assert.equal(run.sticky, undefined);
});

test('a task that its sticky worker does not take in time is for any worker', () => {
  const run = stickyRun();
  assert.deepEqual(typesOf(passTime(run, 5_499)), []);
  const events = passTime(run, 5_500);
  assert.deepEqual(only(events, 'WorkflowTaskTimedOut'), {
    scheduledEventId: 7,
    startedEventId: 0,
    timeoutType: 'SCHEDULE_TO_START',
  });
  assert.equal(only(events, 'WorkflowTaskScheduled').attempt, 1);
  assert.equal(run.sticky, undefined);
  assert.deepEqual(typesOf(passTime(run, 60_000)), []);
});

test('a run stays with its sticky worker when that takes the task, and leaves it when another does', () => {
  const stays = stickyRun();
  takeTask(stays, 510, worker, 'sticky');
  assert.equal(stays.sticky?.queue, 'sticky');
  const leaves = stickyRun();
  takeTask(leaves, 510, worker, 'q');
  assert.equal(leaves.sticky, undefined);
});

test('a task that a dead process had ends at once, and the next attempt does not pause', () => {
  const run = openRun();
  failTask(run, 10);
  takeTask(run, 20, { ...worker, processId: 'dead' });
  play(run, endOrphans(run, 'alive', at(30)), 30);
  assert.equal(run.task?.attempt, 3);
  assert.equal(run.task?.notBeforeMs, 1_030);
  play(run, endOrphans(run, 'alive', at(30)), 30);
  assert.deepEqual(readyTasks(run), [{ kind: 'workflow', scheduledEventId: 5, attempt: 3 }]);
  assert.deepEqual(endOrphans(run, 'alive', at(30)).facts, []);
});

test('the pause of a task that failed in this process goes on', () => {
  const run = openRun();
  failTask(run, 10);
  takeTask(run, 20, { ...worker, processId: 'alive' });
  play(run, failWorkflowTask(run, claimOf(run), broken, at(30)), 30);
  assert.deepEqual(endOrphans(run, 'alive', at(40)).facts, []);
  assert.deepEqual(meetDeadline(run, at(40)).facts, []);
});

test('a transient task that nobody has started has no events to show', () => {
  const run = openRun();
  failTask(run, 10);
  const { task } = run;
  assert(task);
  assert.throws(() => transientEvents(run, task, at(20)), /that was not started has no events/);
});
