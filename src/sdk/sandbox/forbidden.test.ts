import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { WorkflowRunner } from './runner.ts';
import { HistoryBuilder, value } from './testing/history-builder.ts';
import { completed, failing, lineOf, only, startSandbox } from './testing/sandbox.ts';

let runner: WorkflowRunner;
before(async () => {
  runner = await startSandbox('failing');
});
after(() => runner.close());

for (const [what, mark, expected] of [
  ['process.env', '// process', /^process is not available in workflow code: do this in an activity/],
  ['fetch', '// fetch', /^fetch is not available in workflow code: do this in an activity/],
  ['node:fs', '// fs', /^node:fs\/promises\.readFile is not available in workflow code: do this in an activity/],
  ['node:os', '// os', /^node:os\.hostname is not available in workflow code: do this in an activity/],
  ['setInterval', '// setInterval', /^setInterval is not available in workflow code: call sleep\(\) in a loop/],
  ['setImmediate', '// setImmediate', /^setImmediate is not available in workflow code/],
  ['performance', '// performance', /^performance is not available in workflow code: Date\.now\(\)/],
  ['Buffer', '// Buffer', /^Buffer is not available in workflow code: use Uint8Array/],
  ['crypto.subtle', '// subtle', /^crypto\.subtle\.digest is not available in workflow code: do this in an activity/],
  ['WeakRef', '// WeakRef', /^WeakRef is not available in workflow code/],
  ['FinalizationRegistry', '// FinalizationRegistry', /^FinalizationRegistry is not available in workflow code/],
  ['SharedArrayBuffer', '// SharedArrayBuffer', /^SharedArrayBuffer is not available in workflow code/],
  ['WebAssembly', '// WebAssembly', /^WebAssembly is not available in workflow code: do this in an activity/],
  ['Response', '// Response', /^Response is not available in workflow code: do this in an activity/],
  ['WebSocket', '// WebSocket', /^WebSocket is not available in workflow code: do this in an activity/],
  ['client', '// client', /^new perdure\/client\.Client is not available in workflow code: do this in an activity/],
  ['require()', '// require', /^require\(\) of a computed name is not available in workflow code/],
  ['import()', '// import', /^import\(\) of a computed name is not available in workflow code/],
] as const) {
  test(`${what} fails the task, naming the line and the remedy`, async () => {
    const history = new HistoryBuilder({ workflowType: 'forbids', args: [what] }).task();
    const { cause, failure } = await failing(runner, history.poll());
    assert.equal(cause, 'WORKFLOW_WORKER_UNHANDLED_FAILURE');
    assert.match(failure.message, expected);
    const place = await lineOf('failing', mark);
    if (what !== 'import()') assert.ok(failure.message.includes(`(at ${place}`), failure.message);
  });
}

test('a forbidden call fails the task even when the code catches its error', async () => {
  const history = new HistoryBuilder({ workflowType: 'swallows' }).task();
  const { failure } = await failing(runner, history.poll());
  assert.match(failure.message, /^fetch is not available in workflow code/);
});

test('libraries that ask what there is find no Node and no browser', async () => {
  const outcome = await completed(runner, new HistoryBuilder({ workflowType: 'probes' }).task().poll());
  assert.deepEqual(value(only(outcome, 'CompleteWorkflowExecution').result), [
    'undefined',
    'undefined',
    'undefined',
    'undefined',
    'function',
  ]);
});
