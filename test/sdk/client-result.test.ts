import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CancelledFailure,
  ServiceError,
  TerminatedFailure,
  WorkflowContinuedAsNewError,
  WorkflowFailedError,
  WorkflowNotFoundError,
} from '../../src/sdk/client/index.ts';
import { byHand, completed, continuedAsNew, failed, payloads } from './by-hand.ts';

const options = { taskQueue: 'q', workflowId: 'report-7' };

test('the result is that of the last run of the chain, however many there were', async () => {
  await using hand = await byHand();
  const handle = await hand.app.client.workflow.start('work', options);
  const result = handle.result();
  await hand.answer(continuedAsNew(1));
  await hand.answer(continuedAsNew(2));
  await hand.answer(completed('at last'));
  assert.equal(await result, 'at last');
  // Asked again, from the first run on, it is the same.
  assert.equal(await handle.result(), 'at last');
  const chain = hand.app.client.workflow.getHandle('report-7', undefined, {
    firstExecutionRunId: handle.firstExecutionRunId,
  });
  assert.equal(await chain.result(), 'at last');
});

test('a caller may ask for one run only', async () => {
  await using hand = await byHand();
  const { workflow } = hand.app.client;
  const handle = await workflow.start('work', { ...options, followRuns: false });
  await hand.answer(continuedAsNew());
  await assert.rejects(handle.result(), (error) => {
    assert.ok(error instanceof WorkflowContinuedAsNewError);
    assert.match(error.newExecutionRunId, /^[\da-f-]{36}$/);
    return true;
  });
  const first = workflow.result('report-7', handle.firstExecutionRunId, { followRuns: false });
  await assert.rejects(first, WorkflowContinuedAsNewError);
});

test('a workflow that is retried is followed to its last attempt', async () => {
  await using hand = await byHand();
  const handle = await hand.app.client.workflow.start('work', {
    ...options,
    retry: { maximumAttempts: 2, initialInterval: 1 },
  });
  const result = handle.result();
  await hand.answer(failed('first'));
  await hand.answer(failed('second'));
  await assert.rejects(result, (error) => {
    assert.ok(error instanceof WorkflowFailedError);
    assert.equal(error.cause?.message, 'second');
    assert.equal(error.retryState, 'MAXIMUM_ATTEMPTS_REACHED');
    return true;
  });
});

test('a cancelled workflow says what it left behind, a terminated one why', async () => {
  await using hand = await byHand();
  const { workflow } = hand.app.client;
  const cancelled = await workflow.start('work', options);
  await cancelled.cancel();
  await hand.answer({ type: 'CancelWorkflowExecution', attributes: { details: payloads('page 7') } });
  await assert.rejects(cancelled.result(), (error: Error) => {
    assert.equal(error.message, 'Workflow execution cancelled');
    assert.ok(error.cause instanceof CancelledFailure);
    assert.deepEqual(error.cause.details, ['page 7']);
    return true;
  });
  assert.equal((await cancelled.describe()).status.name, 'CANCELLED');

  const terminated = await workflow.start('work', options);
  await terminated.terminate('enough');
  await assert.rejects(terminated.result(), (error: Error) => {
    assert.ok(error instanceof WorkflowFailedError && error.cause instanceof TerminatedFailure);
    assert.equal(error.cause.message, 'enough');
    return true;
  });
  const silently = await workflow.start('work', options);
  await silently.terminate();
  await assert.rejects(silently.result(), { message: 'Workflow execution terminated' });
});

test('a workflow that ran out of time says so', async () => {
  await using hand = await byHand();
  const handle = await hand.app.client.workflow.start('work', { ...options, workflowRunTimeout: 20 });
  await assert.rejects(handle.result(), (error: Error) => {
    assert.equal(error.message, 'Workflow execution timed out');
    assert.equal((error.cause as Error).name, 'TimeoutFailure');
    return true;
  });
});

test('a workflow that is not there is not found, whatever is asked of it', async () => {
  await using hand = await byHand();
  const handle = hand.app.client.workflow.getHandle('nobody');
  const asked = {
    result: () => handle.result(),
    signal: () => handle.signal('s'),
    cancel: () => handle.cancel(),
    terminate: () => handle.terminate(),
    describe: () => handle.describe(),
    query: () => handle.query('q'),
    fetchHistory: () => handle.fetchHistory(),
  };
  for (const [name, ask] of Object.entries(asked)) {
    await assert.rejects(ask(), (error) => {
      assert.ok(error instanceof WorkflowNotFoundError, `${name} throws ${error}`);
      assert.equal(error.workflowId, 'nobody');
      return true;
    });
  }
});

test('a closed workflow takes no signal, and its cancellation does nothing', async () => {
  await using hand = await byHand();
  const handle = await hand.app.client.workflow.start('work', options);
  await hand.answer(completed());
  await handle.result();
  await assert.rejects(handle.signal('late'), WorkflowNotFoundError);
  await assert.rejects(handle.terminate(), WorkflowNotFoundError);
  await handle.cancel();
});

test('a handle that knows its chain does not touch another one', async () => {
  await using hand = await byHand();
  const { workflow } = hand.app.client;
  const first = await workflow.start('work', options);
  await hand.answer(completed());
  await first.result();
  const second = await workflow.start('work', options);
  await assert.rejects(first.terminate('not mine'), WorkflowNotFoundError);
  assert.equal((await second.describe()).status.name, 'RUNNING');
});

test('a handle of one run keeps to it', async () => {
  await using hand = await byHand();
  const { workflow } = hand.app.client;
  const first = await workflow.start('work', options);
  await hand.answer(continuedAsNew('second'));
  await hand.task();
  const current = await workflow.getHandle('report-7').describe();
  const closed = await workflow.getHandle('report-7', first.firstExecutionRunId).describe();
  assert.notEqual(current.runId, closed.runId);
  assert.equal(closed.status.name, 'CONTINUED_AS_NEW');
  assert.equal(current.status.name, 'RUNNING');
});

test('a wait for a result ends at its deadline or when it is aborted, and the workflow goes on', async () => {
  await using hand = await byHand();
  const { client } = hand.app;
  const handle = await client.workflow.start('work', options);
  const late = client.withDeadline(Date.now() + 30, () => handle.result());
  await assert.rejects(late, (error) => error instanceof ServiceError && error.code === 'DEADLINE_EXCEEDED');
  const abort = new AbortController();
  const aborted = client.withAbortSignal(abort.signal, () => handle.result());
  abort.abort();
  await assert.rejects(aborted, (error) => error instanceof ServiceError && error.code === 'CANCELLED');
  assert.equal((await handle.describe()).status.name, 'RUNNING');
});

test('a query that no worker answers ends at its deadline or when it is aborted', async () => {
  await using hand = await byHand();
  const { client } = hand.app;
  const handle = await client.workflow.start('work', options);
  const late = client.withDeadline(Date.now() + 30, () => handle.query('total'));
  await assert.rejects(late, (error) => error instanceof ServiceError && error.code === 'DEADLINE_EXCEEDED');
  const abort = new AbortController();
  const aborted = client.withDeadline(Date.now() + 300, () =>
    client.withAbortSignal(abort.signal, () => handle.query('total')),
  );
  abort.abort();
  await assert.rejects(aborted, (error) => error instanceof ServiceError && error.code === 'CANCELLED');
});
