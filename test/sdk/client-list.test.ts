import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServiceError } from '../../src/sdk/client/index.ts';
import { type ByHand, byHand, completed } from './by-hand.ts';

async function startMany(hand: ByHand, number: number): Promise<void> {
  for (let index = 0; index < number; index += 1) {
    await hand.app.client.workflow.start('work', { taskQueue: 'q', workflowId: `w${index}`, memo: { index } });
  }
}

test('a list has every workflow, over as many pages as it takes', async () => {
  await using hand = await byHand();
  await startMany(hand, 7);
  const { workflow } = hand.app.client;
  const listed = await Array.fromAsync(workflow.list({ pageSize: 3 }));
  assert.deepEqual(listed.map(({ workflowId }) => workflowId).toSorted(), ['w0', 'w1', 'w2', 'w3', 'w4', 'w5', 'w6']);
  assert.deepEqual(listed.map(({ memo }) => memo.index).toSorted(), [0, 1, 2, 3, 4, 5, 6]);
  assert.equal((await workflow.count()).count, 7);
});

test('a list can be narrowed by status, type and id', async () => {
  await using hand = await byHand();
  await startMany(hand, 2);
  await hand.answer(completed());
  const { workflow } = hand.app.client;
  const ids = async (query: string) => {
    const listed = await Array.fromAsync(workflow.list({ query }));
    assert.equal((await workflow.count(query)).count, listed.length);
    return listed.map(({ workflowId }) => workflowId).toSorted();
  };
  assert.deepEqual(await ids("ExecutionStatus = 'Running'"), ['w1']);
  assert.deepEqual(await ids("ExecutionStatus = 'Completed' AND WorkflowType = 'work'"), ['w0']);
  assert.deepEqual(await ids("WorkflowId = 'w1'"), ['w1']);
  assert.deepEqual(await ids("WorkflowType = 'other'"), []);
});

test('a query that is not understood is refused, with what would be', async () => {
  await using hand = await byHand();
  const { workflow } = hand.app.client;
  for (const query of ["StartTime > '2026-01-01'", "WorkflowId = 'a' OR WorkflowId = 'b'", 'rubbish']) {
    const refused = (error: unknown) => error instanceof ServiceError && error.code === 'INVALID_ARGUMENT';
    await assert.rejects(Array.fromAsync(workflow.list({ query })), refused);
    await assert.rejects(workflow.count(query), refused);
  }
});

test('a list gives histories too', async () => {
  await using hand = await byHand();
  await startMany(hand, 2);
  const histories = await Array.fromAsync(hand.app.client.workflow.list().intoHistories());
  assert.deepEqual(histories.map(({ workflowId }) => workflowId).toSorted(), ['w0', 'w1']);
  for (const { history } of histories) assert.equal(history.events[0]?.type, 'WorkflowExecutionStarted');
});
