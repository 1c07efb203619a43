import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { WorkflowRunner } from './runner.ts';
import { HistoryBuilder, payload, value } from './testing/history-builder.ts';
import { completed, only, startSandbox } from './testing/sandbox.ts';

let runner: WorkflowRunner;
before(async () => {
  runner = await startSandbox('basics');
});
after(() => runner.close());

test('continueAsNew ends the run with the arguments of the next, and passes on what the run was started with', async () => {
  const started = {
    memo: { owner: payload('me') },
    searchAttributes: { Kind: payload('report') },
    retryPolicy: { initialIntervalMs: 1_000, maximumAttempts: 3 },
    workflowRunTimeoutMs: 3_600_000,
    workflowTaskTimeoutMs: 20_000,
  };
  const outcome = await completed(
    runner,
    new HistoryBuilder({ workflowType: 'again', args: [1], started }).task().poll(),
  );
  const { input, ...attributes } = only(outcome, 'ContinueAsNewWorkflowExecution');
  assert.equal(value(input), 2);
  assert.deepEqual(attributes, {
    workflowType: 'again',
    taskQueue: { name: 'documents' },
    initiator: 'WORKFLOW',
    ...started,
  });
});

test('makeContinueAsNewFunc says otherwise where it is told', async () => {
  const outcome = await completed(runner, new HistoryBuilder({ workflowType: 'againElsewhere' }).task().poll());
  const { input, ...attributes } = only(outcome, 'ContinueAsNewWorkflowExecution');
  assert.equal(value(input), 7);
  assert.deepEqual(attributes, {
    workflowType: 'again',
    taskQueue: { name: 'other' },
    initiator: 'WORKFLOW',
    workflowRunTimeoutMs: 3_600_000,
    workflowTaskTimeoutMs: 10_000,
    memo: { note: payload('kept') },
  });
});

test('the last of the chain completes', async () => {
  const outcome = await completed(runner, new HistoryBuilder({ workflowType: 'again', args: [3] }).task().poll());
  assert.equal(value(only(outcome, 'CompleteWorkflowExecution').result), 3);
});
