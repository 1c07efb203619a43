// Runs worlds by hand: `npm run sim -- --seed 7` replays one and prints what happened in it, `npm run sim -- --seeds 1000` runs the
// first thousand, `--from 5000` other ones, `--plant NAME` with a planted bug.

import { parseArgs } from 'node:util';
import { PLANTS } from './plants.ts';
import { simulate } from './simulate.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '1' },
    plant: { type: 'string' },
  },
});

const plant = values.plant === undefined ? {} : PLANTS[values.plant as keyof typeof PLANTS];
if (!plant) {
  console.error(`there is no plant ${values.plant}: one of ${Object.keys(PLANTS).join(', ')}`);
  process.exit(2);
}

if (values.seed !== undefined) {
  const { trace, problems } = await simulate(Number(values.seed), plant);
  for (const line of trace) console.log(line);
  console.log(problems.length === 0 ? 'nothing went wrong' : `${problems.length} problems, the first: ${problems[0]}`);
  process.exitCode = problems.length === 0 ? 0 : 1;
} else {
  const first = Number(values.from);
  const startedMs = performance.now();
  let failed = 0;
  let steps = 0;
  for (let seed = first; seed < first + Number(values.seeds); seed += 1) {
    const result = await simulate(seed, plant);
    steps += result.steps;
    if (result.problems.length === 0) continue;
    failed += 1;
    console.log(`seed ${seed}: ${result.problems[0]}`);
  }
  console.log(
    `${values.seeds} seeds, ${failed} failed, ${steps} steps, ${Math.round(performance.now() - startedMs)} ms`,
  );
  process.exitCode = failed === 0 ? 0 : 1;
}
