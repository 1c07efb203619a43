// Workflows for the tests of replay, and edits of one of them for the tests of determinism. Each `order…` is what somebody may
// make of `order` while runs of it are open.
import {
  CancellationScope,
  condition,
  defineQuery,
  defineSignal,
  proxyActivities,
  setHandler,
  sleep,
  uuid4,
  workflowInfo,
} from 'perdure/workflow';

interface Activities {
  charge(): Promise<string>;
  ship(): Promise<string>;
  notify(): Promise<string>;
}

const { charge, ship, notify } = proxyActivities<Activities>({ startToCloseTimeout: '1 minute' });

export async function order(): Promise<string> {
  const paid = await charge();
  await sleep('1 hour');
  const sent = await ship();
  return `${paid} ${sent}`;
}

export async function otherActivity(): Promise<string> {
  await notify(); // instead of charge
  await sleep('1 hour');
  return await ship();
}

export async function timerFirst(): Promise<string> {
  await sleep('1 hour'); // instead of charge
  return await charge();
}

export async function approvalFirst(): Promise<string> {
  await condition(() => false, '1 hour'); // asks before charging
  return await charge();
}

export async function timeoutFirst(): Promise<string> {
  await new Promise((resolve) => setTimeout(resolve, 3_600_000)); // counts down before charging
  return await charge();
}

export async function scopeFirst(): Promise<string> {
  return await CancellationScope.withTimeout('1 hour', () => charge()); // limits the charging
}

export async function moreAtOnce(): Promise<string[]> {
  return await Promise.all([
    charge(),
    notify(), // one too many
  ]);
}

export async function nothingAtAll(): Promise<string> {
  return 'done';
}

export async function waitsInstead(): Promise<void> {
  await condition(() => false); // waits instead of charging
}

export async function noTimer(): Promise<string> {
  await charge();
  return await ship(); // no timer any more
}

export async function failsInstead(): Promise<string> {
  await charge();
  const { ApplicationFailure } = await import('perdure/workflow');
  throw new ApplicationFailure('changed my mind', 'Changed'); // fails instead of sleeping
}

export async function noCancel(): Promise<void> {
  let stop = false;
  setHandler(defineSignal('stop'), () => {
    stop = true;
  });
  await condition(() => stop);
  await condition(() => false); // does not cancel
}

/** What it draws and when it is, for replays to find again. */
export async function observes(): Promise<void> {
  const seen: unknown[] = [];
  const look = () =>
    seen.push([Date.now(), new Date().toISOString(), Math.random(), uuid4(), workflowInfo().historyLength]);
  setHandler(defineQuery<unknown>('seen'), () => seen);
  setHandler(defineSignal<[string]>('say'), (text) => void seen.push(text));
  look();
  await charge();
  look();
  await sleep('1 hour');
  look();
  await condition(() => false);
}

/** Draws in a query, which must not show in what it draws later. */
export async function queried(): Promise<number[]> {
  const seen: number[] = [];
  setHandler(defineQuery<number>('draw'), () => Math.random());
  await sleep(1_000);
  seen.push(Math.random());
  await sleep(1_000);
  return seen;
}

/** A long walk, of which the test makes a history. */
export async function counts(n: number): Promise<number> {
  let sum = 0;
  for (let at = 0; at < n; at += 1) sum += Number(await charge());
  return sum;
}
