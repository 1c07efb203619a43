// `--crash`: runs the command in a process of its own, kills it with SIGKILL when half of the documents have ended, and runs it again.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

/** What the pipeline tells the process that started it. */
export interface EndedMessage {
  readonly ended: number;
  readonly documents: number;
}

export async function runAndCrash(args: readonly string[], say: (line: string) => void): Promise<number> {
  const rest = args.filter((arg) => arg !== '--crash');
  const first = start([...rest, '--yes'], 'ignore');
  const killed = await killMidway(first);
  if (!killed) say('every document had ended before: there was nothing to kill; use --again to begin anew');
  else say(`killed with SIGKILL after ${killed.ended} of ${killed.documents} documents; the same command again:\n`);
  // What was asked to begin anew has begun: the second process goes on with that.
  const second = start([...rest.filter((arg) => arg !== '--again'), '--yes'], 'inherit');
  const [code] = (await once(second, 'exit')) as [number | null];
  return code ?? 1;
}

function start(args: readonly string[], stdout: 'ignore' | 'inherit'): ChildProcess {
  return spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', stdout, 'inherit', 'ipc'] });
}

/** The moment that it was killed at; undefined when the process had nothing to do. */
function killMidway(child: ChildProcess): Promise<EndedMessage | undefined> {
  return new Promise((resolve) => {
    let killed: EndedMessage | undefined;
    child.on('message', (message: EndedMessage) => {
      if (killed || message.ended < message.documents / 2 || message.ended === message.documents) return;
      killed = message;
      child.kill('SIGKILL');
    });
    child.once('exit', () => resolve(killed));
  });
}
