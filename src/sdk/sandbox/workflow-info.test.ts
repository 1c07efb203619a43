import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { WorkflowRunner } from './runner.ts';
import { HistoryBuilder, payload, value } from './testing/history-builder.ts';
import { only, startSandbox, step } from './testing/sandbox.ts';

let runner: WorkflowRunner;
before(async () => {
  runner = await startSandbox('basics');
});
after(() => runner.close());

test('workflowInfo tells what the run was started with, and how long its history is at each task', async () => {
  const history = new HistoryBuilder({
    workflowType: 'info',
    workflowId: 'report-7',
    runId: 'run-2',
    started: {
      firstExecutionRunId: 'run-1',
      continuedExecutionRunId: 'run-1',
      attempt: 2,
      memo: { owner: payload('me') },
      searchAttributes: { Kind: payload('report'), Tags: payload(['a', 'b']) },
      retryPolicy: { initialIntervalMs: 1_000, backoffCoefficient: 2, maximumAttempts: 3 },
      workflowRunTimeoutMs: 60_000,
      lastCompletionResult: [payload('before')],
      parentWorkflowExecution: { workflowId: 'parent', runId: 'p' },
      parentWorkflowNamespace: 'default',
      priority: { priorityKey: 1 },
    },
  }).task({ historySizeBytes: 300 });
  await step(runner, history);
  history.timerFired('1').task({ historySizeBytes: 5_000_000, suggestContinueAsNew: true });
  const last = await step(runner, history, { sticky: true });
  const { first, second, frozen } = value(only(last, 'CompleteWorkflowExecution').result) as Record<
    string,
    Record<string, unknown>
  >;
  const { startTime, runStartTime, unsafe, ...rest } = first ?? {};
  assert.deepEqual(rest, {
    workflowId: 'report-7',
    runId: 'run-2',
    workflowType: 'info',
    namespace: 'default',
    taskQueue: 'documents',
    firstExecutionRunId: 'run-1',
    continuedFromExecutionRunId: 'run-1',
    memo: { owner: 'me' },
    searchAttributes: { Kind: ['report'], Tags: ['a', 'b'] },
    parent: { workflowId: 'parent', runId: 'p', namespace: 'default' },
    runTimeoutMs: 60_000,
    taskTimeoutMs: 10_000,
    retryPolicy: { initialInterval: 1_000, backoffCoefficient: 2, maximumAttempts: 3 },
    attempt: 2,
    lastResult: 'before',
    priority: { priorityKey: 1 },
    historyLength: 3,
    historySize: 300,
    continueAsNewSuggested: false,
  });
  const startedMs = history.events[0]?.eventTimeMs ?? 0;
  assert.equal(startTime, new Date(startedMs).toISOString());
  assert.equal(runStartTime, startTime);
  assert.deepEqual(unsafe, { isReplaying: false, isReplayingHistoryEvents: false });
  assert.equal(second?.historyLength, history.events.findLast(({ type }) => type === 'WorkflowTaskStarted')?.eventId);
  assert.equal(second?.historySize, 5_000_000);
  assert.equal(second?.continueAsNewSuggested, true);
  assert.equal(frozen, true);
});

test('isReplaying is true for the tasks that were answered before, and false for the one to be answered', async () => {
  const history = new HistoryBuilder({ workflowType: 'info' }).task();
  await step(runner, history);
  runner.evict(history.runId);
  const last = await step(runner, history.timerFired('1').task());
  const { first, second } = value(only(last, 'CompleteWorkflowExecution').result) as Record<
    string,
    { unsafe: unknown }
  >;
  assert.deepEqual(first?.unsafe, { isReplaying: true, isReplayingHistoryEvents: true });
  assert.deepEqual(second?.unsafe, { isReplaying: false, isReplayingHistoryEvents: false });
});

test('a default export takes the workflows whose names have no export of their own', async () => {
  const last = await step(runner, new HistoryBuilder({ workflowType: 'somethingElse' }).task());
  assert.equal(value(only(last, 'CompleteWorkflowExecution').result), 'default of somethingElse');
});
