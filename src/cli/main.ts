// The `perdure` command: finds the subcommand, and turns what goes wrong into a message and an exit code.
//
//   0  done     1  it could not be done (the message says why)     2  the arguments are wrong (the help says what is right)

import { readFileSync } from 'node:fs';
import { WorkflowNotFoundError } from '../sdk/common/errors.ts';
import { type Command, Unusable } from './command.ts';
import { workflowCount } from './workflow-count.ts';
import { workflowDescribe } from './workflow-describe.ts';
import { workflowList } from './workflow-list.ts';
import { workflowShow } from './workflow-show.ts';

const commands: Readonly<Record<string, Command>> = {
  'workflow list': workflowList,
  'workflow describe': workflowDescribe,
  'workflow show': workflowShow,
  'workflow count': workflowCount,
};

const HELP = `perdure looks into a database of workflows, also while a program has it open.

usage: perdure COMMAND --db FILE [options]

${Object.entries(commands)
  .map(([name, { about }]) => `  ${name.padEnd(20)}${about}`)
  .join('\n')}

  perdure COMMAND --help   the options of a command, with examples
  perdure --version
`;

/** Runs one command. Answers with the exit code; never throws for what a user can do wrong. */
export async function main(args: readonly string[]): Promise<number> {
  const [first = '--help', second = ''] = args;
  if (first === '--version' || first === '-v') return print(`${version()}\n`);
  if (first === '--help' || first === '-h') return print(HELP);
  const command = commands[`${first} ${second}`];
  if (!command) {
    const given = [first, second].filter((word) => word && !word.startsWith('-')).join(' ');
    process.stderr.write(`perdure: there is no command "${given}"\n\n${HELP}`);
    return 2;
  }
  return runCommand(`${first} ${second}`, command, args.slice(2));
}

async function runCommand(name: string, command: Command, args: readonly string[]): Promise<number> {
  const help = `usage: perdure ${name} ${command.usage}\n`;
  if (args.includes('--help') || args.includes('-h')) return print(help);
  try {
    await command.run(args);
    return 0;
  } catch (error) {
    const message = messageOf(error);
    const isUsage = error instanceof Unusable || isParseError(error);
    process.stderr.write(`perdure ${name}: ${message}\n${isUsage ? `\n${help}` : ''}`);
    return isUsage ? 2 : 1;
  }
}

function messageOf(error: unknown): string {
  if (error instanceof WorkflowNotFoundError)
    return `${error.message}: "perdure workflow list" shows the ids that there are`;
  return error instanceof Error ? error.message : String(error);
}

/** What node:util's parseArgs throws for arguments that it does not know. */
function isParseError(error: unknown): boolean {
  return error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

/** From the manifest of the package: two folders up in a checkout, one in the published package. */
function version(): string {
  const places = ['../../package.json', '../package.json'].map((path) => new URL(path, import.meta.url));
  for (const place of places) {
    try {
      const manifest = JSON.parse(readFileSync(place, 'utf8')) as { name?: string; version?: string };
      if (manifest.name === 'perdure' && manifest.version) return manifest.version;
    } catch {
      // Not there: the next place.
    }
  }
  return 'unknown';
}
