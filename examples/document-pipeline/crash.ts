// `--crash`: runs the command in a process that kills itself when half of the documents have their summary, and then the same
// command again.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

/** Set in the environment of the process that is to die. */
const TO_DIE = 'DOCUMENT_PIPELINE_DIES_MIDWAY';

/** `args` are those of the command without `--crash`. Resolves to the exit code of the whole. */
export async function runAndCrash(args: readonly string[], say: (line: string) => void): Promise<number> {
  const [code, signal] = await run(args, { ...process.env, [TO_DIE]: '1' });
  if (signal !== 'SIGKILL') {
    if (code === 0) say('\nnothing was left to do, and so nothing to be killed at: begin anew with --again --crash');
    return code ?? 1;
  }
  say('\nkilled with SIGKILL. The same command again:\n');
  const [secondCode] = await run(args, process.env);
  return secondCode ?? 1;
}

/** Is told of each document that has its summary, or will have none, and ends this process in the middle, if that is what it is for. */
export function crashMidway(say: (line: string) => void): (documents: number) => void {
  if (process.env[TO_DIE] === undefined) return () => {};
  let reached = 0;
  return (documents) => {
    reached += 1;
    if (reached < documents / 2) return;
    say(`${reached} of ${documents} documents have been through the model: kill -9 ${process.pid}`);
    process.kill(process.pid, 'SIGKILL');
  };
}

async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<[number | null, NodeJS.Signals | null]> {
  const child = spawn(process.execPath, [MAIN, ...args, '--yes'], { stdio: ['ignore', 'inherit', 'inherit'], env });
  const release = leaveStoppingTo(child);
  const exit = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  release();
  return exit;
}

/** Ctrl-C reaches the child from the terminal, and this process waits for what the child makes of it. */
function leaveStoppingTo(child: ChildProcess): () => void {
  const wait = () => {};
  const passOn = () => child.kill('SIGTERM');
  process.on('SIGINT', wait).on('SIGTERM', passOn);
  return () => process.off('SIGINT', wait).off('SIGTERM', passOn);
}
