import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { WorkflowRunner } from './runner.ts';
import { HistoryBuilder, value } from './testing/history-builder.ts';
import { completed, only, startSandbox, step } from './testing/sandbox.ts';

let runner: WorkflowRunner;
before(async () => {
  runner = await startSandbox('isolation');
});
after(() => runner.close());

async function result(workflowType: string, ...args: readonly unknown[]): Promise<unknown> {
  const outcome = await completed(runner, new HistoryBuilder({ workflowType, args }).task().poll());
  return value(only(outcome, 'CompleteWorkflowExecution').result);
}

test('what a run leaves in a module, on globalThis or on the real global object, no other run finds', async () => {
  for (let run = 0; run < 3; run += 1) assert.deepEqual(await result('remembers'), [1, 1, 0]);
});

for (const what of [
  'Array.prototype.push',
  'Object.prototype.own',
  'Object.prototype.toString',
  'JSON.parse',
  'Math.random',
  'Promise.prototype.then',
  'Date.now',
  'Date',
  'async generator',
  'Map.prototype',
  'Error.prototype.message',
  'the API',
  'URL.prototype',
  'segments',
  'setTimeout',
]) {
  test(`what all runs share cannot be changed: ${what}`, async () => {
    assert.match(String(await result('changes', what)), /Cannot|cannot be changed|not extensible|read only/);
  });
}

test('inherited names can be given to heirs all the same, which frozen objects do not allow by themselves', async () => {
  assert.deepEqual(await result('keepsNames'), [
    'animal',
    'Renamed: y',
    'old',
    ['constructor', 'hasOwnProperty'],
    true,
  ]);
});

test('globalThis takes what is assigned to it and has everything that there is', async () => {
  const expected = ['me', 'replaced', true, 'function', true, true, ['fetchedBy', 'fetch']];
  assert.deepEqual(await result('globalsOfItsOwn'), expected);
  assert.deepEqual(await result('globalsOfItsOwn'), expected);
});

test('AsyncLocalStorage follows the code of its run through its awaits', async () => {
  const histories = ['a', 'b'].map((name) => new HistoryBuilder({ workflowType: 'stores', args: [name] }).task());
  for (const history of histories) await step(runner, history);
  for (const history of histories) history.timerFired('1').timerFired('2').task();
  const [a, b] = await Promise.all(histories.map((history) => completed(runner, history.poll({ sticky: true }))));
  assert.deepEqual(a && value(only(a, 'CompleteWorkflowExecution').result), ['a1 a1', 'a2 a2', 'undefined']);
  assert.deepEqual(b && value(only(b, 'CompleteWorkflowExecution').result), ['b1 b1', 'b2 b2', 'undefined']);
});

test('a hundred runs at once do not mix', async () => {
  const histories = Array.from({ length: 100 }, (_, at) =>
    new HistoryBuilder({ workflowType: 'interleaves', args: [`${at}`] }).task(),
  );
  await Promise.all(histories.map((history) => step(runner, history)));
  await Promise.all(histories.map((history) => step(runner, history.signaled('add', '-x').task(), { sticky: true })));
  const last = await Promise.all(
    histories.map((history) => step(runner, history.signaled('add', '!').task(), { sticky: true })),
  );
  assert.deepEqual(
    last.map((outcome) => value(only(outcome, 'CompleteWorkflowExecution').result)),
    histories.map((_, at) => `${at}-x!`),
  );
});
