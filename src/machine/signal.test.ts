import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  at,
  begin,
  begun,
  historyOf,
  only,
  openRun,
  passTime,
  play,
  startRequest,
  typesOf,
} from '../../test/machine/play.ts';
import {
  answer,
  answered,
  applicationFailure,
  complete,
  fail,
  payload,
  startTimer,
  takeTask,
} from '../../test/machine/worker.ts';
import { decided } from './fact.ts';
import { signaled, signalWorkflow } from './signal.ts';
import { beginSuccessor, startWorkflow } from './start.ts';

test('a signal is in history with all that its sender said, and wakes the workflow', () => {
  const run = openRun();
  answer(run, [startTimer('t')], 0);
  const request = {
    signalName: 's',
    input: [payload(1)],
    identity: 'client',
    header: { trace: payload('x') },
    requestId: 'r',
  };
  const events = play(run, signalWorkflow(run, request), 10);
  assert.deepEqual(typesOf(events), ['WorkflowExecutionSignaled', 'WorkflowTaskScheduled']);
  assert.deepEqual(only(events, 'WorkflowExecutionSignaled'), request);
});

test('a signal to a run whose workflow task is pending schedules no second one', () => {
  const run = openRun();
  assert.deepEqual(typesOf(play(run, signalWorkflow(run, { signalName: 's' }), 10)), ['WorkflowExecutionSignaled']);
});

test('a signal with a request id that the run has seen changes nothing, also after the run has closed', () => {
  const run = openRun();
  const request = { signalName: 's', requestId: 'r' };
  play(run, signalWorkflow(run, request), 10);
  assert.deepEqual(signalWorkflow(run, request).facts, []);
  answer(run, [complete], 20);
  assert.deepEqual(signalWorkflow(run, request), { facts: [] });
  assert.equal(run.signalCount, 1);
});

test('a signal may have the request id of the start', () => {
  const run = openRun();
  const decision = signalWorkflow(run, { signalName: 's', requestId: startRequest.requestId });
  assert.deepEqual(typesOf(play(run, decision, 10)), ['WorkflowExecutionSignaled']);
  assert.equal(run.requestIds.get(startRequest.requestId), 'start');
});

test('a signal without a request id is taken as often as it comes', () => {
  const run = openRun();
  play(run, signalWorkflow(run, { signalName: 's' }), 10);
  play(run, signalWorkflow(run, { signalName: 's' }), 10);
  assert.equal(run.signalCount, 2);
});

test('a signal without a name, to a closed run, or beyond 10,000 is refused', () => {
  const run = openRun();
  assert.equal(signalWorkflow(run, { signalName: '' }).refusal?.message, 'SignalName is not set on request.');
  play(run, decided(...Array.from({ length: 10_000 }, () => signaled({ signalName: 's' }))), 10);
  const { refusal } = signalWorkflow(run, { signalName: 's' });
  assert.equal(refusal?.code, 'INVALID_ARGUMENT');
  assert.match(refusal?.message ?? '', /has received 10000 signals.*let the workflow continue as new/);
  answer(run, [complete], 20);
  assert.deepEqual(signalWorkflow(run, { signalName: 's' }).refusal, {
    code: 'NOT_FOUND',
    message: 'workflow execution already completed',
    detail: { type: 'NotFoundFailure' },
  });
});

test('a signal ends a start delay', () => {
  const run = openRun({ workflowStartDelayMs: 60_000 });
  const events = play(run, signalWorkflow(run, { signalName: 's' }), 10);
  assert.deepEqual(typesOf(events), ['WorkflowExecutionSignaled', 'WorkflowTaskScheduled']);
  takeTask(run, 20);
  assert.deepEqual(typesOf(passTime(run, 9_000)), []);
});

test('the signal that comes with the start does not end the start delay', () => {
  const firstSignal = signaled({ signalName: 's' });
  const run = openRun({ workflowStartDelayMs: 60_000, firstSignal });
  assert.deepEqual(typesOf(historyOf(run)), ['WorkflowExecutionStarted', 'WorkflowExecutionSignaled']);
  assert.deepEqual(typesOf(passTime(run, 60_000)), ['WorkflowTaskScheduled']);
});

test('the signal that comes with the start is in history before the first workflow task', () => {
  const run = openRun({ firstSignal: signaled({ signalName: 's' }) });
  assert.deepEqual(typesOf(historyOf(run)), [
    'WorkflowExecutionStarted',
    'WorkflowExecutionSignaled',
    'WorkflowTaskScheduled',
  ]);
  assert.equal(run.signalCount, 1);
});

test('a signal does not end the back-off of a retry', () => {
  const first = begun(startWorkflow(undefined, { ...startRequest, retryPolicy: {} }, at(0)), 0);
  const decision = answered(first, [fail(applicationFailure('broken'))], 10);
  play(first, decision, 10);
  const started = only(historyOf(first), 'WorkflowExecutionStarted');
  assert(decision.successor);
  const second = begin(beginSuccessor(first, started, decision.successor), 10);
  const events = play(second, signalWorkflow(second, { signalName: 's' }), 20);
  assert.deepEqual(typesOf(events), ['WorkflowExecutionSignaled']);
  assert.deepEqual(typesOf(passTime(second, 1_010)), ['WorkflowTaskScheduled']);
});
