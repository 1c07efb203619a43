import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ServiceError, type StatusCode } from '../../api/service-error.ts';
import type { CallOptions, WorkflowService } from '../../api/workflow-service.ts';
import { clientService, retryDelayMs, runWithOptions, workerService } from './service-calls.ts';

/** A service that refuses with these codes, one call after the other, and then answers. */
function refusing(...codes: StatusCode[]) {
  const calls: CallOptions[] = [];
  const left = [...codes];
  const service = {
    getSystemInfo: async (_request: object, options: CallOptions) => {
      calls.push(options);
      const code = left.shift();
      if (code) throw new ServiceError(code, 'refused');
      return { serverVersion: '1', capabilities: {} };
    },
    version: 7,
  } as unknown as WorkflowService;
  return { service, calls };
}

/** Lets all waits end as soon as they begin. */
async function hurry<R>(t: TestContext, promise: Promise<R>): Promise<R> {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  let settled = false;
  const done = promise.finally(() => {
    settled = true;
  });
  while (!settled) {
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    t.mock.timers.tick(60_000);
  }
  return done;
}

test('a refusal that passes by itself is tried again', async (t) => {
  const { service, calls } = refusing('UNAVAILABLE', 'RESOURCE_EXHAUSTED', 'ABORTED');
  const info = await hurry(t, clientService(service).getSystemInfo({}));
  assert.equal(info.serverVersion, '1');
  assert.equal(calls.length, 4);
});

test('a refusal that does not pass is thrown at once', async () => {
  for (const code of ['NOT_FOUND', 'INVALID_ARGUMENT', 'ALREADY_EXISTS', 'FAILED_PRECONDITION'] as const) {
    const { service, calls } = refusing(code);
    await assert.rejects(clientService(service).getSystemInfo({}), { code });
    assert.equal(calls.length, 1);
  }
});

test('after ten attempts the refusal is thrown', async (t) => {
  const { service, calls } = refusing(...Array<StatusCode>(20).fill('UNAVAILABLE'));
  await assert.rejects(hurry(t, clientService(service).getSystemInfo({})), { code: 'UNAVAILABLE' });
  assert.equal(calls.length, 10);
});

test('the waits grow to ten seconds, and begin longer where the service is overloaded', () => {
  const unavailable = new ServiceError('UNAVAILABLE', '');
  const near = (ms: number, expected: number) => assert.ok(ms >= expected * 0.8 && ms <= expected * 1.2, `${ms} ms`);
  near(retryDelayMs(unavailable, 1), 100);
  near(retryDelayMs(unavailable, 2), 170);
  near(retryDelayMs(unavailable, 20), 10_000);
  near(retryDelayMs(new ServiceError('RESOURCE_EXHAUSTED', ''), 1), 1000);
});

test('no attempt is made after the deadline, and a wait ends when the caller aborts', async () => {
  const { service, calls } = refusing('UNAVAILABLE', 'UNAVAILABLE');
  const client = clientService(service);
  const deadlineMs = Date.now() + 1;
  await assert.rejects(client.getSystemInfo({}, { deadlineMs }), { code: 'UNAVAILABLE' });
  assert.equal(calls.length, 1);
  const abort = new AbortController();
  const call = client.getSystemInfo({}, { signal: abort.signal });
  setImmediate(() => abort.abort());
  await assert.rejects(call, { code: 'CANCELLED' });
});

test('options around a call reach it, the nearest first, but not the calls of a worker', async () => {
  const { service, calls } = refusing();
  const { signal } = new AbortController();
  await runWithOptions({ deadlineMs: 1, signal }, () =>
    runWithOptions({ deadlineMs: 2 }, async () => {
      await clientService(service).getSystemInfo({});
      await clientService(service).getSystemInfo({}, { deadlineMs: 3 });
      await workerService(service).getSystemInfo({});
    }),
  );
  assert.deepEqual(calls, [{ deadlineMs: 2, signal }, { deadlineMs: 3, signal }, {}]);
});

test('what is no call of the service is left as it is', () => {
  const { service } = refusing();
  assert.equal((clientService(service) as unknown as { version: number }).version, 7);
});
