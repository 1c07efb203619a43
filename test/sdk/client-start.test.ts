import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApplicationFailure, WorkflowExecutionAlreadyStartedError } from '../../src/sdk/client/index.ts';
import { byHand, completed, failed } from './by-hand.ts';

const options = { taskQueue: 'q', workflowId: 'report-7' };

test('a workflow is started with its arguments, memo, summary and timeouts', async () => {
  await using hand = await byHand();
  const handle = await hand.app.client.workflow.start('work', {
    ...options,
    args: ['a.pdf', { pages: 3 }],
    memo: { customer: 'acme' },
    staticSummary: 'reads a report',
    staticDetails: 'in *Markdown*',
    workflowRunTimeout: '1 day',
    workflowExecutionTimeout: '2 days',
    workflowTaskTimeout: '5 s',
  });
  const description = await handle.describe();
  assert.equal(description.type, 'work');
  assert.deepEqual(description.status, { code: 1, name: 'RUNNING' });
  assert.deepEqual(description.memo, { customer: 'acme' });
  assert.equal(description.raw.executionConfig.workflowRunTimeoutMs, 86_400_000);
  assert.equal(description.raw.executionConfig.workflowExecutionTimeoutMs, 172_800_000);
  assert.equal(description.raw.executionConfig.defaultWorkflowTaskTimeoutMs, 5_000);
  assert.equal(description.startTime instanceof Date, true);
  assert.equal(description.pendingWorkflowTask?.state, 'SCHEDULED');

  const [started] = (await handle.fetchHistory()).events;
  assert.ok(started?.type === 'WorkflowExecutionStarted');
  assert.equal(started.attributes.input?.length, 2);
  assert.ok(started.userMetadata?.summary && started.userMetadata.details);
  assert.equal(started.attributes.identity, hand.app.client.options.identity);
});

test('a start without a workflow id, a queue or a name says what is missing', async () => {
  await using hand = await byHand();
  const { workflow } = hand.app.client;
  await assert.rejects(
    workflow.start('work', { taskQueue: 'q', workflowId: '' }),
    /the option workflowId is empty: choose one/,
  );
  await assert.rejects(
    workflow.start('work', { workflowId: 'w' } as never),
    /the option taskQueue is missing: name the queue/,
  );
  await assert.rejects(workflow.start('work', { ...options, args: 'a.pdf' as never }), /args must be a list/);
  await assert.rejects(
    workflow.start(async () => {}, options),
    /the workflow function has no name/,
  );
  await assert.rejects(
    workflow.start('work', { ...options, retry: { maximumAttempts: 0 } }),
    /RetryPolicy\.maximumAttempts is 0/,
  );
  await assert.rejects(workflow.start('work', { ...options, args: [1n] }), /JSON cannot hold the value, a BigInt/);
});

test('a start with a policy that does not exist, or without any options, is refused, and starts nothing', async () => {
  await using hand = await byHand();
  const { workflow } = hand.app.client;
  await assert.rejects(
    workflow.start('work', { ...options, workflowIdReusePolicy: 'REJECT_DUPLICATES' as never }),
    /workflowIdReusePolicy is 'REJECT_DUPLICATES': it must be one of ALLOW_DUPLICATE, .*REJECT_DUPLICATE/,
  );
  await assert.rejects(
    workflow.start('work', { ...options, workflowIdConflictPolicy: 'USE' as never }),
    /workflowIdConflictPolicy is 'USE': it must be one of FAIL, USE_EXISTING, TERMINATE_EXISTING/,
  );
  await assert.rejects(workflow.start('work', undefined as never), /the options of the start are missing: give/);
  assert.equal((await workflow.count()).count, 0);
});

test('a signal and a query without a name are refused by the promise, and not sent', async () => {
  await using hand = await byHand();
  const handle = await hand.app.client.workflow.start('work', options);
  for (const nothing of [undefined, '', {}] as never[]) {
    await assert.rejects(handle.signal(nothing), /the signal has no name: name it by a text, or by what defineSignal/);
    await assert.rejects(handle.query(nothing), /the query has no name: name it by a text, or by what defineQuery/);
  }
});

test('arguments that are too large for a history are refused with the remedy', async () => {
  await using hand = await byHand();
  const { workflow } = hand.app.client;
  const large = 'x'.repeat(3 * 1024 * 1024);
  const starting = workflow.start('work', { ...options, args: [large] });
  await assert.rejects(starting, /the input of workflow 'work' is 3\.0 MiB .* pass a reference/);
  const remembering = workflow.start('work', { ...options, memo: { text: large } });
  await assert.rejects(remembering, /the memo of workflow 'work' is 3\.0 MiB .* pass a reference/);
  const handle = await workflow.start('work', options);
  await assert.rejects(handle.signal('add', large), /the input of signal 'add' is 3/);
  await assert.rejects(handle.query('total', large), /the input of query 'total' is 3/);
});

test('the id of a running workflow is taken', async () => {
  await using hand = await byHand();
  const { workflow } = hand.app.client;
  await workflow.start('work', options);
  await assert.rejects(workflow.start('work', options), (error) => {
    assert.ok(error instanceof WorkflowExecutionAlreadyStartedError);
    assert.match(
      error.message,
      /^Workflow execution already started: .*report-7.*getHandle\('report-7'\).*'USE_EXISTING'/,
    );
    assert.equal(error.workflowId, 'report-7');
    assert.equal(error.workflowType, 'work');
    return true;
  });
});

test('a start may use the running workflow instead, whose result it then waits for', async () => {
  await using hand = await byHand();
  const { workflow } = hand.app.client;
  const first = await workflow.start('work', options);
  const second = await workflow.start('work', { ...options, workflowIdConflictPolicy: 'USE_EXISTING' });
  assert.equal(second.firstExecutionRunId, first.firstExecutionRunId);
  await hand.answer(completed('done'));
  assert.equal(await second.result(), 'done');
});

test('a start may terminate the running workflow and take its place', async () => {
  await using hand = await byHand();
  const { workflow } = hand.app.client;
  const first = await workflow.start('work', options);
  const second = await workflow.start('work', { ...options, workflowIdConflictPolicy: 'TERMINATE_EXISTING' });
  assert.notEqual(second.firstExecutionRunId, first.firstExecutionRunId);
  await assert.rejects(first.result(), { name: 'WorkflowFailedError' });
  assert.equal((await workflow.getHandle('report-7').describe()).status.name, 'RUNNING');
});

test('whether a closed workflow may be followed by another is said by the reuse policy', async () => {
  await using hand = await byHand();
  const { workflow } = hand.app.client;
  await workflow.start('work', options);
  await hand.answer(failed('no'));
  const onlyAfterFailure = { ...options, workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY' } as const;
  await workflow.start('work', onlyAfterFailure);
  await hand.answer(completed());
  await assert.rejects(workflow.start('work', onlyAfterFailure), WorkflowExecutionAlreadyStartedError);
  const never = { ...options, workflowIdReusePolicy: 'REJECT_DUPLICATE' } as const;
  await assert.rejects(workflow.start('work', never), WorkflowExecutionAlreadyStartedError);
  await workflow.start('work', options);
});

test('an interceptor sees every call, may add headers and change the outcome', async () => {
  await using hand = await byHand();
  const seen: string[] = [];
  const { Client } = await import('../../src/sdk/client/index.ts');
  const trace = { trace: { data: new TextEncoder().encode('abc') } };
  const client = new Client({
    service: hand.app.service,
    interceptors: {
      workflow: [
        {
          startWithDetails: async (input, next) => {
            seen.push(`start ${input.workflowType}`);
            return next({ ...input, headers: trace });
          },
          signal: async (input, next) => {
            seen.push(`signal ${input.signalName}`);
            return next(input);
          },
          describe: async (input, next) => {
            seen.push(`describe ${input.workflowExecution.workflowId}`);
            return next(input);
          },
          signalWithStart: async (input, next) => {
            seen.push(`signalWithStart ${input.signalName}`);
            return next(input);
          },
          cancel: async (input, next) => {
            seen.push('cancel');
            return next(input);
          },
          terminate: async (input, next) => {
            seen.push(`terminate ${input.reason}`);
            return next({ ...input, reason: 'another reason' });
          },
        },
      ],
    },
  });
  const handle = await client.workflow.start('work', options);
  await handle.signal('approve', true);
  await client.workflow.signalWithStart('work', { ...options, signal: 'again' });
  await handle.describe();
  await handle.cancel();
  await handle.terminate('a reason');
  assert.deepEqual(seen, [
    'start work',
    'signal approve',
    'signalWithStart again',
    'describe report-7',
    'cancel',
    'terminate a reason',
  ]);
  const { events } = await handle.fetchHistory();
  assert.deepEqual(events[0]?.type === 'WorkflowExecutionStarted' && events[0].attributes.header, trace);
  await assert.rejects(handle.result(), { message: 'another reason' });
});

test('a signal starts the workflow that is not running, and only signals the one that is', async () => {
  await using hand = await byHand();
  const { workflow } = hand.app.client;
  const signalled = { ...options, args: [1], signal: 'approve', signalArgs: [true] };
  const first = await workflow.signalWithStart('work', signalled);
  const second = await workflow.signalWithStart('work', signalled);
  assert.equal(second.signaledRunId, first.signaledRunId);
  const types = (await first.fetchHistory()).events.map(({ type }) => type);
  assert.deepEqual(types.slice(0, 2), ['WorkflowExecutionStarted', 'WorkflowExecutionSignaled']);
  assert.equal(types.filter((type) => type === 'WorkflowExecutionSignaled').length, 2);
  await hand.answer(completed('signalled'));
  assert.equal(await first.result(), 'signalled');
});

test('a start may be delayed, and a signal ends the delay', async () => {
  await using hand = await byHand();
  const handle = await hand.app.client.workflow.start('work', { ...options, startDelay: '1 hour' });
  assert.equal((await handle.describe()).pendingWorkflowTask, undefined);
  await handle.signal('now');
  assert.equal((await handle.describe()).pendingWorkflowTask?.state, 'SCHEDULED');
});

test('execute waits for the result, and throws what the workflow failed with', async () => {
  await using hand = await byHand();
  const { workflow } = hand.app.client;
  const executed = workflow.execute('work', options);
  await hand.answer(completed({ pages: 3 }));
  assert.deepEqual(await executed, { pages: 3 });
  const failing = workflow.execute('work', options);
  await hand.answer(failed('no key', 'AuthenticationError', true));
  await assert.rejects(failing, (error: Error) => {
    assert.equal(error.name, 'WorkflowFailedError');
    assert.ok(error.cause instanceof ApplicationFailure);
    assert.equal(error.cause.message, 'no key');
    assert.equal(error.cause.type, 'AuthenticationError');
    return true;
  });
});
