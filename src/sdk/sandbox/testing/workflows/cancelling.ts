// Workflows for the tests of cancellation.
import {
  type ActivityCancellationType,
  ActivityFailure,
  CancellationScope,
  CancelledFailure,
  condition,
  defineSignal,
  isCancellation,
  proxyActivities,
  setHandler,
  sleep,
  Trigger,
} from 'perdure/workflow';

interface Activities {
  work(): Promise<string>;
  cleanUp(): Promise<void>;
}

const by = (cancellationType: ActivityCancellationType) =>
  proxyActivities<Activities>({ startToCloseTimeout: '1 minute', cancellationType });
const { cleanUp, work } = by('WAIT_CANCELLATION_COMPLETED');

export async function activity(cancellationType: ActivityCancellationType): Promise<string> {
  return await by(cancellationType).work();
}

export async function sleeper(): Promise<void> {
  await sleep('1 day');
}

export async function waits(): Promise<void> {
  await condition(() => false);
}

export async function pulled(): Promise<void> {
  await new Trigger<void>();
}

export async function catchesIt(): Promise<string> {
  try {
    await sleep('1 day');
    return 'slept';
  } catch (error) {
    return `${isCancellation(error)} ${error instanceof CancelledFailure} ${(error as Error).message}`;
  }
}

export async function cleansUp(): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (isCancellation(error)) await CancellationScope.nonCancellable(() => cleanUp());
    throw error;
  }
}

export async function tooLate(): Promise<string> {
  try {
    await sleep('1 day');
  } catch {
    // Cancelled: what is begun now is cancelled before it begins.
  }
  const results = await Promise.allSettled([work(), sleep(1_000), condition(() => false)]);
  return results.map((one) => (one.status === 'rejected' ? one.reason.message : 'done')).join(', ');
}

export async function scopeOfOne(): Promise<string> {
  const scope = new CancellationScope();
  const working = scope.run(() => by('TRY_CANCEL').work());
  setHandler(defineSignal('stop'), () => scope.cancel());
  try {
    return await working;
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    const { consideredCancelled } = scope;
    return `${error.cause?.name} ${consideredCancelled} ${CancellationScope.current().consideredCancelled}`;
  }
}

export async function cancelledAtOnce(): Promise<string> {
  const scope = new CancellationScope();
  const working = scope.run(() => Promise.allSettled([work(), sleep(1_000)]));
  scope.cancel();
  const results = await working;
  return results.map((one) => (one.status === 'rejected' ? one.reason.message : 'done')).join(', ');
}

export async function inTime(timeout: number): Promise<string> {
  try {
    return await CancellationScope.withTimeout(timeout, () => work());
  } catch (error) {
    return isCancellation(error) ? 'too slow' : 'odd';
  }
}

export async function shielded(): Promise<string> {
  const result = await CancellationScope.nonCancellable(() => work());
  return `${result} ${CancellationScope.current().consideredCancelled}`;
}

export async function hearsOfIt(): Promise<string> {
  const scope = new CancellationScope({ cancellable: false });
  const heard: string[] = [];
  CancellationScope.current().cancelRequested.catch((error) => heard.push((error as Error).message));
  const result = await scope.run(() => work());
  return [result, ...heard].join(', ');
}

export async function currentFollows(): Promise<boolean[]> {
  const root = CancellationScope.current();
  const same: boolean[] = [];
  await CancellationScope.cancellable(async () => {
    const inner = CancellationScope.current();
    same.push(inner !== root, inner.parent === root);
    await sleep(1_000);
    same.push(CancellationScope.current() === inner);
    await CancellationScope.nonCancellable(async () => {
      await sleep(1_000);
      same.push(CancellationScope.current().parent === inner);
    });
    same.push(CancellationScope.current() === inner);
  });
  same.push(CancellationScope.current() === root);
  return same;
}
