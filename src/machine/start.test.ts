import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, begun, historyOf, only, openRun, passTime, play, startRequest, typesOf } from '../../test/machine/play.ts';
import { answer, applicationFailure, complete, continueAsNew, fail, payload } from '../../test/machine/worker.ts';
import { requestCancelWorkflow, terminateWorkflow } from './close.ts';
import type { Run } from './run.ts';
import { type StartRequest, startWorkflow } from './start.ts';

const startOf = (run: Run) => only(historyOf(run), 'WorkflowExecutionStarted');

test('a run begins with its start, echoes what it was asked, and schedules its first workflow task', () => {
  const asked = {
    input: [payload('a')],
    identity: 'client',
    memo: { m: payload(1) },
    searchAttributes: { s: payload(2) },
    header: { h: payload(3) },
    retryPolicy: { maximumAttempts: 3 },
    priority: { priorityKey: 2 },
    workflowExecutionTimeoutMs: 60_000,
    workflowRunTimeoutMs: 30_000,
    workflowTaskTimeoutMs: 5_000,
  };
  const run = openRun({ ...asked, userMetadata: { summary: payload('s') } }, 7);
  assert.deepEqual(typesOf(historyOf(run)), ['WorkflowExecutionStarted', 'WorkflowTaskScheduled']);
  assert.deepEqual(startOf(run), {
    ...asked,
    workflowType: 'work',
    workflowId: 'order-7',
    taskQueue: { name: 'q', kind: 'NORMAL' },
    workflowExecutionExpirationTimeMs: 60_007,
    firstWorkflowTaskBackoffMs: 0,
    originalExecutionRunId: run.key.runId,
    firstExecutionRunId: run.key.runId,
    attempt: 1,
  });
  assert.deepEqual(historyOf(run)[0]?.userMetadata, { summary: payload('s') });
  assert.deepEqual(only(historyOf(run), 'WorkflowTaskScheduled'), {
    taskQueue: { name: 'q', kind: 'NORMAL' },
    startToCloseTimeoutMs: 5_000,
    attempt: 1,
  });
});

test('what is not asked for is none, and a workflow task has ten seconds', () => {
  const started = startOf(openRun());
  assert.equal(started.workflowExecutionTimeoutMs, 0);
  assert.equal(started.workflowRunTimeoutMs, 0);
  assert.equal(started.workflowTaskTimeoutMs, 10_000);
  assert.equal(started.workflowExecutionExpirationTimeMs, undefined);
  assert.deepEqual(started.header, {});
});

test('a run has no longer than its chain, and a workflow task two minutes at most', () => {
  const runTimeout = (request: Partial<StartRequest>) => openRun(request).birth.runTimeoutMs;
  assert.equal(runTimeout({ workflowExecutionTimeoutMs: 5_000 }), 5_000);
  assert.equal(runTimeout({ workflowExecutionTimeoutMs: 5_000, workflowRunTimeoutMs: 9_000 }), 5_000);
  assert.equal(runTimeout({ workflowExecutionTimeoutMs: 5_000, workflowRunTimeoutMs: 1_000 }), 1_000);
  assert.equal(runTimeout({ workflowRunTimeoutMs: 9_000 }), 9_000);
  assert.equal(openRun({ workflowTaskTimeoutMs: 999_000 }).birth.taskTimeoutMs, 120_000);
});

test('a start delay puts off the first workflow task, and all time limits with it', () => {
  const run = openRun({ workflowStartDelayMs: 10_000, workflowRunTimeoutMs: 1_000, workflowExecutionTimeoutMs: 2_000 });
  assert.deepEqual(typesOf(historyOf(run)), ['WorkflowExecutionStarted']);
  assert.equal(startOf(run).firstWorkflowTaskBackoffMs, 10_000);
  assert.equal(run.birth.executionTimeMs, 10_000);
  assert.equal(run.birth.executionExpiresAtMs, 12_000);
  assert.deepEqual(typesOf(passTime(run, 9_999)), []);
  assert.deepEqual(typesOf(passTime(run, 10_000)), ['WorkflowTaskScheduled']);
  assert.deepEqual(typesOf(passTime(run, 11_000)), ['WorkflowExecutionTimedOut']);
});

test('a start with the request id of the current run is the same start, whatever the policies, also when it has closed', () => {
  const run = openRun();
  const request = { ...startRequest, workflowIdReusePolicy: 'REJECT_DUPLICATE' } as const;
  assert.deepEqual(startWorkflow(run, request, at(10)), { kind: 'existing', run, started: true });
  answer(run, [complete], 20);
  assert.deepEqual(startWorkflow(run, request, at(30)), { kind: 'existing', run, started: true });
});

test('a start without a request id gets one, and is a start of its own', () => {
  const run = openRun({ requestId: '' });
  assert.equal(run.requestIds.size, 1);
  assert.equal(startWorkflow(run, { ...startRequest, requestId: '' }, at(10)).kind, 'refused');
});

/** What a start does beside a run in this state, under these policies. */
function outcome(run: Run, policies: Partial<StartRequest>): string {
  const decision = startWorkflow(run, { ...startRequest, requestId: 'start-2', ...policies }, at(100));
  if (decision.kind === 'refused') return decision.refusal.code;
  if (decision.kind === 'existing') return decision.started ? 'same' : 'existing';
  return decision.endsCurrent.length > 0 ? 'replaced' : 'begun';
}

const closings: Readonly<Record<string, (run: Run) => void>> = {
  RUNNING: () => {},
  COMPLETED: (run) => answer(run, [complete], 10),
  FAILED: (run) => answer(run, [fail(applicationFailure('broken'))], 10),
  CANCELED: (run) => {
    play(run, requestCancelWorkflow(run, {}), 5);
    answer(run, [{ type: 'CancelWorkflowExecution', attributes: {} }], 10);
  },
  TERMINATED: (run) => play(run, terminateWorkflow(run, {}), 10),
  TIMED_OUT: (run) => passTime(run, 1_000),
  CONTINUED_AS_NEW: (run) => answer(run, [continueAsNew()], 10),
};

function runIn(status: string): Run {
  const run = openRun({ workflowRunTimeoutMs: 1_000 });
  closings[status]?.(run);
  assert.equal(run.status, status);
  return run;
}

const reusePolicies = [
  undefined,
  'UNSPECIFIED',
  'ALLOW_DUPLICATE',
  'ALLOW_DUPLICATE_FAILED_ONLY',
  'REJECT_DUPLICATE',
] as const;
const conflictPolicies = [undefined, 'UNSPECIFIED', 'FAIL', 'USE_EXISTING', 'TERMINATE_EXISTING'] as const;

test('beside a running workflow the conflict policy decides', () => {
  const expected = {
    FAIL: 'ALREADY_EXISTS',
    UNSPECIFIED: 'ALREADY_EXISTS',
    USE_EXISTING: 'existing',
    TERMINATE_EXISTING: 'replaced',
  };
  for (const workflowIdReusePolicy of reusePolicies) {
    for (const workflowIdConflictPolicy of conflictPolicies) {
      if (workflowIdReusePolicy === 'REJECT_DUPLICATE' && workflowIdConflictPolicy === 'TERMINATE_EXISTING') continue;
      const policies = { workflowIdReusePolicy, workflowIdConflictPolicy };
      assert.equal(
        outcome(runIn('RUNNING'), policies),
        expected[workflowIdConflictPolicy ?? 'FAIL'],
        JSON.stringify(policies),
      );
    }
  }
});

test('behind a closed run the reuse policy decides, whatever the conflict policy', () => {
  for (const status of Object.keys(closings).filter((name) => name !== 'RUNNING')) {
    for (const workflowIdReusePolicy of reusePolicies) {
      for (const workflowIdConflictPolicy of conflictPolicies) {
        if (workflowIdReusePolicy === 'REJECT_DUPLICATE' && workflowIdConflictPolicy === 'TERMINATE_EXISTING') continue;
        const refused =
          workflowIdReusePolicy === 'REJECT_DUPLICATE' ||
          (workflowIdReusePolicy === 'ALLOW_DUPLICATE_FAILED_ONLY' && status === 'COMPLETED');
        const policies = { workflowIdReusePolicy, workflowIdConflictPolicy };
        assert.equal(
          outcome(runIn(status), policies),
          refused ? 'ALREADY_EXISTS' : 'begun',
          `${status} ${JSON.stringify(policies)}`,
        );
      }
    }
  }
});

test('the reuse policy TERMINATE_IF_RUNNING terminates, and goes with no conflict policy', () => {
  const workflowIdReusePolicy = 'TERMINATE_IF_RUNNING';
  assert.equal(outcome(runIn('RUNNING'), { workflowIdReusePolicy }), 'replaced');
  assert.equal(outcome(runIn('COMPLETED'), { workflowIdReusePolicy }), 'begun');
  assert.equal(
    outcome(runIn('RUNNING'), { workflowIdReusePolicy, workflowIdConflictPolicy: 'UNSPECIFIED' }),
    'replaced',
  );
  assert.equal(
    outcome(runIn('RUNNING'), { workflowIdReusePolicy, workflowIdConflictPolicy: 'USE_EXISTING' }),
    'INVALID_ARGUMENT',
  );
});

test('to reject a duplicate and to terminate the run that makes it one contradict each other', () => {
  const policies = {
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    workflowIdConflictPolicy: 'TERMINATE_EXISTING',
  } as const;
  assert.equal(outcome(runIn('RUNNING'), policies), 'INVALID_ARGUMENT');
});

test('a run that makes way for another is terminated by the server, with the reason', () => {
  const run = openRun();
  const request = { ...startRequest, requestId: 'start-2', workflowIdConflictPolicy: 'TERMINATE_EXISTING' } as const;
  const decision = startWorkflow(run, request, at(10));
  assert(decision.kind === 'begin');
  const events = play(run, { facts: decision.endsCurrent }, 10);
  assert.deepEqual(only(events, 'WorkflowExecutionTerminated'), {
    reason: 'TerminateIfRunning WorkflowIdReusePolicy',
    identity: 'history-service',
  });
  assert.equal(begun(decision, 10).status, 'RUNNING');
});

test('a refused start names the run that is in its way', () => {
  const refusal = (run: Run, policies: Partial<StartRequest>) => {
    const decision = startWorkflow(run, { ...startRequest, requestId: 'start-2', ...policies }, at(10));
    assert(decision.kind === 'refused');
    return decision.refusal;
  };
  const running = openRun();
  const { runId } = running.key;
  assert.deepEqual(refusal(running, {}), {
    code: 'ALREADY_EXISTS',
    message: `Workflow execution is already running. WorkflowId: order-7, RunId: ${runId}.`,
    detail: {
      type: 'WorkflowExecutionAlreadyStartedFailure',
      startRequestId: 'start-1',
      runId,
      firstExecutionRunId: runId,
    },
  });
  const closed = runIn('COMPLETED');
  assert.match(
    refusal(closed, { workflowIdReusePolicy: 'REJECT_DUPLICATE' }).message,
    /already finished\. WorkflowId: order-7, RunId: .*RejectDuplicate/,
  );
  assert.match(
    refusal(closed, { workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY' }).message,
    /already finished successfully\..*AllowDuplicateFailedOnly/,
  );
});

test('a start that misses something, or has something impossible, is refused with its name', () => {
  const message = (request: Partial<StartRequest>) => {
    const decision = startWorkflow(undefined, { ...startRequest, ...request }, at(0));
    assert(decision.kind === 'refused');
    assert.equal(decision.refusal.code, 'INVALID_ARGUMENT');
    return decision.refusal.message;
  };
  assert.equal(message({ workflowId: '' }), 'WorkflowId is not set on request.');
  assert.equal(message({ workflowType: '' }), 'WorkflowType is not set on request.');
  assert.equal(message({ taskQueue: { name: '' } }), 'taskQueue is not set');
  assert.equal(message({ workflowId: 'ü'.repeat(501) }), 'WorkflowId is longer than 1000 bytes: choose a shorter one.');
  assert.equal(message({ workflowStartDelayMs: -1 }), 'workflowStartDelayMs is -1: it must be 0 (none) or more.');
  assert.equal(
    message({ workflowRunTimeoutMs: Number.NaN }),
    'workflowRunTimeoutMs is NaN: it must be 0 (none) or more.',
  );
  assert.match(message({ cronSchedule: '@hourly' }), /CronSchedule is not supported/);
  assert.equal(
    message({ retryPolicy: { backoffCoefficient: 0.5 } }),
    'BackoffCoefficient cannot be less than 1 on retry policy.',
  );
});

test('a run that a chain began has no start of its own to name', () => {
  const run = openRun();
  run.requestIds.clear();
  const decision = startWorkflow(run, startRequest, at(10));
  assert(decision.kind === 'refused' && decision.refusal.detail?.type === 'WorkflowExecutionAlreadyStartedFailure');
  assert.equal(decision.refusal.detail.startRequestId, '');
});
