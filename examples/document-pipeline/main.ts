// `npm run demo`: summarises a folder of documents, durably. See command-line.ts for what it can be told.
//
//   0  every document reached an end     1  some did not, or it could not begin     2  the arguments are wrong

import { fileURLToPath } from 'node:url';
import { type DemoOptions, parseCommandLine, USAGE } from './command-line.ts';
import { runAndCrash } from './crash.ts';
import { endWithParents } from './end-with-parents.ts';
import { InputFolderError } from './find-documents.ts';
import { ModelSettingsError } from './model.ts';
import { OutputFolderError } from './outputs.ts';
import { printable } from './printable.ts';
import { summariseFolder, WrongNameError } from './summarise-folder.ts';

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));
const WRONG_ARGUMENTS = [InputFolderError, ModelSettingsError, OutputFolderError, WrongNameError];

async function main(args: readonly string[]): Promise<number> {
  let options: DemoOptions | undefined;
  try {
    options = parseCommandLine(args, surroundings());
  } catch (error) {
    process.stderr.write(`demo: ${messageOf(error)}\n\n${USAGE}`);
    return 2;
  }
  if (!options) {
    process.stdout.write(USAGE);
    return 0;
  }
  // With --json, standard output is for the report alone.
  const people = options.json ? process.stderr : process.stdout;
  const say = (line: string) => people.write(`${line}\n`);
  try {
    if (options.crash)
      return await runAndCrash(
        args.filter((arg) => arg !== '--crash'),
        say,
      );
    return await summariseFolder(options, people);
  } catch (error) {
    process.stderr.write(`demo: ${messageOf(error)}\n`);
    return WRONG_ARGUMENTS.some((wrong) => error instanceof wrong) ? 2 : 1;
  }
}

/** npm runs its scripts in the checkout, wherever in it the command was given: where that was, it leaves in INIT_CWD. */
function surroundings() {
  const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  const here = process.cwd();
  return byNpm()
    ? { isTerminal, folder: process.env.INIT_CWD ?? here, home: CHECKOUT }
    : { isTerminal, folder: here, home: here };
}

function byNpm(): boolean {
  return process.env.npm_lifecycle_event === 'demo';
}

function messageOf(error: unknown): string {
  return printable(error instanceof Error ? error.message : String(error));
}

// Whoever reads the output may leave early, e.g. `head`; the documents are worth finishing all the same.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
if (byNpm()) endWithParents();
process.exitCode = await main(process.argv.slice(2));
