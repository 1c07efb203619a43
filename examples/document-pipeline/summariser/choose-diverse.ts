// Maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998): the sentences of greatest salience often say the same
// thing, so each further one is chosen for what it adds to those chosen before.

import { similarity, type TermVector } from './lexrank.ts';

/** How much salience counts against sameness. */
const SALIENCE = 0.8;

/** The indexes of `count` sentences, the most salient first; of two equal ones the earlier. */
export function chooseDiverse(ranks: readonly number[], vectors: readonly TermVector[], count: number): number[] {
  const highest = Math.max(...ranks);
  const chosen: number[] = [];
  const sameness = ranks.map(() => 0);
  while (chosen.length < Math.min(count, ranks.length)) {
    const best = bestOf(
      ranks.map((rank, index) => gain(rank / highest, sameness[index] ?? 0)),
      chosen,
    );
    chosen.push(best);
    vectors.forEach((vector, index) => {
      sameness[index] = Math.max(sameness[index] ?? 0, similarity(vector, vectors[best] ?? new Map()));
    });
  }
  return chosen;
}

function gain(salience: number, sameness: number): number {
  return SALIENCE * salience - (1 - SALIENCE) * sameness;
}

function bestOf(gains: readonly number[], taken: readonly number[]): number {
  let best = -1;
  gains.forEach((value, index) => {
    if (!taken.includes(index) && (best === -1 || value > (gains[best] ?? 0))) best = index;
  });
  return best;
}
