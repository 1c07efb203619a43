// An app in memory with a worker for the workflows of a file in ./workflows, for what workflows and activities do together.

import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { type App, type AppWorkerOptions, open } from '../../src/embed.ts';
import type { Client, Workflow, WorkflowHandleWithStartDetails } from '../../src/sdk/client/index.ts';
import { bundleWorkflowCode, type LogMetadata, makeLogger, type Worker } from '../../src/sdk/worker/index.ts';

export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly meta: LogMetadata;
}

export interface WithWorker extends AsyncDisposable {
  readonly app: App;
  readonly client: Client;
  readonly worker: Worker;
  /** What was logged, by worker, workflows and activities. */
  readonly lines: readonly LogLine[];
  /** Starts a workflow on the worker's queue, under an id of its own. */
  start<W extends Workflow>(workflow: W, ...args: Parameters<W>): Promise<WorkflowHandleWithStartDetails<W>>;
  /** A further worker of the same queue. */
  another(options?: Partial<AppWorkerOptions>): Promise<Worker>;
}

const bundles = new Map<string, ReturnType<typeof bundleWorkflowCode>>();

/** Bundled once for a test file, however many workers it starts. */
export function bundleOf(file: string): ReturnType<typeof bundleWorkflowCode> {
  const workflowsPath = fileURLToPath(new URL(`./workflows/${file}`, import.meta.url));
  const bundle = bundles.get(file) ?? bundleWorkflowCode({ workflowsPath });
  bundles.set(file, bundle);
  return bundle;
}

export const queue = 'q';

export async function withWorker(
  file: string,
  activities: object = {},
  options: Partial<AppWorkerOptions> = {},
): Promise<WithWorker> {
  const lines: LogLine[] = [];
  const logger = makeLogger((level, message, meta) => void lines.push({ level, message, meta }));
  const app = await open({ logger, dataConverter: options.dataConverter });
  const another = async (changed: Partial<AppWorkerOptions> = {}) =>
    app.worker({ taskQueue: queue, workflowBundle: await bundleOf(file), activities, ...options, ...changed });
  const worker = await another();
  return {
    app,
    client: app.client,
    worker,
    lines,
    another,
    start: (workflow, ...args) =>
      app.client.workflow.start<Workflow>(workflow, { taskQueue: queue, workflowId: randomUUID(), args }) as never,
    [Symbol.asyncDispose]: () => app.close(),
  };
}

/** A promise with its ends outside: the event that a test waits for. */
export function event<T = void>(): { readonly happened: Promise<T>; readonly happen: (value: T) => void } {
  const { promise, resolve } = Promise.withResolvers<T>();
  return { happened: promise, happen: resolve };
}

/** Asks again and again, letting everything else happen in between, until the answer is one that the test waits for. */
export async function eventually<T>(ask: () => Promise<T>, isIt: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (isIt(answer)) return answer;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
