import assert from 'node:assert/strict';
import { test } from 'node:test';
import { activityInfo, cancellationDetails, cancelled } from '../../src/sdk/activity/index.ts';
import { Worker } from '../../src/sdk/worker/index.ts';
import { bundleOf, event, eventually, queue, withWorker } from './with-worker.ts';
import { call } from './workflows/calls.ts';
import { add, adder, finish, total } from './workflows/talks.ts';

const stopped = (worker: Worker) =>
  eventually(
    async () => worker.getState(),
    (state) => state === 'STOPPED',
  );

test('a worker that is shut down waits for its activities as long as their grace period lasts', async () => {
  const started = event();
  const allowed = event();
  const slow = async () => {
    started.happen();
    await allowed.happened;
    return 'finished';
  };
  await using sdk = await withWorker('calls.ts', { slow }, { shutdownGraceTime: '1 minute' });
  const handle = await sdk.start(call, 'slow', {});
  await started.happened;
  sdk.worker.shutdown();
  assert.equal(sdk.worker.getState(), 'DRAINING');
  allowed.happen();
  await stopped(sdk.worker);
  await sdk.another();
  assert.equal(await handle.result(), 'finished');
});

test('after the grace period an activity is told to end, and another worker tries it again', async () => {
  const started = event();
  const told = event<unknown>();
  const slow = async () => {
    if (activityInfo().attempt > 1) return `attempt ${activityInfo().attempt}`;
    started.happen();
    return cancelled().catch((error: unknown) => {
      told.happen(cancellationDetails());
      throw error;
    });
  };
  await using sdk = await withWorker('calls.ts', { slow }, { shutdownGraceTime: 10 });
  const handle = await sdk.start(call, 'slow', { retry: { initialInterval: 1 } });
  await started.happened;
  sdk.worker.shutdown();
  assert.equal(((await told.happened) as { workerShutdown: boolean }).workerShutdown, true);
  await stopped(sdk.worker);
  const [pending] = (await handle.describe()).pendingActivities;
  assert.match(String(pending?.lastFailure?.message), /the worker was shut down/);
  await sdk.another();
  assert.equal(await handle.result(), 'attempt 2');
});

test('an activity that does not end holds a worker up no longer than its force time', async () => {
  const started = event();
  const allowed = event();
  const deaf = async () => {
    started.happen();
    await allowed.happened;
  };
  await using sdk = await withWorker('calls.ts', { deaf });
  const { service } = sdk.app;
  const worker = await Worker.create({ service, taskQueue: 'deaf', activities: { deaf }, shutdownForceTime: 20 });
  const running = worker.run();
  await sdk.start(call, 'deaf', { taskQueue: 'deaf' });
  await started.happened;
  worker.shutdown();
  await assert.rejects(running, {
    name: 'GracefulShutdownPeriodExpiredError',
    message: /'deaf' was given up 20 ms after its shutdown, with 1 activities that had not ended/,
  });
  assert.equal(worker.getState(), 'FAILED');
  allowed.happen();
});

test('a run goes on with another worker, which finds it as it was', async () => {
  await using sdk = await withWorker('talks.ts');
  const handle = await sdk.start(adder, 1);
  await handle.signal(add, 2);
  assert.equal(await handle.query(total), 3);
  sdk.worker.shutdown();
  await stopped(sdk.worker);
  await handle.signal(add, 4);
  await sdk.another();
  assert.equal(await handle.query(total), 7);
  await handle.signal(finish);
  assert.equal(await handle.result(), 7);
});

test('a history of many pages is read whole, by a worker that has the run no more and by a client', async () => {
  await using sdk = await withWorker('talks.ts');
  const handle = await sdk.start(adder, 0);
  for (let number = 0; number < 700; number += 1) await handle.signal(add, 1);
  assert.equal(await handle.query(total), 700);
  sdk.worker.shutdown();
  await stopped(sdk.worker);
  await sdk.another();
  await handle.signal(add, 1);
  assert.equal(await handle.query(total), 701);
  const { events } = await handle.fetchHistory();
  assert.equal(events.filter(({ type }) => type === 'WorkflowExecutionSignaled').length, 701);
  assert.deepEqual(
    events.map(({ eventId }) => eventId),
    events.map((_, index) => index + 1),
  );
  await handle.signal(finish);
  assert.equal(await handle.result(), 701);
});

test('several workers share a queue, and any of them may stop at any time', async () => {
  await using sdk = await withWorker('calls.ts', { work: async (number: number) => number });
  const others = await Promise.all([sdk.another(), sdk.another()]);
  const results = Promise.all(
    Array.from({ length: 60 }, async (_, number) => {
      const handle = await sdk.start(call, 'work', {}, number);
      if (number === 20) sdk.worker.shutdown();
      if (number === 40) others[0]?.shutdown();
      return handle.result();
    }),
  );
  assert.deepEqual(
    await results,
    Array.from({ length: 60 }, (_, number) => number),
  );
});

test('a worker may run until something is done', async () => {
  await using sdk = await withWorker('talks.ts');
  const worker = await Worker.create({
    service: sdk.app.service,
    taskQueue: 'another',
    workflowBundle: await bundleOf('talks.ts'),
  });
  const { workflow } = sdk.client;
  const result = await worker.runUntil(async () => {
    const handle = await workflow.start(adder, { taskQueue: 'another', workflowId: 'w', args: [1] });
    await handle.signal(finish);
    return handle.result();
  });
  assert.equal(result, 1);
  assert.equal(worker.getState(), 'STOPPED');
});

test('a worker that runs until something fails stops and passes the failure on', async () => {
  await using sdk = await withWorker('talks.ts');
  const create = () =>
    Worker.create({ service: sdk.app.service, taskQueue: 'x', activities: { none: async () => {} } });
  const worker = await create();
  await assert.rejects(worker.runUntil(Promise.reject(new Error('no luck'))), /no luck/);
  assert.equal(worker.getState(), 'STOPPED');
});

test('a worker runs once, and only a running one is shut down', async () => {
  await using sdk = await withWorker('talks.ts');
  const worker = await Worker.create({
    service: sdk.app.service,
    taskQueue: queue,
    activities: { none: async () => {} },
  });
  assert.equal(worker.getState(), 'INITIALIZED');
  assert.throws(() => worker.shutdown(), { name: 'IllegalStateError', message: /it is INITIALIZED/ });
  const running = worker.run();
  await assert.rejects(worker.run(), { name: 'IllegalStateError', message: /a worker runs once/ });
  worker.shutdown();
  await running;
  assert.throws(() => worker.shutdown(), /it is STOPPED/);
});

test('a worker that is shut down before it has begun ends at once', async () => {
  await using sdk = await withWorker('talks.ts');
  const worker = await Worker.create({
    service: sdk.app.service,
    taskQueue: 'x',
    workflowBundle: await bundleOf('talks.ts'),
    activities: { none: async () => {} },
  });
  const running = worker.run();
  worker.shutdown();
  await running;
  assert.equal(worker.getState(), 'STOPPED');
});

test('a worker whose namespace the service does not know fails, and says so', async () => {
  await using sdk = await withWorker('talks.ts');
  const { service } = sdk.app;
  const worker = await Worker.create({
    service,
    namespace: 'nowhere',
    taskQueue: 'x',
    activities: { none: async () => {} },
  });
  await assert.rejects(worker.run(), /nowhere/);
  assert.equal(worker.getState(), 'FAILED');
});
