import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { WorkflowRunner } from './runner.ts';
import { HistoryBuilder, value } from './testing/history-builder.ts';
import { lineOf, only, startSandbox, step, types } from './testing/sandbox.ts';

const LIMIT_MS = 400;
let runner: WorkflowRunner;
before(async () => {
  runner = await startSandbox('spinning', { interruptAfterMs: LIMIT_MS });
});
after(() => runner.close());

async function interrupted(history: HistoryBuilder, options = {}) {
  const outcome = await runner.run(history.poll(options));
  assert.equal(outcome.kind, 'failed', JSON.stringify(outcome));
  return outcome as Extract<typeof outcome, { kind: 'failed' }>;
}

/** A loop's place may be its head, the line before the marked one. */
async function assertNear(message: string, mark: string): Promise<void> {
  const body = await lineOf('spinning', mark);
  const head = body.replace(/:(\d+):$/, (_, line) => `:${Number(line) - 1}:`);
  assert.ok(message.includes(`at ${body}`) || message.includes(`at ${head}`), `${message} is not near ${body}`);
}

for (const [workflowType, mark] of [
  ['spinsAtOnce', '// spins at once'],
  ['spinsInMicrotasks', '// spins in microtasks'],
  ['swallowsAll', '// spins in a try'],
  ['backtracks', '// backtracks'],
] as const) {
  test(`a workflow that does not yield is interrupted, and its task names it and the line: ${workflowType}`, async () => {
    const history = new HistoryBuilder({ workflowType, workflowId: `id of ${workflowType}` }).task();
    const { cause, failure } = await interrupted(history);
    assert.equal(cause, 'WORKFLOW_WORKER_UNHANDLED_FAILURE');
    assert.match(
      failure.message,
      new RegExp(`workflow '${workflowType}' \\(id 'id of ${workflowType}'\\) did not yield for ${LIMIT_MS} ms`),
    );
    await assertNear(failure.message, mark);
    assert.match(failure.message, /let the loop await something, or do this in an activity/);
  });
}

test('a loop that begins after an await is interrupted', async () => {
  const history = new HistoryBuilder({ workflowType: 'spinsAfterAwait' }).task();
  await step(runner, history);
  const { failure } = await interrupted(history.timerFired('1').task(), { sticky: true });
  await assertNear(failure.message, '// spins after an await');
});

test('a loop in the handler of a signal is interrupted', async () => {
  const history = new HistoryBuilder({ workflowType: 'spinsInHandler' }).task();
  await step(runner, history);
  const { failure } = await interrupted(history.signaled('spin').task(), { sticky: true });
  assert.ok(failure.message.includes(await lineOf('spinning', '// spins in a handler')), failure.message);
});

test('a loop in a query fails the query, and the workflow goes on from its history', async () => {
  const history = new HistoryBuilder({ workflowType: 'spinsInQuery' }).task();
  await step(runner, history);
  const outcome = await runner.run(history.query('spin', [], { sticky: true }));
  assert.equal(outcome.kind, 'queried');
  const { result } = outcome as Extract<typeof outcome, { kind: 'queried' }>;
  assert.equal(result.resultType, 'FAILED');
  assert.match(result.errorMessage ?? '', /^query 'spin' of workflow 'spinsInQuery' .* did not yield/);
  assert.ok(result.errorMessage?.includes(await lineOf('spinning', '// spins in a query')), result.errorMessage);
  assert.deepEqual(await runner.run(history.query('fine', [], { sticky: true })), { kind: 'needsHistory' });
  const again = await runner.run(history.query('fine'));
  assert.equal(again.kind === 'queried' && value(again.result.answer), 'fine');
});

test('a query that comes with a workflow task fails that task', async () => {
  const history = new HistoryBuilder({ workflowType: 'spinsInQuery' }).task();
  const { failure } = await interrupted(history, { queries: { q: { queryType: 'spin' } } });
  assert.match(failure.message, /did not yield/);
});

test('the other runs go on at once: whole histories are run again, of pieces the whole is asked for', async (t) => {
  // With the limit that everybody has, there is time to make the other thread ready, on a busy machine too.
  const patient = await startSandbox('spinning');
  t.after(() => patient.close());
  const cached = new HistoryBuilder({ workflowType: 'fine' }).task();
  await step(patient, cached);
  const fresh = Array.from({ length: 3 }, () => new HistoryBuilder({ workflowType: 'fine' }).task());
  const spinning = new HistoryBuilder({ workflowType: 'spinsAtOnce' }).task();
  const endless = patient.run(spinning.poll());
  // Queued behind the endless one, in the same message and in one of its own.
  const behind = fresh.map((history) => patient.run(history.poll()));
  const piece = patient.run(cached.activityCompleted('1', 'x').task().poll({ sticky: true }));
  const first = await Promise.race([
    endless.then(() => 'endless'),
    Promise.all([...behind, piece]).then(() => 'others'),
  ]);
  assert.equal(first, 'others', 'the others waited until it was known where the loop is');
  for (const outcome of await Promise.all(behind)) assert.deepEqual(types(outcome), ['ScheduleActivityTask']);
  assert.deepEqual(await piece, { kind: 'needsHistory' });
  assert.equal((await endless).kind, 'failed');
  const last = await step(patient, cached);
  assert.equal(value(only(last, 'CompleteWorkflowExecution').result), 'x');
});

test('a workflow that takes all memory ends its thread, and is told from the others', async () => {
  const small = await startSandbox('spinning', { interruptAfterMs: 60_000, maxCachedBytes: 1 });
  const fine = new HistoryBuilder({ workflowType: 'fine' }).task();
  const [hoard, other] = await Promise.all([
    small.run(new HistoryBuilder({ workflowType: 'hoards' }).task().poll()),
    small.run(fine.poll()),
  ]);
  assert.equal(hoard.kind, 'failed');
  assert.match(
    hoard.kind === 'failed' ? hoard.failure.message : '',
    /workflow 'hoards' .* took its sandbox thread down/,
  );
  assert.deepEqual(types(other), ['ScheduleActivityTask']);
  await small.close();
});

test('closing ends the thread, whatever it is doing, and tells those who wait', async () => {
  const busy = await startSandbox('spinning', { interruptAfterMs: 60_000 });
  const endless = assert.rejects(
    busy.run(new HistoryBuilder({ workflowType: 'spinsAtOnce' }).task().poll()),
    /the workflow runner is closed/,
  );
  await busy.close();
  await endless;
  const late = busy.run(new HistoryBuilder({ workflowType: 'fine' }).task().poll());
  await assert.rejects(late, /the workflow runner is closed/);
});
