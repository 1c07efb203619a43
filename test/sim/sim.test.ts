// Two hundred worlds in which everything goes wrong, and the engine must not; then bugs put in by hand, which must be found.
// A failure names its seed: `npm run sim -- --seed N` lives through it again, and prints what happened.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PLANTS } from './plants.ts';
import { type Plant, type Result, simulate } from './simulate.ts';

const SEEDS = 200;
const LAST_LINES = 40;

test(`nothing that was acknowledged is lost, nothing runs twice and nothing stays stuck in ${SEEDS} worlds`, async () => {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const result = await simulate(seed);
    assert.equal(result.problems.length, 0, story(result));
  }
});

test('the same seed gives the same world, call for call', async () => {
  for (const seed of [11, 12, 13]) assert.deepEqual((await simulate(seed)).trace, (await simulate(seed)).trace);
});

const CAUGHT: Readonly<Record<keyof typeof PLANTS, string>> = {
  acknowledgesEarly: 'a store that acknowledges a commit before it is synced is caught',
  forgetsBuffered: 'a store that forgets buffered events is caught',
  dropsDueTimer: 'a store that drops a due timer is caught',
  ignoresVersion: 'a store that ignores the version that a change was decided on is caught',
  startsTwice: 'an attempt that is handed to two workers is caught',
  forgetsStart: 'a store that forgets that an attempt was started is caught',
};

for (const [name, claim] of Object.entries(CAUGHT)) {
  test(claim, async (context) => {
    const caught = await firstFailure(PLANTS[name as keyof typeof PLANTS]);
    assert.ok(caught, `${name} was not caught by ${SEEDS} seeds`);
    context.diagnostic(`by seed ${caught.seed}: ${caught.problems[0]?.slice(0, 200)}`);
  });
}

async function firstFailure(plant: Plant): Promise<Result | undefined> {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const result = await simulate(seed, plant);
    if (result.problems.length > 0) return result;
  }
  return undefined;
}

function story({ seed, problems, trace }: Result): string {
  return [
    `seed ${seed}: ${problems[0]}`,
    `to live through it again: npm run sim -- --seed ${seed}`,
    `the last ${LAST_LINES} of ${trace.length} lines of what happened:`,
    ...trace.slice(-LAST_LINES),
  ].join('\n');
}
