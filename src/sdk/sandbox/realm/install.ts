// Puts the globals of a workflow in their places. It is the first module of the realm to be evaluated, so that all others,
// the workflow API among them, find only these.

import { AbortController, AbortSignal, DOMException, Event, EventTarget } from './abort.ts';
import { deterministicDate, useRunClockInIntl } from './clock.ts';
import { structuredClone } from './clone.ts';
import { workflowConsole } from './console.ts';
import type { RealmHost } from './contract.ts';
import { currentRun, host } from './current.ts';
import { forbiddenFunction, forbiddenFunctions } from './forbidden.ts';
import { Headers } from './headers.ts';
import { workflowTimers } from './late-timers.ts';
import { uuidFrom } from './random.ts';
import { atob, btoa, TextDecoder, TextEncoder } from './text.ts';
import { URL } from './url.ts';
import { URLSearchParams } from './url-search-params.ts';

/** Absent, because their very existence is not deterministic, or because they would reach around what is. */
const REMOVED = ['WeakRef', 'FinalizationRegistry', 'SharedArrayBuffer', 'Atomics', 'WebAssembly'];

function install(host: RealmHost): void {
  const global = globalThis as unknown as Record<string, unknown>;
  for (const name of REMOVED) delete global[name];
  const random = () => currentRun().random();
  const globals: Record<string, unknown> = {
    ...forbiddenFunctions(),
    TextEncoder,
    TextDecoder,
    atob,
    btoa,
    Date: deterministicDate(Date),
    URL,
    URLSearchParams,
    Headers,
    AbortController,
    AbortSignal,
    DOMException,
    Event,
    EventTarget,
    structuredClone,
    console: workflowConsole(host),
    crypto: deterministicCrypto(random),
    ...timerFunctions(),
  };
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(global, name, { value, writable: true, configurable: true, enumerable: false });
  }
  Object.defineProperty(Math, 'random', { value: random, writable: true, configurable: true });
  useRunClockInIntl();
}

function timerFunctions(): Record<string, unknown> {
  const setTimeout = (call: unknown, ms: unknown = 1, ...args: unknown[]): number => {
    if (typeof call !== 'function') throw new TypeError('setTimeout needs a function');
    return workflowTimers().setTimeout(call as (...args: unknown[]) => unknown, Number(ms), ...args);
  };
  const clearTimeout = (id: unknown): void => workflowTimers().clearTimeout(id);
  // A promise's own job, so that an error thrown in it is the run's unhandled rejection.
  const queueMicrotask = (call: unknown): void => {
    if (typeof call !== 'function') throw new TypeError('queueMicrotask needs a function');
    void Promise.resolve().then(() => void call());
  };
  return { setTimeout, clearTimeout, clearInterval: () => {}, clearImmediate: () => {}, queueMicrotask };
}

const SUBTLE = [
  'digest',
  'encrypt',
  'decrypt',
  'sign',
  'verify',
  'generateKey',
  'importKey',
  'deriveKey',
  'deriveBits',
];

function deterministicCrypto(random: () => number): Record<string, unknown> {
  const subtle = SUBTLE.map((name) => [name, forbiddenFunction(`crypto.subtle.${name}`, 'do this in an activity')]);
  return {
    randomUUID: () => uuidFrom(random),
    getRandomValues: <A extends ArrayBufferView>(array: A): A => {
      const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
      for (let at = 0; at < bytes.length; at += 1) bytes[at] = random() * 256;
      return array;
    },
    subtle: Object.fromEntries(subtle) as object,
  };
}

if (host) install(host);
