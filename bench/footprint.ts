// W5: what it costs to be there. Each figure is of a process of its own on the built package: from its start to ready, at rest, and
// with parked runs.

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { inFolder, type Options, type Result, rounded } from './measure.ts';

const STARTS = 7;
const PROCESS = fileURLToPath(new URL('./footprint-process.mjs', import.meta.url));
const BUILD = fileURLToPath(new URL('../scripts/build.ts', import.meta.url));

export async function footprint({ parked = 0 }: Options): Promise<Result> {
  await promisify(execFile)(process.execPath, [BUILD]);
  return inFolder(async (database) => {
    const starts: Started[] = [];
    for (let count = 0; count < STARTS; count += 1) starts.push(await startProcess(['ready', database]));
    const before = await fileSize(database);
    const full = await startProcess(['park', database, String(parked)]);
    const bytes = (await fileSize(database)) - before;
    return {
      readyMs: median(starts, 'readyMs'),
      bootMs: median(starts, 'bootMs'),
      importMs: median(starts, 'importMs'),
      openMs: median(starts, 'openMs'),
      workerMs: median(starts, 'workerMs'),
      idleRssMb: median(starts, 'rssMb'),
      parkedRssMb: rounded(full.rssMb),
      bytesPerParkedRun: rounded(bytes / parked),
    };
  });
}

function median(starts: readonly Started[], of: keyof Started): number {
  const sorted = starts.map((start) => start[of]).sort((a, b) => a - b);
  return rounded(sorted[Math.floor(sorted.length / 2)] ?? 0);
}

/** What a process says in its first line, and how long that took from its start. */
interface Started {
  readonly readyMs: number;
  readonly bootMs: number;
  readonly importMs: number;
  readonly openMs: number;
  readonly workerMs: number;
  readonly rssMb: number;
}

/** Starts a process, waits for its first line, and lets it close in order. */
async function startProcess(args: readonly string[]): Promise<Started> {
  const begin = performance.now();
  const child = spawn(process.execPath, [PROCESS, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const readyMs = performance.now() - begin;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
  return { ...(JSON.parse(line) as Omit<Started, 'readyMs'>), readyMs };
}

async function fileSize(database: string): Promise<number> {
  const files = [database, `${database}-wal`];
  const sizes = await Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
