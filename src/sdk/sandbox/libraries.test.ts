import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { cosineSimilarity } from 'ai';
import type { WorkflowRunner } from './runner.ts';
import { HistoryBuilder, value } from './testing/history-builder.ts';
import { completed, failing, lineOf, only, startSandbox } from './testing/sandbox.ts';

let runner: WorkflowRunner;
before(async () => {
  runner = await startSandbox('libraries');
});
after(() => runner.close());

function task(workflowType: string, ...args: readonly unknown[]) {
  return new HistoryBuilder({ workflowType, args }).task().poll();
}

test('zod validates inside a workflow, and its errors are errors there', async () => {
  const good = { title: 'T', url: 'https://example.org/a', words: 3 };
  const outcome = await completed(runner, task('withZod', good));
  assert.deepEqual(value(only(outcome, 'CompleteWorkflowExecution').result), {
    ...good,
    tags: [],
    schema: ['title', 'url', 'words', 'tags'],
  });
  const { failure } = only(
    await completed(runner, task('withZod', { title: '', url: 'x', words: 0.5 })),
    'FailWorkflowExecution',
  );
  assert.equal(failure?.applicationFailureInfo?.type, 'BadSummary');
  assert.match(failure?.message ?? '', /title.*\n.*url/s);
});

test('lodash works inside a workflow, and what it counts is counted per run', async () => {
  for (let run = 0; run < 2; run += 1) {
    const outcome = await completed(runner, task('withLodash'));
    assert.deepEqual(value(only(outcome, 'CompleteWorkflowExecution').result), [
      [[1, 2], [3, 4], [5]],
      { 3: ['one', 'two'], 5: ['three'] },
      { a: ['1970-01-01T00:00:00.000Z'], m: {} },
      'hello you',
      { a: { b: 1, c: 2 } },
      'run-1',
      true,
      ['a', 'b'],
    ]);
  }
});

test('what the AI SDK computes, it computes inside a workflow too', async () => {
  const outcome = await completed(runner, task('withAi'));
  const result = value(only(outcome, 'CompleteWorkflowExecution').result) as unknown[];
  assert.equal(result[0], cosineSimilarity([1, 0], [1, 1]));
  assert.deepEqual((result[1] as { required: unknown }).required, ['city']);
  assert.deepEqual(result.slice(2), [{ success: true, value: { city: 'Paris' } }, 16, 'function', { type: 'object' }]);
});

test('a model call inside a workflow fails the task: it belongs in an activity', async () => {
  const { failure } = await failing(runner, task('callsModel'));
  assert.match(failure.message, /^fetch is not available in workflow code: do this in an activity/);
  assert.ok(failure.message.includes(`(at ${await lineOf('libraries', '// the model call')}`), failure.message);
});
