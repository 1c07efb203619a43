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

export interface Located {
  /** In the bundle's places; undefined when it could not be had in time. */
  readonly stack: string | undefined;
  /**
   * Lets go of the thread's debugger. Only when the thread has ended: one that still stands still when it is let go of would stand
   * for ever, and no end would reach it.
   */
  readonly letGo: () => void;
}

/** Asks where the code of the thread of this name is. The thread runs on afterwards: end it. */
export async function locate(name: string, withinMs: number): Promise<Located> {
  let session: Session | undefined;
  const letGo = () => session?.disconnect();
  try {
    const inspector = await import('node:inspector/promises');
    session = new inspector.Session();
    session.connect();
    const thread = attach(session, name);
    const stack = await withTimeout(pauseAndAsk(thread), withinMs);
    // Behind the request to stand still, which may not have been carried out yet: this one ends it in any case.
    void thread.tell('Debugger.disable').catch(() => {});
    return { stack, letGo };
  } catch {
    // Without an inspector (it is a build option of Node) the place stays unknown.
    return { stack: undefined, letGo };
  }
}

/** The debugger of a thread, told through the one of this thread. */
interface ThreadDebugger {
  readonly tell: (method: string) => Promise<void>;
  /** The next time that the thread stands still. Ask before it is told to. */
  readonly paused: () => Promise<Paused>;
  readonly scripts: ReadonlyMap<string, string>;
}

function attach(session: Session, name: string): ThreadDebugger {
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
  const enabled = session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
  let id = 0;
  const tell = async (method: string) => {
    await enabled;
    const message = JSON.stringify({ id: ++id, method });
    await session.post('NodeWorker.sendMessageToWorker', { sessionId: await attached.promise, message });
  };
  const nextPause = () => {
    paused = Promise.withResolvers();
    return paused.promise;
  };
  return { tell, paused: nextPause, scripts };
}

async function pauseAndAsk({ tell, paused, scripts }: ThreadDebugger): Promise<string> {
  await tell('Debugger.enable');
  const first = paused();
  await tell('Debugger.pause');
  let frames = framesOf(await first, scripts);
  // Between two microtasks no code is on the stack: the next step is into one.
  for (let steps = 0; frames.length === 0 && steps < MOST_STEPS; steps += 1) {
    const next = paused();
    await tell('Debugger.stepInto');
    frames = framesOf(await next, scripts);
  }
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
