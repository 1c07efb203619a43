import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client, QueryNotRegisteredError, QueryRejectedError } from '../../src/sdk/client/index.ts';
import { withWorker } from './with-worker.ts';
import { add, adder, broken, finish, scaled, total, waitForIt } from './workflows/talks.ts';

test('signals reach the workflow in their order, and a query sees what they did', async () => {
  await using sdk = await withWorker('talks.ts');
  const handle = await sdk.start(adder, 1);
  await handle.signal(add, 2);
  await handle.signal(add, 3);
  await handle.signal('add', 4);
  assert.equal(await handle.query(total), 10);
  assert.equal(await handle.query(scaled, 2), 20);
  assert.equal(await handle.query<number>('total'), 10);
  await handle.signal(finish);
  assert.equal(await handle.result(), 10);
});

test('a query is answered while the workflow waits, before its first task is done, and after it has ended', async () => {
  await using sdk = await withWorker('talks.ts');
  const handle = await sdk.start(adder, 5);
  // At once: the query rides on the first workflow task, or waits for it.
  assert.equal(await handle.query(total), 5);
  assert.equal(await handle.query(total), 5);
  await handle.signal(finish);
  await handle.result();
  assert.equal(await handle.query(total), 5);
});

test('a query leaves no trace in history', async () => {
  await using sdk = await withWorker('talks.ts');
  const handle = await sdk.start(adder, 5);
  await handle.query(total);
  const before = (await handle.describe()).historyLength;
  for (let asked = 0; asked < 5; asked += 1) await handle.query(total);
  assert.equal((await handle.describe()).historyLength, before);
});

test('a query that asks with a signal in flight is answered with what the signal did', async () => {
  await using sdk = await withWorker('talks.ts');
  const handle = await sdk.start(adder, 0);
  for (let number = 1; number <= 20; number += 1) {
    const signalled = handle.signal(add, 1);
    const answer = handle.query(total);
    await signalled;
    assert.ok((await answer) >= number - 1);
    assert.equal(await handle.query(total), number);
  }
});

test('a query that the workflow does not know names those that it knows', async () => {
  await using sdk = await withWorker('talks.ts');
  const handle = await sdk.start(adder, 5);
  await assert.rejects(handle.query('totals'), (error) => {
    assert.ok(error instanceof QueryNotRegisteredError);
    assert.match(error.message, /totals/);
    assert.match(error.message, /total\b/);
    return true;
  });
});

test('what a query handler throws is the cause, and the workflow goes on', async () => {
  await using sdk = await withWorker('talks.ts');
  const handle = await sdk.start(adder, 5);
  await assert.rejects(handle.query(broken), (error: Error) => {
    assert.equal(error.name, 'QueryNotRegisteredError');
    assert.match(error.message, /no answer today/);
    assert.equal((error.cause as Error).message, 'no answer today');
    return true;
  });
  await handle.signal(finish);
  assert.equal(await handle.result(), 5);
});

test('a client may want no answers from workflows that have ended', async () => {
  await using sdk = await withWorker('talks.ts');
  const { service } = sdk.app;
  const onlyOpen = new Client({ service, workflow: { queryRejectCondition: 'NOT_OPEN' } }).workflow;
  const handle = await sdk.start(adder, 5);
  assert.equal(await onlyOpen.getHandle(handle.workflowId).query(total), 5);
  await handle.signal(finish);
  await handle.result();
  await assert.rejects(onlyOpen.getHandle(handle.workflowId).query(total), (error) => {
    assert.ok(error instanceof QueryRejectedError);
    assert.equal(error.status, 'COMPLETED');
    return true;
  });
});

test('a wait with a time limit says whether it came in time', async () => {
  await using sdk = await withWorker('talks.ts');
  const late = await sdk.start(waitForIt, 10);
  assert.equal(await late.result(), 'it did not come');
  const early = await sdk.start(waitForIt, 60_000);
  await early.signal(add, 1);
  assert.equal(await early.result(), 'it came');
});
