// A store whose calls can be held back, or made to fail, on their way to it.

import { setImmediate } from 'node:timers/promises';
import type { Store } from '../../src/store/store.ts';

/** Stands before a store: answers, late or never, with what `call` answers, or throws. */
export type OnTheWay = (name: keyof Store, call: () => Promise<unknown>) => Promise<unknown>;

export function storeBehind(store: Store, onTheWay: OnTheWay): Store {
  const calls = Object.entries(store).map(([name, call]) => [
    name,
    (...args: unknown[]) =>
      onTheWay(name as keyof Store, () => (call as (...args: unknown[]) => Promise<unknown>)(...args)),
  ]);
  return Object.fromEntries(calls) as unknown as Store;
}

/** Everything that waits for nothing but its turn has its turn. */
export async function settle(): Promise<void> {
  await setImmediate();
}
