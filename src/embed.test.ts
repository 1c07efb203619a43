import assert from 'node:assert/strict';
import { test } from 'node:test';
import { steadyClock, systemClock } from './base/clock.ts';
import { open, openApp } from './embed.ts';
import { ServiceError, WorkflowFailedError } from './sdk/client/index.ts';
import { openMemoryStore } from './store/memory.ts';

test('whoever waits for a result when the app is closed is told so at once, and keeps no process alive', async () => {
  const app = await open();
  const handle = await app.client.workflow.start('report', { taskQueue: 'q', workflowId: 'report-7' });
  const waiting = handle.result();
  await handle.describe();
  await app.close();
  const toldSo = (error: unknown) => {
    assert.ok(error instanceof ServiceError);
    assert.equal(error.code, 'CANCELLED');
    assert.match(error.message, /the engine was closed .* open the database again/);
    return true;
  };
  await assert.rejects(waiting, toldSo);
  await assert.rejects(handle.result(), toldSo);
});

test('whoever waits for the answer to a query when the app is closed is told so at once', async () => {
  const app = await open();
  const handle = await app.client.workflow.start('report', { taskQueue: 'q', workflowId: 'report-7' });
  const waiting = handle.query('status');
  await handle.describe();
  await app.close();
  const toldSo = (error: unknown) => error instanceof ServiceError && error.code === 'CANCELLED';
  await assert.rejects(waiting, toldSo);
  await assert.rejects(handle.query('status'), toldSo);
});

test('a database in memory is asked for by leaving the path out, and not by a file of a strange name', async () => {
  await assert.rejects(open({ database: ':memory:' }), /leave it out to keep everything in memory/);
});

test('whatever is asked of a closed app is refused at once, and says so', async () => {
  const app = await open();
  const { workflow } = app.client;
  const options = { taskQueue: 'q', workflowId: 'report-7' };
  const handle = await workflow.start('report', options);
  await app.close();
  const toldSo = {
    code: 'CANCELLED',
    message: /the engine was closed before the call about 'report-7': open the database again/,
  };
  await assert.rejects(workflow.start('report', options), toldSo);
  await assert.rejects(handle.signal('go'), toldSo);
  await assert.rejects(handle.fetchHistory(), toldSo);
  const activities = { read: async () => {} };
  await assert.rejects(app.worker({ taskQueue: 'q', activities }), /the app is closed and takes no further worker/);
});

test('a worker that is being created when the app is closed is given up, and keeps no process alive', async () => {
  const app = await open();
  const creating = app.worker({ taskQueue: 'q', activities: { read: async () => {} } });
  const given = assert.rejects(creating, /the app is closed and takes no further worker/);
  await app.close();
  await given;
});

test('what falls due does so in its time, also when the clock of the machine is set back by an hour', async () => {
  let setBackMs = 0;
  const timeline = steadyClock(() => Date.now() - setBackMs);
  const app = await openApp(openMemoryStore(), systemClock, {}, timeline);
  const options = { taskQueue: 'q', workflowRunTimeout: 40 };
  const before = await app.client.workflow.start('report', { ...options, workflowId: 'before' });
  setBackMs = 3_600_000;
  const after = await app.client.workflow.start('report', { ...options, workflowId: 'after' });
  await assert.rejects(before.result(), WorkflowFailedError);
  await assert.rejects(after.result(), WorkflowFailedError);
  await app.close();
});
