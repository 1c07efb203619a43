// Values that follow the code through its awaits, with the names of Node's AsyncLocalStorage, which a workflow cannot import.

import { currentFrame, runInFrame } from '../sandbox/realm/current.ts';

/** A value per flow of control: what is begun inside `run`, also behind an await, finds it by `getStore`. */
export class AsyncLocalStorage<T> {
  getStore(): T | undefined {
    return currentFrame()?.stores?.get(this) as T | undefined;
  }

  run<R, A extends unknown[]>(store: T, call: (...args: A) => R, ...args: A): R {
    const frame = currentFrame();
    const stores = new Map(frame?.stores).set(this, store);
    return runInFrame(frame?.scope, stores, () => call(...args));
  }

  exit<R, A extends unknown[]>(call: (...args: A) => R, ...args: A): R {
    return this.run(undefined as T, call, ...args);
  }
}
