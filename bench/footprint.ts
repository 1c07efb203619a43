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
    const starts: Line[] = [];
    for (let count = 0; count < STARTS; count += 1) starts.push(await firstLine(['ready', database]));
    starts.sort((a, b) => a.afterMs - b.afterMs);
    const middle = starts[Math.floor(STARTS / 2)] as Line;
    const before = await fileSize(database);
    const full = await firstLine(['park', database, String(parked)]);
    return {
      readyMs: rounded(middle.afterMs),
      idleRssMb: rounded(middle.value),
      parkedRssMb: rounded(full.value),
      bytesPerParkedRun: rounded(((await fileSize(database)) - before) / parked),
    };
  });
}

interface Line {
  readonly value: number;
  /** Since the process was started. */
  readonly afterMs: number;
}

/** Starts a process, waits for its first line, and lets it close in order. */
async function firstLine(args: readonly string[]): Promise<Line> {
  const begin = performance.now();
  const child = spawn(process.execPath, [PROCESS, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const afterMs = performance.now() - begin;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
  return { value: Number(line), afterMs };
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
