import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bench, start, WORKER } from '../../test/engine/bench-engine.ts';
import { settle, storeBehind } from '../../test/engine/store-behind.ts';
import { openMemoryStore } from '../store/memory.ts';

/** An engine whose next commit waits, when that is asked for, until it is made to fail. */
async function withFailingCommit() {
  let isNextHeld = false;
  let fail = () => {};
  const store = storeBehind(openMemoryStore(), async (name, call) => {
    if (name !== 'commit' || !isNextHeld) return call();
    isNextHeld = false;
    await new Promise<void>((_, reject) => {
      fail = () => reject(new Error('the disk is full'));
    });
  });
  const { service, open } = await bench(store);
  const holdNext = () => {
    isNextHeld = true;
  };
  return { service, open, holdNext, failHeld: () => fail() };
}

test('a task whose start could not be saved goes to a worker that waits', async () => {
  const { service, open, holdNext, failHeld } = await withFailingCommit();
  await start(service, 'one');
  holdNext();
  const first = service.pollWorkflowTaskQueue(WORKER);
  await settle();
  const second = service.pollWorkflowTaskQueue(WORKER);
  await settle();
  failHeld();
  await assert.rejects(first, /the disk is full/);
  assert.equal((await second).workflowExecution.workflowId, 'one');
  await open.close();
});

test('a worker whose task could not be saved gets the task that came meanwhile', async () => {
  const { service, open, holdNext, failHeld } = await withFailingCommit();
  const poll = service.pollWorkflowTaskQueue(WORKER);
  await settle();
  holdNext();
  const lost = start(service, 'lost');
  await settle();
  await start(service, 'kept');
  failHeld();
  await assert.rejects(lost, /the disk is full/);
  assert.equal((await poll).workflowExecution.workflowId, 'kept');
  await open.close();
});

test('a poll that is given up while its task cannot be saved ends empty, and takes no other task with it', async () => {
  const { service, open, holdNext, failHeld } = await withFailingCommit();
  const controller = new AbortController();
  const poll = service.pollWorkflowTaskQueue(WORKER, { signal: controller.signal });
  await settle();
  holdNext();
  const lost = start(service, 'lost');
  await settle();
  controller.abort();
  failHeld();
  await assert.rejects(lost, /the disk is full/);
  assert.equal((await poll).taskToken.length, 0);
  await start(service, 'kept');
  assert.equal((await service.pollWorkflowTaskQueue(WORKER)).workflowExecution.workflowId, 'kept');
  await open.close();
});
