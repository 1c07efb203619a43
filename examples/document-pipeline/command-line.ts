// The arguments of `npm run demo`.

import { basename, extname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

export interface DemoOptions {
  readonly input: string;
  readonly output: string;
  readonly database: string;
  readonly model: string | undefined;
  /** Nobody is asked: all summaries are approved, but for those of `reject`. */
  readonly approveAll: boolean;
  /** Names of documents whose summaries are rejected. */
  readonly reject: ReadonlySet<string>;
  /** Documents that were finished before are begun anew. */
  readonly again: boolean;
  readonly crash: boolean;
  readonly json: boolean;
}

export const USAGE = `usage: npm run demo [-- OPTIONS]

Summarises every document of a folder. Kill it at any moment and run the same command again: it goes on.

  --input DIR     the documents (default: those that come with the example)
  --output DIR    one JSON and one Markdown file per document (default: out)
  --db FILE       what survives a crash (default: document-pipeline.db)
  --model NAME    a model of the endpoint that OPENAI_BASE_URL and OPENAI_API_KEY name;
                  without an endpoint, a local summariser that needs no network
  --yes           approve every summary; without a terminal, or with --json, nobody is asked anyway
  --reject NAME   reject the summary of this document (may be repeated)
  --again         begin finished documents anew
  --crash         show it: kill the process with SIGKILL midway, and start it again
  --json          the report as one line of JSON on standard output, everything else on standard error

examples:
  npm run demo
  npm run demo -- --crash
  npm run demo -- --input ~/papers --output ~/summaries --yes
  OPENAI_BASE_URL=http://127.0.0.1:11434/v1 npm run demo -- --model llama3.2
`;

const DOCUMENTS = fileURLToPath(new URL('./documents', import.meta.url));

/** Where the command is given. */
export interface Surroundings {
  /** Somebody is there to be asked. */
  readonly isTerminal: boolean;
  /** What relative paths are relative to. */
  readonly folder: string;
  /** What the default places are relative to, so that they are the same wherever in the checkout the command is given. */
  readonly home: string;
}

/** Reads the arguments; `undefined` asks for the help. Throws a TypeError that says what is wrong with them. */
export function parseCommandLine(args: readonly string[], around: Surroundings): DemoOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      input: { type: 'string' },
      output: { type: 'string' },
      db: { type: 'string' },
      model: { type: 'string' },
      yes: { type: 'boolean', default: false },
      reject: { type: 'string', multiple: true, default: [] },
      again: { type: 'boolean', default: false },
      crash: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return undefined;
  for (const name of ['input', 'output', 'db', 'model'] as const) {
    if (values[name] === '') throw new TypeError(`--${name} is empty: give it a value, or leave it out`);
  }
  const place = (given: string | undefined, byDefault: string) =>
    given === undefined ? resolve(around.home, byDefault) : resolve(around.folder, given);
  const input = place(values.input, DOCUMENTS);
  const output = place(values.output, 'out');
  if (input === output) {
    throw new TypeError(
      `${output} cannot hold the documents and their summaries, which would be read as documents too`,
    );
  }
  return {
    input,
    output,
    database: place(values.db, 'document-pipeline.db'),
    model: values.model,
    // Asking is for people: without a terminal, or when a program reads the report, everything is approved.
    approveAll: values.yes || values.json || !around.isTerminal,
    reject: new Set(values.reject),
    again: values.again,
    crash: values.crash,
    json: values.json,
  };
}

/** Is the summary of this document to be rejected? */
export function isRejected({ reject }: Pick<DemoOptions, 'reject'>, name: string): boolean {
  return namesOf(name).some((one) => reject.has(one));
}

/** The names to reject that no document has. */
export function unknownNames({ reject }: Pick<DemoOptions, 'reject'>, names: readonly string[]): string[] {
  const known = new Set(names.flatMap(namesOf));
  return [...reject].filter((name) => !known.has(name));
}

/** What people call a document: its path below the input folder, its file's name, and that without its ending. */
function namesOf(name: string): string[] {
  const file = basename(name);
  return [name, file, basename(file, extname(file))];
}
