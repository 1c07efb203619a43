// W1 to W6: each opens a fresh file, with every commit synced to disk, and answers with its figures.

import { footprint } from './footprint.ts';
import {
  inFolder,
  many,
  type Options,
  openWithWorker,
  PAYLOAD,
  percentiles,
  type Result,
  rounded,
  TASK_QUEUE,
  times,
  withApp,
} from './measure.ts';
import { signalled } from './signalled.ts';

export interface Workload {
  readonly about: string;
  readonly options: Options;
  readonly run: (options: Options) => Promise<Result>;
}

const start = (workflowId: string, args: readonly [number, string]) => ({
  taskQueue: TASK_QUEUE,
  workflowId,
  args: [...args],
});

async function throughput({ workflows = 0, inFlight = 0, activities = 0 }: Options): Promise<Result> {
  return withApp(async (app) => {
    const one = (name: string) => (index: number) =>
      app.client.workflow.execute('sequence', start(`${name}-${index}`, [activities, PAYLOAD]));
    await many(Math.ceil(workflows / 5), inFlight, one('warm'));
    const begin = performance.now();
    const cpu = process.cpuUsage();
    await many(workflows, inFlight, one('w1'));
    const seconds = (performance.now() - begin) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    return {
      workflowsPerSecond: rounded(workflows / seconds),
      cpuMsPerWorkflow: rounded((user + system) / 1000 / workflows, 2),
    };
  });
}

async function oneActivity({ workflows = 0 }: Options): Promise<Result> {
  return withApp(async (app) => {
    const one = (index: number) => app.client.workflow.execute('sequence', start(`w2-${index}`, [1, PAYLOAD]));
    return percentiles(await times(workflows, Math.ceil(workflows / 5), one));
  });
}

async function longSequence({ steps = 0 }: Options): Promise<Result> {
  return inFolder(async (database) => {
    const figures = await withSequence(database, steps);
    // A new process would find nothing in the worker's cache; a new app in this one finds as little.
    await using app = await openWithWorker(database);
    const warm = app.client.workflow.getHandle('warm');
    await warm.query('__stack_trace');
    const begin = performance.now();
    await app.client.workflow.getHandle('w4').query('__stack_trace');
    const seconds = (performance.now() - begin) / 1000;
    return { stepsPerSecond: figures.stepsPerSecond, replayEventsPerSecond: rounded(figures.events / seconds) };
  });
}

async function withSequence(database: string, steps: number): Promise<{ stepsPerSecond: number; events: number }> {
  await using app = await openWithWorker(database);
  await app.client.workflow.execute('sequence', start('warm', [Math.ceil(steps / 10), PAYLOAD]));
  const begin = performance.now();
  await app.client.workflow.execute('sequence', start('w4', [steps, PAYLOAD]));
  const seconds = (performance.now() - begin) / 1000;
  const { historyLength } = await app.client.workflow.getHandle('w4').describe();
  return { stepsPerSecond: rounded(steps / seconds), events: historyLength };
}

async function atOnce({ activities = 0, runs = 0 }: Options): Promise<Result> {
  return withApp(async (app) => {
    const one = (index: number) => app.client.workflow.execute('parallel', start(`w6-${index}`, [activities, PAYLOAD]));
    const { p50Ms, p99Ms } = percentiles(await times(runs, 1, one));
    return { wallMs: p50Ms, slowestMs: p99Ms };
  }, activities);
}

export const workloads: Readonly<Record<string, Workload>> = {
  W1: {
    about: 'workflows of a few activities each, many in flight: workflows per second',
    options: { workflows: 1000, inFlight: 100, activities: 3 },
    run: throughput,
  },
  W2: {
    about: 'one activity, from start to result, one workflow at a time',
    options: { workflows: 300 },
    run: oneActivity,
  },
  W3: {
    about: 'from a signal to the result of a workflow that waits for it',
    options: { workflows: 300 },
    run: signalled,
  },
  W4: {
    about: 'activities one after another; then the replay of that history',
    options: { steps: 1000 },
    run: longSequence,
  },
  W5: { about: 'process start to ready, memory, and disk per parked run', options: { parked: 2000 }, run: footprint },
  W6: {
    about: 'one workflow that schedules many activities at once',
    options: { activities: 500, runs: 5 },
    run: atOnce,
  },
};
