// What the workloads share: an app on a fresh file, many things in flight, percentiles.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, open } from 'perdure';
import * as activities from './activities.ts';

export const TASK_QUEUE = 'bench';
export const PAYLOAD = 'x'.repeat(1024);
const WORKFLOWS = new URL('./workflows.ts', import.meta.url);

export type Result = Readonly<Record<string, number>>;
export type Options = Readonly<Record<string, number>>;

/** Runs a workload in a folder of its own, which is removed afterwards. */
export async function inFolder<T>(work: (database: string, folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'perdure-bench-'));
  try {
    return await work(join(folder, 'bench.db'), folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export async function openWithWorker(database: string, activitiesAtOnce = 100): Promise<App> {
  const app = await open({ database });
  await app.worker({
    taskQueue: TASK_QUEUE,
    workflows: WORKFLOWS,
    activities,
    maxConcurrentActivityTaskExecutions: activitiesAtOnce,
  });
  return app;
}

export function withApp<T>(work: (app: App) => Promise<T>, activitiesAtOnce?: number): Promise<T> {
  return inFolder(async (database) => {
    await using app = await openWithWorker(database, activitiesAtOnce);
    return await work(app);
  });
}

/** Does `one` for 0 to count − 1, at most `inFlight` at once. */
export async function many(count: number, inFlight: number, one: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const line = async () => {
    while (next < count) await one(next++);
  };
  await Promise.all(Array.from({ length: Math.min(inFlight, count) }, line));
}

/** The times of `count` calls, one after another, in milliseconds; the first `warmUp` are not counted. */
export async function times(
  count: number,
  warmUp: number,
  one: (index: number) => Promise<unknown>,
): Promise<number[]> {
  const all: number[] = [];
  for (let index = 0; index < warmUp + count; index += 1) {
    const begin = performance.now();
    await one(index);
    if (index >= warmUp) all.push(performance.now() - begin);
  }
  return all;
}

export function percentiles(all: readonly number[]): { readonly p50Ms: number; readonly p99Ms: number } {
  const sorted = [...all].sort((a, b) => a - b);
  const at = (share: number) => rounded(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0, 2);
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}

export function rounded(value: number, digits = 0): number {
  return Number(value.toFixed(digits));
}
