// One pipeline in several versions, as a developer would edit it while runs are open. All are called `pipeline` to the outside.

import { condition, defineSignal, proxyActivities, setHandler } from '../../../src/sdk/workflow/index.ts';

const { fetchIt, saveIt } = proxyActivities<Record<'fetchIt' | 'saveIt', () => Promise<string>>>({
  startToCloseTimeout: '10 s',
});

export const go = defineSignal('go');

async function waitForGo(): Promise<void> {
  let gone = false;
  setHandler(go, () => {
    gone = true;
  });
  await condition(() => gone);
}

export async function pipeline(): Promise<string> {
  const text = await fetchIt();
  await waitForGo();
  return `${text} ${await saveIt()}`;
}
