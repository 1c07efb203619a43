// Workflows that are talked to: signals, queries, waiting, going on as new.

import {
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  isCancellation,
  log,
  proxyActivities,
  setHandler,
  sleep,
  uuid4,
  workflowInfo,
} from '../../../src/sdk/workflow/index.ts';

const { note } = proxyActivities<{ note(text: string): Promise<void> }>({ startToCloseTimeout: '10 s' });

export const add = defineSignal<[number]>('add');
export const finish = defineSignal('finish');
export const total = defineQuery<number>('total');
export const scaled = defineQuery<number, [number]>('scaled');
export const broken = defineQuery('broken');

/** Adds up what it is sent until it is told to finish. */
export async function adder(start: number): Promise<number> {
  let sum = start;
  let finished = false;
  setHandler(add, (number) => {
    sum += number;
  });
  setHandler(finish, () => {
    finished = true;
  });
  setHandler(total, () => sum);
  setHandler(scaled, (factor) => sum * factor);
  setHandler(broken, () => {
    throw new RangeError('no answer today');
  });
  await condition(() => finished);
  return sum;
}

/** Waits for `add`, at most so long. */
export async function waitForIt(timeoutMs: number): Promise<string> {
  let came = false;
  setHandler(add, (number) => {
    came = number > 0;
  });
  return (await condition(() => came, timeoutMs)) ? 'it came' : 'it did not come';
}

/** Goes on as new until the number is 0. */
export async function countDown(left: number, runs: readonly string[] = []): Promise<readonly string[]> {
  const seen = [...runs, workflowInfo().runId];
  if (left > 0) await continueAsNew<typeof countDown>(left - 1, seen);
  return seen;
}

/** What a workflow can know of itself. */
export async function whoAmI(): Promise<Record<string, unknown>> {
  await sleep(1);
  const { workflowId, runId, workflowType, taskQueue, attempt, historyLength, historySize, firstExecutionRunId } =
    workflowInfo();
  return {
    workflowId,
    runId,
    workflowType,
    taskQueue,
    attempt,
    historyLength,
    historySize,
    firstExecutionRunId,
    uuid: uuid4(),
  };
}

/** Notes what it is doing, before a wait and after: a replay notes nothing twice. */
export async function chatty(): Promise<void> {
  log.info('before', { step: 1 });
  await sleep(1);
  log.warn('after');
  await note('noted');
}

/** Fails as often as it is told to, before it succeeds. */
export async function retried(failures: number): Promise<number> {
  const { attempt } = workflowInfo();
  if (attempt <= failures) throw ApplicationFailure.create({ message: `attempt ${attempt}`, type: 'Flaky' });
  return attempt;
}

/** Cleans up after it was cancelled, and says so by its result or by ending as cancelled. */
export async function cleansUp(how: 'result' | 'cancelled'): Promise<string> {
  try {
    await sleep('1 day');
    return 'woke up';
  } catch (error) {
    if (!isCancellation(error)) throw error;
    await CancellationScope.nonCancellable(() => note('cleaned up'));
    if (how === 'cancelled') throw error;
    return 'cleaned up';
  }
}

/** A scope with a time limit around a wait. */
export async function limited(limitMs: number, waitMs: number): Promise<string> {
  try {
    await CancellationScope.withTimeout(limitMs, () => sleep(waitMs));
    return 'in time';
  } catch (error) {
    return error instanceof CancelledFailure ? 'too late' : `${error}`;
  }
}

/** Several waits in one scope, which is cancelled from within. */
export async function cancelsItself(): Promise<string[]> {
  const ended: string[] = [];
  const scope = new CancellationScope();
  const waiting = scope.run(async () => {
    const waits = ['a', 'b'].map((name) => sleep('1 day').catch((error) => ended.push(`${name} ${error.name}`)));
    await Promise.all(waits);
  });
  await sleep(1);
  scope.cancel();
  await waiting;
  return ended;
}

/** Returns a text of so many characters. */
export async function verbose(characters: number): Promise<string> {
  return 'x'.repeat(characters);
}
