import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bench, NAMESPACE, start } from '../../test/engine/bench-engine.ts';
import { settle, storeBehind } from '../../test/engine/store-behind.ts';
import { openMemoryStore } from '../store/memory.ts';

test('a query that is asked while the engine closes is refused, and nothing else breaks', async () => {
  const held: (() => void)[] = [];
  let holdsBack = false;
  const store = storeBehind(openMemoryStore(), async (name, call) => {
    const answer = await call();
    if (name === 'commit' && holdsBack) await new Promise<void>((resolve) => held.push(resolve));
    return answer;
  });
  const { service, open } = await bench(store);
  await start(service, 'one');
  const workflowExecution = { workflowId: 'one', runId: '' };
  const signal = () => service.signalWorkflowExecution({ namespace: NAMESPACE, workflowExecution, signalName: 'go' });

  // The query shares its transaction with the second signal, whose commit is on its way when the engine closes.
  holdsBack = true;
  const first = signal();
  await settle();
  const second = signal();
  const query = { queryType: 'state' };
  const asked = service.queryWorkflow({ namespace: NAMESPACE, execution: workflowExecution, query });
  const refused = assert.rejects(asked, /the engine was closed/);
  await settle();
  held.shift()?.();
  await settle();
  const closed = open.close();
  await settle();
  held.shift()?.();
  await Promise.all([first, second, refused, closed]);
});
