// A sandbox thread, from the worker's side: started, loaded, given work, asked, ended.

import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { WorkflowBundle } from './bundle/bundle.ts';
import { type FromSandbox, packWork, type SandboxOptions, type ToSandbox, type Work } from './crossing.ts';
import { newPulse } from './pulse.ts';

// Sources in development, built files when installed: the ending of this very file says which.
const ENTRY = new URL(import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js', import.meta.url);

let threads = 0;

export interface SandboxThread {
  readonly name: string;
  readonly pulse: SharedArrayBuffer;
  /** The names of the exported functions. Rejects with what is wrong with the bundle. */
  load(bundle: WorkflowBundle, options: SandboxOptions): Promise<readonly string[]>;
  work(work: readonly Work[]): void;
  onDone: (done: Extract<FromSandbox, { type: 'done' }>) => void;
  /** The thread died by itself, e.g. because its memory ran out. */
  onDeath: (error: Error) => void;
  /** Ends the thread, whatever it is doing; what waits for its answer is rejected with the reason. */
  end(reason?: Error): Promise<void>;
}

export function startThread(maxHeapBytes: number): SandboxThread {
  const name = `perdure-sandbox-${++threads}`;
  const worker = new Worker(fileURLToPath(ENTRY), {
    name,
    resourceLimits: { maxOldGenerationSizeMb: Math.ceil(maxHeapBytes / 2 ** 20) },
  });
  const pulse = newPulse();
  const answers: PromiseWithResolvers<FromSandbox>[] = [];
  const send = (message: ToSandbox, transfer: readonly ArrayBuffer[] = []) =>
    worker.postMessage(message, [...transfer]);
  let ended = false;

  const thread: SandboxThread = {
    name,
    pulse,
    onDone: () => {},
    onDeath: () => {},
    async load({ code, sourceMap }, options) {
      const answer = await asked({ type: 'load', code, sourceMap, options, pulse });
      if (answer.type === 'loaded') return answer.workflows;
      const { message, stack } = answer as Extract<FromSandbox, { type: 'notLoaded' }>;
      const error = new Error(`the workflows cannot be loaded: ${message}`);
      error.stack = `${error.name}: ${error.message}\n${stack.replace(/^(?!\s+at ).*\n/, '')}`;
      throw error;
    },
    work(work) {
      const message = packWork(work);
      send(message, [message.bytes]);
    },
    async end(reason = new Error('the sandbox thread was ended')) {
      ended = true;
      for (const answer of answers.splice(0)) answer.reject(reason);
      await worker.terminate();
    },
  };
  const asked = (message: ToSandbox): Promise<FromSandbox> => {
    const answer = Promise.withResolvers<FromSandbox>();
    answers.push(answer);
    send(message);
    return answer.promise;
  };
  const die = (error: Error): void => {
    for (const answer of answers.splice(0)) answer.reject(error);
    if (!ended) thread.onDeath(error);
    ended = true;
  };
  worker.on('message', (message: FromSandbox) => {
    if (message.type === 'done') thread.onDone(message);
    else answers.shift()?.resolve(message);
  });
  worker.on('error', die);
  worker.on('exit', (code) => die(new Error(`the sandbox thread ended with exit code ${code}`)));
  return thread;
}
