import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, begin, historyOf, only, openRun, passTime, play, typesOf } from '../../test/machine/play.ts';
import {
  answer,
  claimOf,
  complete,
  payload,
  startTimer,
  takeActivity,
  takeTask,
  withActivity,
} from '../../test/machine/worker.ts';
import { requestCancelWorkflow, terminateWorkflow } from './close.ts';
import { meetDeadline } from './due.ts';
import { signalWorkflow } from './signal.ts';
import { beginSuccessor } from './start.ts';
import { failWorkflowTask } from './workflow-task.ts';

const broken = { cause: 'WORKFLOW_WORKER_UNHANDLED_FAILURE', identity: 'worker' } as const;

test('a terminated run says by whom and why', () => {
  const run = openRun();
  const termination = { reason: 'no longer needed', details: [payload(1)], identity: 'operator' };
  const events = play(run, terminateWorkflow(run, termination), 10);
  assert.deepEqual(only(events, 'WorkflowExecutionTerminated'), termination);
  assert.equal(run.status, 'TERMINATED');
  assert.equal(run.closeTimeMs, 10);
});

test('what a request is linked with stays with its event', () => {
  const link = { workflowEvent: { namespace: 'default', workflowId: 'other', runId: 'r' } };
  const run = openRun();
  const [requested] = play(run, requestCancelWorkflow(run, { links: [link] }), 10);
  const [terminated] = play(run, terminateWorkflow(run, { links: [link] }), 20);
  assert.deepEqual([requested?.links, terminated?.links], [[link], [link]]);
});

test('a closed run cannot be terminated', () => {
  const run = openRun();
  answer(run, [complete], 10);
  assert.equal(terminateWorkflow(run, {}).refusal?.code, 'NOT_FOUND');
});

test('a run that is ended while its task is started fails the task first, and what was buffered gets its place', () => {
  const run = openRun();
  takeTask(run, 10);
  play(run, signalWorkflow(run, { signalName: 's' }), 20);
  const events = play(run, terminateWorkflow(run, {}), 30);
  assert.deepEqual(typesOf(events), ['WorkflowTaskFailed', 'WorkflowExecutionSignaled', 'WorkflowExecutionTerminated']);
  assert.equal(only(events, 'WorkflowTaskFailed').cause, 'FORCE_CLOSE_COMMAND');
  assert.equal(only(events, 'WorkflowTaskFailed').identity, 'worker');
});

test('a run that is ended while a further attempt is started leaves no event of that', () => {
  const run = openRun();
  takeTask(run, 10);
  play(run, failWorkflowTask(run, claimOf(run), broken, at(20)), 20);
  takeTask(run, 30);
  assert.deepEqual(typesOf(play(run, terminateWorkflow(run, {}), 40)), ['WorkflowExecutionTerminated']);
});

test('with the run end all that was pending', () => {
  const run = openRun();
  answer(run, [startTimer('t')], 0);
  play(run, signalWorkflow(run, { signalName: 's' }), 0);
  const { scheduledEventId } = withActivity(run);
  takeActivity(run, scheduledEventId, 10);
  play(run, terminateWorkflow(run, {}), 20);
  assert.equal(run.activities.size + run.timers.size + run.scheduledAttributes.size, 0);
  assert.deepEqual(meetDeadline(run, at(1_000_000)).facts, []);
});

test('a run that is ended before its first task waits for that no more', () => {
  const run = openRun({ workflowStartDelayMs: 60_000 });
  play(run, terminateWorkflow(run, {}), 10);
  assert.equal(run.firstTask, undefined);
});

test('a cancel request is told to the workflow, with its reason', () => {
  const run = openRun();
  answer(run, [], 0);
  const external = { workflowId: 'parent', runId: 'r' };
  const events = play(run, requestCancelWorkflow(run, { reason: 'late', identity: 'client', external }), 10);
  assert.deepEqual(typesOf(events), ['WorkflowExecutionCancelRequested', 'WorkflowTaskScheduled']);
  assert.deepEqual(only(events, 'WorkflowExecutionCancelRequested'), {
    cause: 'late',
    identity: 'client',
    externalWorkflowExecution: external,
  });
});

test('a second cancel request, or one for a closed run, does nothing and is no error', () => {
  const run = openRun();
  play(run, requestCancelWorkflow(run, {}), 10);
  assert.deepEqual(requestCancelWorkflow(run, {}), { facts: [] });
  answer(run, [complete], 20);
  assert.deepEqual(requestCancelWorkflow(run, {}), { facts: [] });
});

test('a cancel request while the workflow task is pending schedules no second one', () => {
  const run = openRun();
  assert.deepEqual(typesOf(play(run, requestCancelWorkflow(run, {}), 10)), ['WorkflowExecutionCancelRequested']);
});

test('a cancel request ends a start delay: nobody cancels in order to wait', () => {
  const run = openRun({ workflowStartDelayMs: 60_000 });
  const events = play(run, requestCancelWorkflow(run, {}), 10);
  assert.deepEqual(typesOf(events), ['WorkflowExecutionCancelRequested', 'WorkflowTaskScheduled']);
  assert.equal(run.firstTask, undefined);
});

test('a run that is out of its own time is timed out, and without a retry policy that is the end', () => {
  const run = openRun({ workflowRunTimeoutMs: 5_000 });
  takeTask(run, 10);
  assert.deepEqual(typesOf(passTime(run, 4_999)), []);
  const events = passTime(run, 5_000);
  assert.deepEqual(typesOf(events), ['WorkflowTaskFailed', 'WorkflowExecutionTimedOut']);
  assert.deepEqual(only(events, 'WorkflowExecutionTimedOut'), { retryState: 'RETRY_POLICY_NOT_SET' });
  assert.equal(run.status, 'TIMED_OUT');
});

test('a run that is out of its own time is retried by its policy', () => {
  const run = openRun({ workflowRunTimeoutMs: 5_000, retryPolicy: { initialIntervalMs: 2_000 } });
  const decision = meetDeadline(run, at(5_000));
  const timedOut = only(play(run, decision, 5_000), 'WorkflowExecutionTimedOut');
  assert.equal(timedOut.retryState, 'IN_PROGRESS');
  assert(decision.successor);
  assert.equal(timedOut.newExecutionRunId, decision.successor.runId);
  const next = begin(beginSuccessor(run, only(historyOf(run), 'WorkflowExecutionStarted'), decision.successor), 5_000);
  const { continuedFailure, attempt } = only(historyOf(next), 'WorkflowExecutionStarted');
  assert.equal(attempt, 2);
  assert.equal(continuedFailure?.message, 'workflow timeout');
  assert.equal(continuedFailure?.timeoutFailureInfo?.timeoutType, 'START_TO_CLOSE');
  assert.deepEqual(typesOf(passTime(next, 7_000)), ['WorkflowTaskScheduled']);
  assert.deepEqual(typesOf(passTime(next, 11_999)), []);
  assert.equal(next.birth.runExpiresAtMs, 12_000);
});

test('when the time of the whole chain is over, no policy helps', () => {
  const run = openRun({ workflowExecutionTimeoutMs: 5_000, retryPolicy: {} });
  takeTask(run, 10);
  const decision = meetDeadline(run, at(5_000));
  const events = play(run, decision, 5_000);
  assert.deepEqual(typesOf(events), ['WorkflowTaskFailed', 'WorkflowExecutionTimedOut']);
  assert.deepEqual(only(events, 'WorkflowExecutionTimedOut'), { retryState: 'TIMEOUT' });
  assert.equal(decision.successor, undefined);
});
