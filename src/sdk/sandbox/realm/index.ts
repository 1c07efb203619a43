// The realm: the one context of a sandbox thread, in which all its runs live. This code is bundled on its own and runs in the
// context once, before any workflow: it takes away what would make a workflow see the outside, puts in its place what is
// deterministic, and freezes everything that the runs share.

import { DeterminismViolationError } from '../../workflow/determinism-violation.ts';
import { AbortController, AbortSignal, DOMException, Event, EventTarget } from './abort.ts';
import { deterministicDate, useRunClockInIntl } from './clock.ts';
import { structuredClone } from './clone.ts';
import { attributesJson, workflowConsole } from './console.ts';
import type { RealmControl, RealmHost, RealmRun } from './contract.ts';
import { currentRun, setCurrentRun } from './current.ts';
import { forbiddenFunction, forbiddenFunctions, violation } from './forbidden.ts';
import { freezeReachable, hiddenIntrinsics, repairOverride, repairOverrides } from './freeze.ts';
import { globalThisTemplate } from './global-this.ts';
import { Headers } from './headers.ts';
import { randomSequence, uuidFrom } from './random.ts';
import { textClasses } from './text.ts';
import { urlClass } from './url.ts';
import { URLSearchParams } from './url-search-params.ts';

/** Absent, because their very existence is not deterministic, or because they would reach around what is. */
const REMOVED = ['WeakRef', 'FinalizationRegistry', 'SharedArrayBuffer', 'Atomics', 'WebAssembly'];

const STACK_FRAMES = 30;

/** Prepares the context that this code runs in. Its own globals are gone afterwards; the host keeps what is returned. */
export function prepareRealm(global: Record<PropertyKey, unknown>, host: RealmHost): RealmControl {
  for (const name of REMOVED) delete global[name];
  const randoms = new WeakMap<RealmRun, () => number>();
  defineGlobals(global, host, () => (randoms.get(currentRun()) as () => number)());
  useRunClockInIntl();
  const template = globalThisTemplate(global);
  repairOverrides();
  for (const holder of [DOMException.prototype, DeterminismViolationError.prototype]) {
    for (const name of ['name', 'constructor']) repairOverride(holder, name);
  }
  freezeReachable([global, template, DeterminismViolationError, ...hiddenIntrinsics()]);
  return {
    createRun: (runId, seed, nowMs, start) => createRun({ host, template, randoms }, runId, seed, nowMs, start),
    enter: (run) => {
      setCurrentRun(run);
      Error.stackTraceLimit = STACK_FRAMES;
    },
  };
}

interface Shared {
  readonly host: RealmHost;
  readonly template: object;
  readonly randoms: WeakMap<RealmRun, () => number>;
}

function createRun(shared: Shared, runId: string, seed: string, nowMs: number, start: unknown): RealmRun {
  const { host, template, randoms } = shared;
  const run: RealmRun = {
    runId,
    globalThis: Object.create(template) as object,
    api: {
      get run() {
        return run;
      },
      start,
      runInFrame: (scope, stores, call) => host.runInFrame({ run, scope, stores }, call),
      currentFrame: () => host.currentFrame(),
      systemTime: () => host.systemTime(),
      log: (level, message, attributes) => {
        if (run.logging) host.log(level, message, attributesJson(attributes));
      },
      forbidden: (what) => violation(`${what} is not available in workflow code: do this in an activity`),
      seed: (text) => {
        randoms.set(run, randomSequence(text));
      },
    },
    nowMs,
    timers: undefined,
    logging: false,
    violation: undefined,
  };
  randoms.set(run, randomSequence(seed));
  return run;
}

function defineGlobals(global: object, host: RealmHost, random: () => number): void {
  const globals: Record<string, unknown> = {
    ...forbiddenFunctions(),
    ...textClasses(host),
    Date: deterministicDate(Date),
    URL: urlClass(host),
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
}

function timerFunctions(): Record<string, unknown> {
  const setTimeout = (call: unknown, ms: unknown = 1, ...args: unknown[]): number => {
    if (typeof call !== 'function') throw new TypeError('setTimeout needs a function');
    const { timers } = currentRun();
    if (!timers) throw new Error('setTimeout cannot be called before the workflow has begun');
    return timers.setTimeout(call as (...args: unknown[]) => unknown, Number(ms), ...args);
  };
  const clearTimeout = (id: unknown): void => currentRun().timers?.clearTimeout(id);
  // A promise's own job, so that an error thrown in it is the run's unhandled rejection.
  const queueMicrotask = (call: unknown): void => {
    if (typeof call !== 'function') throw new TypeError('queueMicrotask needs a function');
    void Promise.resolve().then(() => void call());
  };
  return { setTimeout, clearTimeout, clearInterval: () => {}, clearImmediate: () => {}, queueMicrotask };
}

function deterministicCrypto(random: () => number): Record<string, unknown> {
  return {
    randomUUID: () => uuidFrom(random),
    getRandomValues: <A extends ArrayBufferView>(array: A): A => {
      const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
      for (let at = 0; at < bytes.length; at += 1) bytes[at] = random() * 256;
      return array;
    },
    subtle: {
      digest: forbiddenFunction('crypto.subtle.digest', 'do this in an activity'),
      encrypt: forbiddenFunction('crypto.subtle.encrypt', 'do this in an activity'),
      decrypt: forbiddenFunction('crypto.subtle.decrypt', 'do this in an activity'),
      sign: forbiddenFunction('crypto.subtle.sign', 'do this in an activity'),
      verify: forbiddenFunction('crypto.subtle.verify', 'do this in an activity'),
      generateKey: forbiddenFunction('crypto.subtle.generateKey', 'do this in an activity'),
      importKey: forbiddenFunction('crypto.subtle.importKey', 'do this in an activity'),
      deriveBits: forbiddenFunction('crypto.subtle.deriveBits', 'do this in an activity'),
    },
  };
}
