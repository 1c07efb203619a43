// Asking a person, one summary after another: approve, reject, or approve all that is still to come.

import { createInterface } from 'node:readline/promises';
import { printable, printableLine, rowsOf, wrapped } from './printable.ts';

export interface Approver {
  /**
   * Asks about a document, or answers for the person who said "all". Rejects when the person has left; then the question stays
   * open.
   */
  ask(name: string, summary: string): Promise<boolean>;
}

export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream & { readonly columns?: number };
  /** Called before a question is shown, with the rows that it takes, where these can be told. */
  pause(rows: number | undefined): void;
  /** Called when an answer was not understood, and the question stands there a second time, in the next row. */
  grow(): void;
  /** Called after it was answered. */
  resume(): void;
  /** The person pressed Ctrl-C at a question, or closed the input. */
  onLeft(): void;
}

const QUESTION = '[a]pprove, [r]eject, or approve a[l]l, then Enter? ';

/** Longer lines are hard to read. */
const WIDEST = 100;

/** Asks at a terminal until the signal says that nobody is to be asked any more. */
export function askAt(terminal: Terminal, signal: AbortSignal): Approver {
  let all = false;
  let turn: Promise<unknown> = Promise.resolve();

  const answer = async (name: string, summary: string): Promise<boolean> => {
    if (all) return true;
    signal.throwIfAborted();
    const { output } = terminal;
    const { columns = WIDEST } = output;
    const text = wrapped(printable(summary.trim()), Math.min(columns, WIDEST));
    const about = `\n${printableLine(name)}\n\n${text}\n\n`;
    terminal.pause(rowsOf(about + QUESTION, columns));
    output.write(about);
    try {
      const word = await askUntilUnderstood(terminal, signal);
      all = word === 'all';
      return word !== 'reject';
    } finally {
      terminal.resume();
    }
  };

  return {
    ask: (name, summary) => {
      const asked = turn.then(() => answer(name, summary));
      turn = asked.catch(() => {});
      return asked;
    },
  };
}

type Word = 'approve' | 'reject' | 'all';

const WORDS: Readonly<Record<string, Word>> = {
  a: 'approve',
  approve: 'approve',
  y: 'approve',
  yes: 'approve',
  r: 'reject',
  reject: 'reject',
  n: 'reject',
  no: 'reject',
  l: 'all',
  all: 'all',
};

async function askUntilUnderstood(terminal: Terminal, signal: AbortSignal): Promise<Word> {
  for (;;) {
    const line = await readAnswer(terminal, signal);
    const word = WORDS[line.trim().toLowerCase()];
    if (word !== undefined) return word;
    terminal.grow();
  }
}

/** The input is read for the time of a question only: between two of them, Ctrl-C is the terminal's own business. */
async function readAnswer(terminal: Terminal, signal: AbortSignal): Promise<string> {
  const { input, output } = terminal;
  const lines = createInterface({ input, output });
  const left = Promise.withResolvers<never>();
  const leave = () => {
    output.write('\n');
    left.reject(new Error('the question was left open'));
    terminal.onLeft();
  };
  lines.once('SIGINT', leave).once('close', leave);
  try {
    return await Promise.race([lines.question(QUESTION, { signal }), left.promise]);
  } finally {
    lines.off('SIGINT', leave).off('close', leave);
    lines.close();
  }
}
