// Workflows that do not yield.
import { condition, defineQuery, defineSignal, proxyActivities, setHandler, sleep } from 'perdure/workflow';

const { work } = proxyActivities<{ work(): Promise<string> }>({ startToCloseTimeout: '1 minute' });

export async function fine(): Promise<string> {
  return await work();
}

export async function spinsAtOnce(): Promise<void> {
  const list: number[] = [];
  for (;;) {
    list[0] = 1; // spins at once
  }
}

export async function spinsAfterAwait(): Promise<void> {
  await sleep(1_000);
  const list: number[] = [];
  while (list.length === 0) {
    list.length = 0; // spins after an await
  }
}

export async function spinsInMicrotasks(): Promise<void> {
  for (;;) {
    await Promise.resolve(); // spins in microtasks
  }
}

export async function swallowsAll(): Promise<void> {
  for (;;) {
    try {
      for (;;); // spins in a try
    } catch {
      // Nothing stops it from in here.
    } finally {
      await Promise.resolve();
    }
  }
}

export async function backtracks(): Promise<boolean> {
  return /^(a+)+$/.test(`${'a'.repeat(50)}!`); // backtracks
}

export async function spinsInHandler(): Promise<void> {
  setHandler(defineSignal('spin'), () => {
    for (;;); // spins in a handler
  });
  await condition(() => false);
}

export async function spinsInQuery(): Promise<void> {
  setHandler(defineQuery('spin'), () => {
    for (;;); // spins in a query
  });
  setHandler(defineQuery<string>('fine'), () => 'fine');
  await condition(() => false);
}

interface Link {
  readonly next: Link | undefined;
}

export async function hoards(): Promise<void> {
  let chain: Link | undefined;
  for (;;) chain = { next: chain }; // hoards
}
