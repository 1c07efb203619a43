// Folders and processes for the tests of the file store.

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** A new folder, which is gone when the test ends. */
export function temporaryFolder(): Disposable & { readonly path: string; file(name: string): string } {
  const path = mkdtempSync(join(tmpdir(), 'perdure-store-'));
  return {
    path,
    file: (name) => join(path, name),
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** A process of its own that runs a few lines, with `store` open on a file. */
export function startProcess(database: string, lines: string): ChildProcessByStdio<null, Readable, null> {
  const program = `
    import { writeSync } from 'node:fs';
    import { openSqliteStore } from ${JSON.stringify(import.meta.resolve('./sqlite.ts'))};
    import { change, commitOf, creation, eventsFrom, keyOf, moveTo } from ${JSON.stringify(import.meta.resolve('../fixture.ts'))};
    // While whoever listens is slow the pipe is full: a line is said when it is taken, and not before.
    const say = (line) => {
      for (;;) {
        try {
          return writeSync(1, line + '\\n');
        } catch (error) {
          if (error.code !== 'EAGAIN') throw error;
        }
      }
    };
    const store = await openSqliteStore(${JSON.stringify(database)});
    ${lines}`;
  return spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** What a process says until it has said so many lines; then it is killed as nothing can prepare for. The rest is heard too. */
export async function killAfter(
  child: ChildProcessByStdio<null, Readable, null>,
  lineCount: number,
): Promise<string[]> {
  const lines: string[] = [];
  const exited = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (lines.length === lineCount) child.kill('SIGKILL');
  }
  await exited;
  return lines;
}
