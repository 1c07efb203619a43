// Where a thread's code is that never comes to rest. The thread itself cannot be asked, but its debugger can: pausing it works in
// the middle of a loop, and gives the stack.

import type { Session } from 'node:inspector/promises';
import { BUNDLE_FILE } from './bundle/format.ts';

/** How often the thread is let go on until it is in workflow code. */
const MOST_STEPS = 10;

/** Whether somebody debugs this process: then code may stand still for as long as they look at it. */
export async function beingDebugged(): Promise<boolean> {
  try {
    const { url } = await import('node:inspector');
    return url() !== undefined;
  } catch {
    return false;
  }
}

interface Paused {
  readonly callFrames: readonly {
    readonly functionName: string;
    readonly location: { readonly scriptId: string; readonly lineNumber: number; readonly columnNumber?: number };
  }[];
}

interface WorkerMessage {
  readonly method?: string;
  readonly params?: unknown;
}

/**
 * The stack of the thread of this name, in the bundle's places; undefined when it could not be had in time. The thread stays
 * paused or is about to: end it.
 */
export async function stackOfThread(name: string, withinMs: number): Promise<string | undefined> {
  let session: Session | undefined;
  try {
    const inspector = await import('node:inspector/promises');
    session = new inspector.Session();
    session.connect();
    return await withTimeout(pauseAndAsk(session, name), withinMs);
  } catch {
    // Without an inspector (it is a build option of Node) the place stays unknown.
    return undefined;
  } finally {
    session?.disconnect();
  }
}

async function pauseAndAsk(session: Session, name: string): Promise<string> {
  const attached = Promise.withResolvers<string>();
  let paused = Promise.withResolvers<Paused>();
  const scripts = new Map<string, string>();
  session.on('NodeWorker.attachedToWorker', ({ params }) => {
    if (params.workerInfo.title.includes(name)) attached.resolve(params.sessionId);
  });
  session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => {
    const { method, params: about } = JSON.parse(params.message) as WorkerMessage;
    if (method === 'Debugger.scriptParsed') {
      const { scriptId, url } = about as { scriptId: string; url: string };
      scripts.set(scriptId, url);
    }
    if (method === 'Debugger.paused') paused.resolve(about as Paused);
  });
  await session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
  const sessionId = await attached.promise;
  let id = 0;
  const tell = (method: string) => {
    const message = JSON.stringify({ id: ++id, method });
    return session.post('NodeWorker.sendMessageToWorker', { sessionId, message });
  };
  await tell('Debugger.enable');
  await tell('Debugger.pause');
  let frames = framesOf(await paused.promise, scripts);
  // Between two microtasks no code is on the stack: the next step is into one.
  for (let steps = 0; frames.length === 0 && steps < MOST_STEPS; steps += 1) {
    paused = Promise.withResolvers();
    await tell('Debugger.stepInto');
    frames = framesOf(await paused.promise, scripts);
  }
  await tell('Debugger.disable');
  await session.post('NodeWorker.disable');
  return ['', ...frames].join('\n');
}

function framesOf({ callFrames }: Paused, scripts: ReadonlyMap<string, string>): readonly string[] {
  return callFrames.filter(({ location }) => scripts.get(location.scriptId) === BUNDLE_FILE).map(frameText);
}

function frameText({ functionName, location }: Paused['callFrames'][number]): string {
  const place = `${BUNDLE_FILE}:${location.lineNumber + 1}:${(location.columnNumber ?? 0) + 1}`;
  return functionName === '' ? `    at ${place}` : `    at ${functionName} (${place})`;
}

async function withTimeout<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ms, undefined);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
