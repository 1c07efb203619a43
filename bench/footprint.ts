// W5: what it costs to be there. Each figure is of a process of its own: from its start to ready, at rest, and with parked runs.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { inFolder, many, type Options, openWithWorker, PAYLOAD, type Result, rounded, TASK_QUEUE } from './measure.ts';

const STARTS = 5;

export async function footprint({ parked = 0 }: Options): Promise<Result> {
  return inFolder(async (database) => {
    const starts: { readyMs: number; rssMb: number }[] = [];
    for (let count = 0; count < STARTS; count += 1) starts.push(await startProcess(database));
    starts.sort((a, b) => a.readyMs - b.readyMs);
    const middle = starts[Math.floor(STARTS / 2)] ?? { readyMs: 0, rssMb: 0 };
    const before = await fileSize(database);
    const parkedRssMb = await parkInProcess(database, parked);
    const bytesPerParkedRun = rounded(((await fileSize(database)) - before) / parked);
    return { readyMs: middle.readyMs, idleRssMb: middle.rssMb, parkedRssMb, bytesPerParkedRun };
  });
}

async function startProcess(database: string): Promise<{ readyMs: number; rssMb: number }> {
  const begin = performance.now();
  const line = await firstLine(['ready', database]);
  return { readyMs: rounded(performance.now() - begin), rssMb: rounded(Number(line)) };
}

async function parkInProcess(database: string, count: number): Promise<number> {
  return rounded(Number(await firstLine(['park', database, String(count)])));
}

async function firstLine(args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [new URL(import.meta.url).pathname, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
  return line;
}

async function fileSize(database: string): Promise<number> {
  const sizes = await Promise.all(
    [database, `${database}-wal`].map((file) =>
      stat(file).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function measured([what, database = '', count = '0']: readonly string[]): Promise<void> {
  const app = await openWithWorker(database);
  if (what === 'park') {
    const start = (index: number) =>
      app.client.workflow.start('parked', { taskQueue: TASK_QUEUE, workflowId: `parked-${index}`, args: [PAYLOAD] });
    await many(Number(count), 100, async (index) => (await start(index)).query('ready'));
  }
  process.on('SIGTERM', () => void app.close().then(() => process.exit(0)));
  process.stdout.write(`${process.memoryUsage.rss() / 1e6}\n`);
}

if (process.argv[1] === new URL(import.meta.url).pathname) await measured(process.argv.slice(2));
