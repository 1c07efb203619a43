// Workflows for the tests of the API: activities, timers, conditions, signals, queries.
import {
  ActivityFailure,
  ApplicationFailure,
  allHandlersFinished,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  log,
  makeContinueAsNewFunc,
  proxyActivities,
  rootCause,
  setDefaultQueryHandler,
  setDefaultSignalHandler,
  setHandler,
  sleep,
  TimeoutFailure,
  Trigger,
  uuid4,
  workflowInfo,
} from 'perdure/workflow';

interface Activities {
  fetch_document(id: string): Promise<string>;
  summarise(text: string, words: number): Promise<{ summary: string }>;
}

const { fetch_document, summarise } = proxyActivities<Activities>({
  startToCloseTimeout: '30 s',
  scheduleToCloseTimeout: '5 minutes',
  heartbeatTimeout: 2_000,
  retry: { initialInterval: '1 s', backoffCoefficient: 2, maximumAttempts: 5, nonRetryableErrorTypes: ['Bad'] },
  summary: 'reads',
  priority: { priorityKey: 2 },
});

export async function pipeline(id: string): Promise<string> {
  const text = await fetch_document(id);
  const { summary } = await summarise(text, 10);
  return `${id}: ${summary}`;
}

export async function fanOut(ids: string[]): Promise<string[]> {
  return await Promise.all(ids.map((id) => fetch_document(id)));
}

export async function withOwnOptions(): Promise<string> {
  return await fetch_document.executeWithOptions(
    { activityId: 'mine', taskQueue: 'gpu-workers', retry: { maximumAttempts: 1 }, summary: 'other' },
    ['d'],
  );
}

export async function twoOfOneId(): Promise<void> {
  await Promise.all([
    fetch_document.executeWithOptions({ activityId: 'same' }, ['a']),
    fetch_document.executeWithOptions({ activityId: 'same' }, ['b']),
  ]);
}

export async function catches(): Promise<unknown> {
  try {
    return await fetch_document('x');
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    const { cause, activityType, activityId, retryState } = error;
    const details = cause instanceof ApplicationFailure ? cause.details : [];
    const timeout = cause instanceof TimeoutFailure ? [cause.timeoutType, cause.lastHeartbeatDetails] : [];
    return { root: rootCause(error), activityType, activityId, retryState, cause: cause?.name, details, timeout };
  }
}

export async function badOptions(options: Record<string, unknown>): Promise<unknown> {
  try {
    await proxyActivities<Activities>(options as never).fetch_document('x');
    return 'taken';
  } catch (error) {
    return (error as Error).message;
  }
}

export async function sleeps(duration: string | number): Promise<number> {
  const before = Date.now();
  await sleep(duration as number, { summary: 'a nap' });
  return Date.now() - before;
}

const approve = defineSignal<[boolean]>('approve');
const status = defineQuery<string, [string?]>('status');

export async function approval(): Promise<string> {
  let approved: boolean | undefined;
  setHandler(approve, (value) => {
    approved = value;
  });
  setHandler(status, (prefix = '') => `${prefix}${approved === undefined ? 'waiting' : 'decided'}`);
  const inTime = await condition(() => approved !== undefined, '24 hours');
  return inTime ? `approved: ${approved}` : 'timed out';
}

export async function waitsForEver(): Promise<void> {
  await condition(() => false);
}

export async function countsSignals(): Promise<string[]> {
  const seen: string[] = [];
  let done = false;
  setHandler(defineSignal<[string]>('note'), (text) => void seen.push(text));
  setHandler(defineSignal('done'), () => {
    done = true;
  });
  await condition(() => done);
  return seen;
}

export async function handlesAtOnce(): Promise<number> {
  let n = 0;
  setHandler(defineSignal<[number]>('add'), (by) => {
    n += by;
  });
  return n;
}

export async function lateHandler(): Promise<string[]> {
  await sleep(1_000);
  const seen: string[] = [];
  setHandler(defineSignal<[string]>('note'), (text) => void seen.push(text));
  return seen;
}

export async function defaultHandlers(): Promise<unknown[]> {
  const seen: unknown[] = [];
  setDefaultSignalHandler((name, ...args) => void seen.push([name, ...args]));
  setDefaultQueryHandler((name, ...args) => ({ name, args, seen: seen.length }));
  await condition(() => seen.length >= 2);
  return seen;
}

export async function asyncHandler(): Promise<string> {
  let text = '';
  setHandler(defineSignal<[string]>('load'), async (id) => {
    text = await fetch_document(id);
  });
  await condition(() => text !== '' && allHandlersFinished());
  return text;
}

export async function abandonsHandler(): Promise<void> {
  let called = false;
  setHandler(defineSignal('slow'), async () => {
    called = true;
    await sleep('1 hour');
  });
  await condition(() => called);
}

export async function badQueries(): Promise<void> {
  let n = 0;
  setHandler(defineQuery('asks'), () => void sleep(1_000));
  setHandler(defineQuery('promises'), async () => 1);
  setHandler(defineQuery('throws'), () => {
    throw new ApplicationFailure('no such page', 'Missing');
  });
  setHandler(defineQuery<number>('fine'), () => ++n);
  await condition(() => false);
}

export async function triggered(): Promise<string> {
  const trigger = new Trigger<string>();
  setHandler(defineSignal<[string]>('pull'), (value) => trigger.resolve(value));
  return await trigger;
}

export async function usesTimeout(): Promise<string[]> {
  const order: string[] = [];
  setTimeout((word: string) => order.push(word), 2_000, 'two');
  const never = setTimeout(() => order.push('never'), 3_000);
  setTimeout(() => clearTimeout(never), 1_000);
  await sleep(5_000);
  return order;
}

export async function again(n: number): Promise<number> {
  if (n < 3) await continueAsNew<typeof again>(n + 1);
  return n;
}

export async function againElsewhere(): Promise<void> {
  await makeContinueAsNewFunc<typeof again>({
    workflowType: 'again',
    taskQueue: 'other',
    workflowRunTimeout: '1 hour',
    memo: { note: 'kept' },
  })(7);
}

export async function info(): Promise<unknown> {
  const first = workflowInfo();
  await sleep(1_000);
  const second = workflowInfo();
  return JSON.parse(JSON.stringify({ first, second, frozen: Object.isFrozen(second) }));
}

export async function chance(): Promise<unknown[]> {
  const before = [Math.random(), uuid4(), crypto.randomUUID(), [...crypto.getRandomValues(new Uint8Array(4))]];
  await sleep(1_000);
  return [...before, Math.random()];
}

export async function logs(): Promise<void> {
  log.info('before', { page: 1 });
  console.log('plain %s', 'text', { a: 1 });
  await sleep(1_000);
  log.warn('after', { error: new Error('odd') });
}

export async function stacks(): Promise<void> {
  setHandler(defineSignal('x'), () => {}, { description: 'does nothing' });
  setHandler(defineQuery('y'), () => 1, { description: 'says one' });
  await Promise.all([
    fetch_document('d'), // the activity waits here
    sleep('1 day'), // the timer waits here
    condition(() => false), // the condition waits here
  ]);
}

/** A class of the user's whose name the bundler has to keep. */
export class PageMissing extends Error {}

export default async function anyName(): Promise<string> {
  return `default of ${workflowInfo().workflowType}`;
}
