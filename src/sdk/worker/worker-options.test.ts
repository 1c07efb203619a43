import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WorkflowService } from '../../api/workflow-service.ts';
import { compileWorkerOptions, type WorkerOptions } from './worker-options.ts';

const service = {} as WorkflowService;
const activities = { fetchDocument: async () => 'text', notAFunction: 7 };
const minimal: WorkerOptions = { service, taskQueue: 'documents', activities };

test('a worker needs a service, a queue, and something to do', () => {
  assert.throws(() => compileWorkerOptions({ ...minimal, service: undefined }), /needs a service or a connection/);
  assert.throws(() => compileWorkerOptions({ ...minimal, taskQueue: '' }), /the option taskQueue is missing/);
  assert.throws(() => compileWorkerOptions({ ...minimal, activities: {} }), /it has nothing to do/);
  const both = { workflowsPath: 'x.ts', workflowBundle: { code: '' } };
  assert.throws(() => compileWorkerOptions({ ...minimal, ...both }), /either workflowsPath or workflowBundle/);
});

test('what is not said has a default', () => {
  const options = compileWorkerOptions({ ...minimal, workflowsPath: 'x.ts' });
  assert.equal(options.namespace, 'default');
  assert.match(options.identity, /^\d+@/);
  assert.equal(options.activitySlots, 100);
  assert.equal(options.workflowSlots, 100);
  assert.equal(options.shutdownGraceTimeMs, 0);
  assert.equal(options.maxHeartbeatThrottleIntervalMs, 60_000);
  assert.equal(options.defaultHeartbeatThrottleIntervalMs, 30_000);
  assert.equal(options.stickyScheduleToStartTimeoutMs, 10_000);
  assert.deepEqual(options.workflows, { path: 'x.ts' });
  assert.deepEqual([...options.activities.keys()], ['fetchDocument']);
});

test('in its own process a worker polls with every slot, over a connection with ten', () => {
  const inProcess = compileWorkerOptions(minimal);
  assert.deepEqual([inProcess.activityPolls, inProcess.workflowPolls], [100, 100]);
  const connected = compileWorkerOptions({ ...minimal, service: undefined, connection: { workflowService: service } });
  assert.deepEqual([connected.activityPolls, connected.workflowPolls], [10, 10]);
  const one = compileWorkerOptions({
    ...minimal,
    maxConcurrentActivityTaskExecutions: 1,
    maxConcurrentActivityTaskPolls: 9,
  });
  assert.equal(one.activityPolls, 1);
});

test('a number of slots or polls that cannot be is refused by its name', () => {
  const refused: readonly (readonly [Partial<WorkerOptions>, RegExp])[] = [
    [{ maxConcurrentActivityTaskExecutions: 0 }, /maxConcurrentActivityTaskExecutions is 0: .* at least 1/],
    [{ maxConcurrentWorkflowTaskExecutions: 1 }, /maxConcurrentWorkflowTaskExecutions is 1: .* at least 2/],
    [{ maxConcurrentActivityTaskPolls: 1.5 }, /maxConcurrentActivityTaskPolls is 1\.5/],
    [{ maxConcurrentWorkflowTaskPolls: 1 }, /maxConcurrentWorkflowTaskPolls is 1/],
  ];
  for (const [options, message] of refused)
    assert.throws(() => compileWorkerOptions({ ...minimal, ...options }), message);
});

test('a payload converter that cannot enter the sandbox is refused where there are workflows', () => {
  const payloadConverter = { toPayload: () => ({}), fromPayload: <T>() => undefined as T };
  const dataConverter = { payloadConverter };
  assert.throws(
    () => compileWorkerOptions({ ...minimal, workflowsPath: 'x.ts', dataConverter }),
    /does not reach into the workflow sandbox.*use dataConverter\.payloadCodecs/,
  );
  assert.equal(compileWorkerOptions({ ...minimal, dataConverter }).dataConverter.payloadConverter, payloadConverter);
});
