import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WorkflowFailedError } from '../../src/sdk/client/index.ts';
import { withWorker } from './with-worker.ts';
import { cancelsItself, chatty, cleansUp, countDown, limited, retried, whoAmI } from './workflows/talks.ts';

const silent = { note: async () => {} };

test('a workflow goes on as new, and the result is that of its last run', async () => {
  await using sdk = await withWorker('talks.ts');
  const handle = await sdk.start(countDown, 3);
  const runs = await handle.result();
  assert.equal(new Set(runs).size, 4);
  assert.equal(runs[0], handle.firstExecutionRunId);
  const listed = await Array.fromAsync(sdk.client.workflow.list({ query: `WorkflowId = '${handle.workflowId}'` }));
  assert.deepEqual(listed.map(({ status }) => status.name).toSorted(), [
    'COMPLETED',
    'CONTINUED_AS_NEW',
    'CONTINUED_AS_NEW',
    'CONTINUED_AS_NEW',
  ]);
});

test('a workflow knows itself and how long its history is', async () => {
  await using sdk = await withWorker('talks.ts');
  const handle = await sdk.start(whoAmI);
  const { uuid, historySize, ...info } = await handle.result();
  assert.deepEqual(info, {
    workflowId: handle.workflowId,
    runId: handle.firstExecutionRunId,
    firstExecutionRunId: handle.firstExecutionRunId,
    workflowType: 'whoAmI',
    taskQueue: 'q',
    attempt: 1,
    // Started, task (3 events), timer started and fired, and the beginning of the second task.
    historyLength: 8,
  });
  assert.match(String(uuid), /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  assert.ok(Number(historySize) > 100);
});

test('what a workflow logs is logged once, also where it is replayed from the beginning', async () => {
  await using sdk = await withWorker('talks.ts', silent, { maxCachedBytes: 1 });
  const handle = await sdk.start(chatty);
  await handle.result();
  const said = sdk.lines.filter(({ meta }) => meta.workflowId === handle.workflowId);
  assert.deepEqual(
    said.map(({ level, message }) => [level, message]),
    [
      ['INFO', 'before'],
      ['WARN', 'after'],
    ],
  );
  assert.equal(said[0]?.meta.step, 1);
  assert.equal(said[0]?.meta.workflowType, 'chatty');
});

test('a workflow with a retry policy is tried again as a whole', async () => {
  await using sdk = await withWorker('talks.ts');
  const options = { taskQueue: 'q', retry: { initialInterval: 1, maximumAttempts: 3 } };
  const { workflow } = sdk.client;
  assert.equal(await workflow.execute(retried, { ...options, workflowId: 'twice', args: [2] }), 3);
  await assert.rejects(workflow.execute(retried, { ...options, workflowId: 'always', args: [9] }), (error) => {
    assert.ok(error instanceof WorkflowFailedError);
    assert.equal(error.cause?.message, 'attempt 3');
    assert.equal(error.retryState, 'MAXIMUM_ATTEMPTS_REACHED');
    return true;
  });
});

test('a cancelled workflow may clean up, and then end as cancelled or with a result', async () => {
  const notes: string[] = [];
  await using sdk = await withWorker('talks.ts', { note: async (text: string) => void notes.push(text) });
  const cancelled = await sdk.start(cleansUp, 'cancelled');
  await cancelled.cancel();
  await assert.rejects(cancelled.result(), { message: 'Workflow execution cancelled' });
  const resulting = await sdk.start(cleansUp, 'result');
  await resulting.cancel();
  assert.equal(await resulting.result(), 'cleaned up');
  assert.deepEqual(notes, ['cleaned up', 'cleaned up']);
});

test('a scope with a time limit cancels what takes longer', async () => {
  await using sdk = await withWorker('talks.ts');
  assert.equal(await (await sdk.start(limited, 10, 60_000)).result(), 'too late');
  assert.equal(await (await sdk.start(limited, 60_000, 1)).result(), 'in time');
});

test('cancelling a scope ends everything in it, and nothing else', async () => {
  await using sdk = await withWorker('talks.ts');
  const handle = await sdk.start(cancelsItself);
  assert.deepEqual(await handle.result(), ['a CancelledFailure', 'b CancelledFailure']);
  const types = (await handle.fetchHistory()).events.map(({ type }) => type);
  assert.equal(types.filter((type) => type === 'TimerCanceled').length, 2);
});

test('many workflows at once come to their ends', async () => {
  await using sdk = await withWorker('talks.ts', silent);
  const handles = await Promise.all(Array.from({ length: 50 }, () => sdk.start(chatty)));
  await Promise.all(handles.map((handle) => handle.result()));
  assert.equal((await sdk.client.workflow.count("ExecutionStatus = 'Completed'")).count, 50);
});
