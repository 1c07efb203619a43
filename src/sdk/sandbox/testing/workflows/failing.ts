// Workflows for the tests of how workflows fail, and of what a workflow cannot do.
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import { Client } from 'perdure/client';
import {
  ApplicationFailure,
  condition,
  defineSignal,
  proxyActivities,
  setHandler,
  sleep,
  TemporalFailure,
} from 'perdure/workflow';

const { work } = proxyActivities<{ work(): Promise<string> }>({ startToCloseTimeout: '1 minute' });

export async function appFailure(): Promise<void> {
  throw ApplicationFailure.nonRetryable('the document is empty', 'EmptyDocument', { page: 1 }); // fails the workflow
}

class QuotaExceeded extends ApplicationFailure {
  constructor(message: string) {
    super(message, 'QuotaExceeded');
    this.name = 'QuotaExceeded';
  }
}

export async function ownFailure(): Promise<void> {
  const error = new QuotaExceeded('no more');
  if (!(error instanceof ApplicationFailure && error instanceof TemporalFailure && error instanceof Error)) {
    throw new Error('not what it is');
  }
  throw error;
}

export async function activityFailure(): Promise<string> {
  return await work();
}

export async function bug(): Promise<void> {
  const documents: { title: string }[] = [];
  await Promise.resolve();
  (documents[0] as { title: string }).title = 'x'; // the bug
}

export function bugAtOnce(): Promise<void> {
  throw new RangeError('before any await');
}

export async function bugInHandler(): Promise<void> {
  setHandler(defineSignal('go'), async () => {
    await Promise.resolve();
    throw new Error('the handler is wrong');
  });
  await condition(() => false);
}

export async function failureInHandler(): Promise<void> {
  setHandler(defineSignal('go'), () => {
    throw new ApplicationFailure('the handler says no', 'No');
  });
  await condition(() => false);
}

export async function bugInCondition(): Promise<void> {
  let armed = false;
  setHandler(defineSignal('go'), () => {
    armed = true;
  });
  await condition(() => {
    if (armed) throw new Error('the condition is wrong');
    return false;
  });
}

export async function throwsText(): Promise<void> {
  throw 'just a text';
}

export async function badResult(): Promise<unknown> {
  return { n: 1n };
}

export async function forgets(): Promise<void> {
  void Promise.reject(new Error('forgotten')); // nobody handles this
  await sleep(1_000);
}

export async function forgetsInTime(): Promise<string> {
  const rejected = Promise.reject(new Error('handled'));
  await Promise.resolve();
  return await rejected.catch((error: Error) => error.message);
}

const forbidden: Record<string, () => unknown> = {
  'process.env': () => process.env.HOME, // process
  fetch: () => fetch('https://example.org'), // fetch
  'node:fs': () => readFile('x'), // fs
  'node:os': () => os.hostname(), // os
  setInterval: () => setInterval(() => {}, 10), // setInterval
  setImmediate: () => setImmediate(() => {}), // setImmediate
  performance: () => performance.now(), // performance
  Buffer: () => Buffer.from('x'), // Buffer
  'crypto.subtle': () => crypto.subtle.digest('SHA-256', new Uint8Array(1)), // subtle
  WeakRef: () => new WeakRef({}), // WeakRef
  FinalizationRegistry: () => new FinalizationRegistry(() => {}), // FinalizationRegistry
  SharedArrayBuffer: () => new SharedArrayBuffer(8), // SharedArrayBuffer
  // @ts-expect-error: Node's types know it as a type only
  WebAssembly: () => new WebAssembly.Module(new Uint8Array(1)), // WebAssembly
  Response: () => new Response('x'), // Response
  WebSocket: () => new WebSocket('ws://example.org'), // WebSocket
  client: () => new Client({} as never), // client
  'require()': () => require(String('lodash')), // require
  'import()': () => import(`node:f${String('s')}`), // import
};

export async function forbids(what: string): Promise<void> {
  await forbidden[what]?.();
}

export async function swallows(): Promise<string> {
  try {
    await fetch('https://example.org');
  } catch {
    // Nothing is wrong, is it?
  }
  return 'went on';
}

export async function probes(): Promise<string[]> {
  return [
    typeof process,
    'window' in globalThis ? 'window' : 'undefined',
    typeof Buffer,
    typeof performance,
    typeof fetch,
  ];
}
