// Asking a person, one summary after another: approve, reject, or approve all that is still to come.

import { createInterface, type Interface } from 'node:readline/promises';

export interface Approver {
  /** Asks about a document, or answers for the person who said "all". */
  ask(name: string, summary: string): Promise<boolean>;
  close(): void;
}

export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/** Asks at a terminal. `pause` is called before a question is shown, and `resume` after it is answered. */
export function askAt({ input, output }: Terminal, pause: () => void, resume: () => void): Approver {
  let lines: Interface | undefined;
  let all = false;
  let turn: Promise<unknown> = Promise.resolve();

  const answer = async (name: string, summary: string): Promise<boolean> => {
    if (all) return true;
    pause();
    lines ??= createInterface({ input, output });
    output.write(`\n${name}\n\n${summary.trim()}\n\n`);
    const word = await askUntilUnderstood(lines);
    resume();
    all = word === 'all';
    return word !== 'reject';
  };

  return {
    ask: (name, summary) => {
      const asked = turn.then(() => answer(name, summary));
      turn = asked.catch(() => {});
      return asked;
    },
    close: () => lines?.close(),
  };
}

async function askUntilUnderstood(lines: Interface): Promise<'approve' | 'reject' | 'all'> {
  for (;;) {
    const given = (await lines.question('[a]pprove, [r]eject, or approve a[l]l? ')).trim().toLowerCase();
    if (given === 'a' || given === 'approve' || given === 'y') return 'approve';
    if (given === 'r' || given === 'reject' || given === 'n') return 'reject';
    if (given === 'l' || given === 'all') return 'all';
  }
}
