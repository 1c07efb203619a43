import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, historyOf, openRun, play } from '../../test/machine/play.ts';
import {
  activityOf,
  answer,
  payload,
  scheduleActivity,
  startTimer,
  takeActivity,
  takeTask,
  withActivity,
  worker,
} from '../../test/machine/worker.ts';
import type { HistoryEvent } from '../api/event.ts';
import { failActivity, heartbeat } from './activity.ts';
import { requestCancelWorkflow } from './close.ts';
import { changedParts, type PartRow, rowOf, runFrom } from './row.ts';
import type { Run } from './run.ts';
import { signalWorkflow } from './signal.ts';
import { failWorkflowTask } from './workflow-task.ts';

// That a run is read back as it was written is checked after every step that any test plays (test/machine/play.ts).

const startOf = (run: Run) => historyOf(run)[0] as HistoryEvent;

/** Every part of the run, as a store that was there from the start would have it. */
function partsOf(run: Run): PartRow[] {
  for (const id of run.activities.keys()) run.changed.set(`a${id}`, { kind: 'activity', id: `${id}` });
  for (const id of run.timers.keys()) run.changed.set(`t${id}`, { kind: 'timer', id });
  for (const id of run.requestIds.keys()) run.changed.set(`r${id}`, { kind: 'request', id });
  for (const id of run.buffered.keys()) run.changed.set(`b${id}`, { kind: 'buffered', id: `${id}` });
  const parts = changedParts(run).flatMap(({ kind, id, body }) => (body === undefined ? [] : [{ kind, id, body }]));
  run.changed.clear();
  return parts;
}

test('a run in the middle of everything is read back as it was written', () => {
  const run = openRun({ memo: { m: payload(1) }, retryPolicy: { maximumAttempts: 2 } });
  const { scheduledEventId } = withActivity(run, { activityId: 'started', heartbeatTimeoutMs: 9_000 });
  const claim = takeActivity(run, scheduledEventId, 10, { ...worker, processId: 'p1' });
  play(run, heartbeat(run, claim, [payload('half')]), 20);
  play(run, signalWorkflow(run, { signalName: 's', requestId: 'r', input: [payload(2)] }), 30);
  const sticky = { queue: 'sticky', scheduleToStartTimeoutMs: 5_000 };
  answer(run, [scheduleActivity({ activityId: 'ready' }), startTimer('t')], 40, { sticky });
  play(run, requestCancelWorkflow(run, {}), 50);
  takeTask(run, 60, { ...worker, processId: 'p1' }, 'sticky');
  play(run, signalWorkflow(run, { signalName: 'unseen' }), 70);
  const read = runFrom(run.key, startOf(run), rowOf(run), partsOf(run));
  assert.equal(read.task?.started?.processId, 'p1');
  assert.deepEqual(read.sticky, sticky);
  assert.equal(read.buffered.length, 1);
  assert.deepEqual(read.activities.get(scheduledEventId)?.heartbeatDetails, [payload('half')]);
});

test('the parts of a run are read in whatever order they come', () => {
  const run = openRun();
  answer(run, [startTimer('t'), startTimer('1')], 0, { forceNewTask: true });
  takeTask(run, 10);
  for (const signalName of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l']) {
    play(run, signalWorkflow(run, { signalName, requestId: signalName }), 20);
  }
  const parts = partsOf(run).toSorted((one, other) => (`${one.id}${one.kind}` < `${other.id}${other.kind}` ? 1 : -1));
  const read = runFrom(run.key, startOf(run), rowOf(run), parts);
  const names = read.buffered.map(
    ({ event }) => event.type === 'WorkflowExecutionSignaled' && event.attributes.signalName,
  );
  assert.equal(names.join(''), 'abcdefghijkl');
});

test('bytes stay bytes, also those in a Buffer, and a name that looks like our mark stays a name', () => {
  const run = openRun({ memo: { $bytes: payload(1) } });
  const { scheduledEventId } = withActivity(run);
  const claim = takeActivity(run, scheduledEventId, 10);
  const details = [{ metadata: { $bytes: Buffer.from('x') }, data: Buffer.from('details') }];
  play(run, heartbeat(run, claim, details), 20);
  const read = runFrom(run.key, startOf(run), rowOf(run), partsOf(run));
  const bytes = (text: string) => new TextEncoder().encode(text);
  assert.deepEqual(read.activities.get(scheduledEventId)?.heartbeatDetails, [
    { metadata: { $bytes: bytes('x') }, data: bytes('details') },
  ]);
  assert.deepEqual(read.birth.memo, { $bytes: payload(1) });
});

test('why the workflow task and the attempt before failed is kept with its bytes', () => {
  const run = openRun();
  const { scheduledEventId } = withActivity(run);
  const claim = takeActivity(run, scheduledEventId, 10);
  const failure = { message: 'broken', applicationFailureInfo: { type: 'x', details: [payload(1)] } };
  play(run, failActivity(run, claim, { failure, identity: 'worker' }, at(20)), 20);
  play(run, signalWorkflow(run, { signalName: 's' }), 30);
  const claimed = takeTask(run, 40);
  const cause = 'WORKFLOW_WORKER_UNHANDLED_FAILURE';
  play(run, failWorkflowTask(run, claimed, { cause, failure, identity: 'worker' }, at(50)), 50);
  const read = runFrom(run.key, startOf(run), rowOf(run), partsOf(run));
  assert.deepEqual(read.taskFailure?.failure, failure);
  assert.deepEqual(activityOf(read, scheduledEventId).lastFailure, failure);
});

test('a part that is no more is written as nothing', () => {
  const run = openRun();
  run.changed.set('a', { kind: 'activity', id: '5' });
  run.changed.set('t', { kind: 'timer', id: 't' });
  run.changed.set('b', { kind: 'buffered', id: '0' });
  run.changed.set('r', { kind: 'request', id: 'r' });
  assert.deepEqual(
    changedParts(run).map(({ body }) => body),
    [undefined, undefined, undefined, undefined],
  );
});

test('a row of a newer format is refused, naming what to update', () => {
  const run = openRun();
  const row = rowOf(run).replace('"format":1', '"format":2');
  assert.throws(
    () => runFrom(run.key, startOf(run), row, []),
    /workflow order-7 was written in format 2, and this version of perdure reads format 1: update perdure/,
  );
});

test('a history that does not begin with its start is a bug', () => {
  const run = openRun();
  const second = historyOf(run)[1] as HistoryEvent;
  assert.throws(() => runFrom(run.key, second, rowOf(run), []), /does not begin with its start/);
});
