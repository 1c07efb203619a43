// A sandbox thread, from the worker's side: started, loaded, given work, ended.

import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { WorkflowBundle } from './bundle/format.ts';
import { type FromSandbox, packWork, type SandboxOptions, type ToSandbox, type Work } from './crossing.ts';
import { newPulse } from './pulse.ts';

// Sources in development, built files when installed: the ending of this very file says which.
const ENTRY = new URL(import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js', import.meta.url);

let threads = 0;

export class SandboxThread {
  /** By which the debugger finds it. */
  readonly name = `perdure-sandbox-${++threads}`;
  readonly pulse = newPulse();
  onDone: (done: Extract<FromSandbox, { type: 'done' }>) => void = () => {};
  /** The thread died by itself, e.g. because its memory ran out. */
  onDeath: (error: Error) => void = () => {};
  readonly #worker: Worker;
  readonly #loaded = Promise.withResolvers<FromSandbox>();
  #ended = false;

  constructor(maxHeapBytes: number) {
    const resourceLimits = {
      maxOldGenerationSizeMb: Math.ceil(maxHeapBytes / 2 ** 20),
      // V8 would take three times as much for garbage that is not worth keeping.
      maxYoungGenerationSizeMb: 16,
    };
    // Flags of this process, such as --input-type, are not meant for a program in a file.
    this.#worker = new Worker(fileURLToPath(ENTRY), { name: this.name, execArgv: [], resourceLimits });
    this.#loaded.promise.catch(() => {});
    this.#worker.on('message', (message: FromSandbox) => {
      if (message.type === 'done') this.onDone(message);
      else this.#loaded.resolve(message);
    });
    this.#worker.on('error', (error: Error) => this.#died(error));
    this.#worker.on('exit', (code) => this.#died(new Error(`the sandbox thread ended with exit code ${code}`)));
  }

  /** Rejects with what is wrong with the bundle. */
  async load({ code, sourceMap }: WorkflowBundle, options: SandboxOptions): Promise<void> {
    this.#send({ type: 'load', code, sourceMap, options, pulse: this.pulse });
    const answer = await this.#loaded.promise;
    if (answer.type !== 'notLoaded') return;
    const error = new Error(`the workflows cannot be loaded: ${answer.message}`);
    error.stack = `${error.name}: ${error.message}\n${answer.stack.replace(/^(?!\s+at ).*\n/, '')}`;
    throw error;
  }

  work(work: readonly Work[]): void {
    const message = packWork(work);
    this.#send(message, [message.bytes]);
  }

  /** Ends the thread, whatever it is doing; who waits for it to load is told the reason. */
  async end(reason = new Error('the sandbox thread was ended')): Promise<void> {
    this.#ended = true;
    this.#loaded.reject(reason);
    await this.#worker.terminate();
  }

  #send(message: ToSandbox, transfer: readonly ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, [...transfer]);
  }

  #died(error: Error): void {
    this.#loaded.reject(error);
    if (!this.#ended) this.onDeath(error);
    this.#ended = true;
  }
}
