// The workflows that are measured. Their activity does nothing, and their input is 1 KB.

import { condition, defineQuery, defineSignal, proxyActivities, setHandler } from 'perdure/workflow';
import type * as activities from './activities.ts';

const { nothing } = proxyActivities<typeof activities>({ startToCloseTimeout: '1 minute' });

export const release = defineSignal('release');
export const ready = defineQuery<boolean>('ready');

export async function sequence(steps: number, payload: string): Promise<number> {
  for (let step = 0; step < steps; step += 1) await nothing(payload);
  return steps;
}

export async function parallel(activities: number, payload: string): Promise<number> {
  await Promise.all(Array.from({ length: activities }, () => nothing(payload)));
  return activities;
}

export async function parked(_payload: string): Promise<string> {
  let released = false;
  setHandler(release, () => {
    released = true;
  });
  setHandler(ready, () => true);
  await condition(() => released);
  return 'released';
}
