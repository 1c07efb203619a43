// `npm run bench [-- W1 W2 … --workflows 1000 --inFlight 100 …]`: prints one JSON line for each workload.

import { parseArgs } from 'node:util';
import { workloads } from './workloads.ts';

const USAGE = `npm run bench [-- W1 W2 … --OPTION NUMBER …]

${Object.entries(workloads)
  .map(([name, { about, options }]) => `  ${name}  ${about}\n      ${sizes(options)}`)
  .join('\n')}

  npm run bench                         all workloads
  npm run bench -- W1 --workflows 5000  one workload, with another size
`;

function sizes(options: Readonly<Record<string, number>>): string {
  return Object.entries(options)
    .map(([name, value]) => `--${name} ${value}`)
    .join(' ');
}

interface Chosen {
  readonly names: readonly string[];
  readonly sizes: Readonly<Record<string, number>>;
}

/** Throws with what is wrong with the arguments. */
function parse(args: readonly string[]): Chosen {
  const known = new Set(Object.values(workloads).flatMap(({ options }) => Object.keys(options)));
  const options = Object.fromEntries([...known].map((name) => [name, { type: 'string' as const }]));
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
  const unknown = positionals.find((name) => !workloads[name]);
  if (unknown) throw new TypeError(`there is no workload ${unknown}`);
  const given = Object.entries(values).map(([name, value]) => [name, Number(value)] as const);
  const wrong = given.find(([, value]) => !Number.isInteger(value) || value < 1);
  if (wrong) throw new TypeError(`--${wrong[0]} takes a whole number from 1 on`);
  return { names: positionals.length > 0 ? positionals : Object.keys(workloads), sizes: Object.fromEntries(given) };
}

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) {
    process.stdout.write(USAGE);
    return 0;
  }
  let chosen: Chosen;
  try {
    chosen = parse(args);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 2;
  }
  for (const name of chosen.names) {
    const { options, run } = workloads[name] as (typeof workloads)[string];
    const own = Object.entries(chosen.sizes).filter(([option]) => option in options);
    const figures = await run({ ...options, ...Object.fromEntries(own) });
    process.stdout.write(`${JSON.stringify({ workload: name, ...figures })}\n`);
  }
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
