import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { WorkflowLogLine, WorkflowRunner } from './runner.ts';
import { HistoryBuilder } from './testing/history-builder.ts';
import { lineOf, startSandbox, step } from './testing/sandbox.ts';

const lines: WorkflowLogLine[] = [];
let runner: WorkflowRunner;
before(async () => {
  runner = await startSandbox('basics', { onLog: (line) => lines.push(line) });
});
after(() => runner.close());

test('lines carry the ids of the workflow, console is the log, and a replay is silent', async () => {
  const history = new HistoryBuilder({ workflowType: 'logs' }).task();
  await step(runner, history);
  const attributes = {
    namespace: 'default',
    taskQueue: 'documents',
    workflowId: history.workflowId,
    runId: history.runId,
    workflowType: 'logs',
    sdkComponent: 'workflow',
  };
  assert.deepEqual(lines.splice(0), [
    { level: 'INFO', message: 'before', attributes: { page: 1, ...attributes } },
    { level: 'INFO', message: 'plain text {"a":1}', attributes },
  ]);
  runner.evict(history.runId);
  await step(runner, history.timerFired('1').task());
  assert.deepEqual(
    lines.map(({ level, message }) => [level, message]),
    [['WARN', 'after']],
  );
  const { error } = (lines[0] as WorkflowLogLine).attributes as {
    error: { name: string; message: string; stack: string };
  };
  assert.equal(error.message, 'odd');
  assert.ok(error.stack.includes(await lineOf('basics', "new Error('odd')")), error.stack);
});
