import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFilter } from './list-filter.ts';

test('an empty filter claims nothing', () => {
  assert.deepEqual(parseFilter(), []);
  assert.deepEqual(parseFilter('  '), []);
});

test('claims on the three fields are joined by AND, in any case', () => {
  assert.deepEqual(parseFilter(`ExecutionStatus = 'Running' and WorkflowType="order" AND \`WorkflowId\`='o-1'`), [
    { field: 'ExecutionStatus', equals: 'RUNNING' },
    { field: 'WorkflowType', equals: 'order' },
    { field: 'WorkflowId', equals: 'o-1' },
  ]);
});

test('a status is a name or its number', () => {
  assert.deepEqual(parseFilter('ExecutionStatus = 3'), [{ field: 'ExecutionStatus', equals: 'FAILED' }]);
  assert.throws(() => parseFilter("ExecutionStatus = 'Lost'"), /no ExecutionStatus: one of Running, Completed/);
});

test('a quote in a value is doubled or escaped', () => {
  assert.deepEqual(parseFilter(`WorkflowId = 'it''s'`), [{ field: 'WorkflowId', equals: "it's" }]);
  assert.deepEqual(parseFilter(`WorkflowId = 'it\\'s'`), [{ field: 'WorkflowId', equals: "it's" }]);
});

test('whatever else the language has is refused with what is understood', () => {
  for (const query of [
    "WorkflowType != 'order'",
    "WorkflowType = 'a' OR WorkflowType = 'b'",
    "WorkflowType IN ('a', 'b')",
    'StartTime > 7',
    "WorkflowType = 'a' AND",
    "WorkflowType = 'a' ORDER BY StartTime",
    'WorkflowId = 7',
    "WorkflowId = 'open",
  ]) {
    assert.throws(() => parseFilter(query), {
      code: 'INVALID_ARGUMENT',
      message: /ExecutionStatus = '…', WorkflowType = '…'/,
    });
  }
});

test('an unknown field is named', () => {
  assert.throws(() => parseFilter("Colour = 'red'"), /"Colour" is not a field/);
});
