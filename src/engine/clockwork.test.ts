import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bench, start, typesOf } from '../../test/engine/bench-engine.ts';
import { settle, storeBehind } from '../../test/engine/store-behind.ts';
import { openMemoryStore } from '../store/memory.ts';

test('a deadline that comes while the store is asked for the next one is met', async () => {
  let goOn = () => {};
  let holdsBack = false;
  const store = storeBehind(openMemoryStore(), async (name, call) => {
    const answer = await call();
    if (name === 'nextDueMs' && holdsBack) {
      holdsBack = false;
      await new Promise<void>((resolve) => {
        goOn = resolve;
      });
    }
    return answer;
  });
  const { service, clock, open } = await bench(store);
  await start(service, 'first', { workflowStartDelayMs: 1000 });
  holdsBack = true;
  clock.pass(1000);
  await settle();
  assert.equal(holdsBack, false, 'the store is asked for the next deadline once the first was met');

  await start(service, 'second', { workflowStartDelayMs: 5 });
  clock.pass(5);
  goOn();
  await settle();
  assert.deepEqual(await typesOf(service, 'second'), ['WorkflowExecutionStarted', 'WorkflowTaskScheduled']);
  await open.close();
});
