// The command as its users run it: a process of its own, that can be killed.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

export interface DemoProcess {
  readonly child: ChildProcess;
  /** What it wrote so far. */
  readonly output: { readonly stdout: string; readonly stderr: string };
  /** Settled when it has ended and all that it wrote has arrived. */
  readonly ended: Promise<EndedProcess>;
  /** Settled with the first line, on either stream, that matches; rejects when the process ends without one. */
  line(pattern: RegExp): Promise<string>;
}

export interface EndedProcess {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface DemoSettings {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Another copy of the example. */
  readonly main?: string;
}

/** Starts `npm run demo -- ARGS`, without npm, and without what the surroundings say of models. */
export function startDemo(args: readonly string[], { env = {}, cwd, main = MAIN }: DemoSettings = {}): DemoProcess {
  const { OPENAI_API_KEY, OPENAI_BASE_URL, npm_lifecycle_event, ...surroundings } = process.env;
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...surroundings, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  });
  return watch(child);
}

/** A process whose output is of interest. */
export function watch(child: ChildProcess): DemoProcess {
  const output = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, ...output }));
  const line = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr]) {
        if (stream) createInterface(stream).on('line', (text) => pattern.test(text) && resolve(text));
      }
      void ended.then(() => reject(new Error(`no line like ${pattern} in:\n${output.stdout}${output.stderr}`)));
    });
  return { child, output, ended, line };
}

/** Runs it to its end. */
export function runDemo(args: readonly string[], settings: DemoSettings = {}): Promise<EndedProcess> {
  return startDemo(args, settings).ended;
}

/** The report of `--json`, which must be the only thing on standard output. */
export function reportOf({ code, stdout, stderr }: EndedProcess): Readonly<Record<string, number>> {
  try {
    const [line = '', ...rest] = stdout.split('\n');
    if (rest.length !== 1 || rest[0] !== '') throw new Error('not one line');
    return JSON.parse(line) as Record<string, number>;
  } catch (error) {
    throw new Error(`exit code ${code}, no report: ${error}\n${stdout}\n${stderr}`);
  }
}
