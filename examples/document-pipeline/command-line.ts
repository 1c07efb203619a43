// The arguments of `npm run demo`.

import { resolve } from 'node:path';
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
  --yes           approve every summary; without a terminal nobody is asked anyway
  --reject NAME   reject the summary of this document (may be repeated)
  --again         begin finished documents anew
  --crash         show it: kill the process with SIGKILL midway, and start it again
  --json          the report as one line of JSON

examples:
  npm run demo
  npm run demo -- --crash
  npm run demo -- --input ~/papers --output ~/summaries --yes
  OPENAI_BASE_URL=http://127.0.0.1:11434/v1 npm run demo -- --model llama3.2
`;

const DOCUMENTS = fileURLToPath(new URL('./documents', import.meta.url));

/** Reads the arguments; `undefined` asks for the help. Throws a TypeError that says what is wrong with them. */
export function parseCommandLine(args: readonly string[], isTerminal: boolean): DemoOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      input: { type: 'string' },
      output: { type: 'string' },
      db: { type: 'string' },
      model: { type: 'string' },
      yes: { type: 'boolean' },
      reject: { type: 'string', multiple: true },
      again: { type: 'boolean' },
      crash: { type: 'boolean' },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return undefined;
  for (const name of ['input', 'output', 'db', 'model'] as const) {
    if (values[name] === '') throw new TypeError(`--${name} is empty: give it a value, or leave it out`);
  }
  return {
    input: values.input === undefined ? DOCUMENTS : resolve(values.input),
    output: resolve(values.output ?? 'out'),
    database: resolve(values.db ?? 'document-pipeline.db'),
    model: values.model,
    // Asking is for people: without a terminal, or when machines read the answer, everything is approved.
    approveAll: values.yes === true || values.json === true || !isTerminal,
    reject: new Set(values.reject ?? []),
    again: values.again ?? false,
    crash: values.crash ?? false,
    json: values.json ?? false,
  };
}

/** Is the summary of this document to be rejected? By its name below the input folder, or by its file's name alone. */
export function isRejected({ reject }: DemoOptions, name: string): boolean {
  return reject.has(name) || reject.has(name.slice(name.lastIndexOf('/') + 1));
}
