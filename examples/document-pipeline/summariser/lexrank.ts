// LexRank: a sentence matters when sentences that matter resemble it.
//
// Erkan and Radev, "LexRank: Graph-based Lexical Centrality as Salience in Text Summarization", JAIR 22 (2004). Sentences are
// tf-idf vectors, joined by edges of their cosine similarity; the stationary distribution of a random walk over the
// graph is their salience. The walk sometimes jumps (PageRank's damping), here more often to the beginning of the text,
// where writers say what they are about.

/** A sentence as weights of its terms, of length 1. */
export type TermVector = ReadonlyMap<string, number>;

interface Edge {
  readonly to: number;
  readonly weight: number;
}

/** The continuous variant of the paper weighs edges instead of cutting them; this only keeps noise out of the graph. */
const MIN_SIMILARITY = 0.05;
const DAMPING = 0.85;

/** The walk jumps twice as often to the very beginning as to the rest, and the preference is gone after a tenth or so. */
const BEGINNING = 1;
const EARLY = 0.05;

const ENOUGH_ROUNDS = 100;
const SMALL_CHANGE = 1e-9;

/** tf-idf vectors of sentences given as words. A term in every sentence weighs nothing. */
export function termVectors(sentences: readonly (readonly string[])[]): TermVector[] {
  const sentencesWith = new Map<string, number>();
  for (const words of sentences) {
    for (const word of new Set(words)) sentencesWith.set(word, (sentencesWith.get(word) ?? 0) + 1);
  }
  return sentences.map((words) => {
    const counts = new Map<string, number>();
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
    const weights = [...counts].map(([word, count]) => {
      return [word, count * Math.log(sentences.length / (sentencesWith.get(word) ?? 1))] as const;
    });
    return normalise(new Map(weights.filter(([, weight]) => weight > 0)));
  });
}

/** Cosine similarity of two vectors of length 1: from 0, nothing in common, to 1. */
export function similarity(one: TermVector, other: TermVector): number {
  const [short, long] = one.size <= other.size ? [one, other] : [other, one];
  let sum = 0;
  for (const [term, weight] of short) sum += weight * (long.get(term) ?? 0);
  return sum;
}

/** The direction in which the vectors point together: what the text as a whole is about. */
export function centroid(vectors: readonly TermVector[]): TermVector {
  const sum = new Map<string, number>();
  for (const vector of vectors) {
    for (const [term, weight] of vector) sum.set(term, (sum.get(term) ?? 0) + weight);
  }
  return normalise(sum);
}

/** The salience of each sentence, adding up to 1. `positions` run from 0, the text's beginning, to 1, its end. */
export function rankSentences(vectors: readonly TermVector[], positions: readonly number[]): number[] {
  const graph = similarityGraph(vectors);
  const jump = shares(positions.map((position) => 1 + BEGINNING * Math.exp(-position / EARLY)));
  let ranks = jump;
  for (let round = 0; round < ENOUGH_ROUNDS; round += 1) {
    const next = walk(graph, ranks, jump);
    const change = next.reduce((sum, rank, index) => sum + Math.abs(rank - (ranks[index] ?? 0)), 0);
    ranks = next;
    if (change < SMALL_CHANGE) break;
  }
  return ranks;
}

/** Edges of each sentence with weights that add up to 1; none for a sentence that resembles no other. */
function similarityGraph(vectors: readonly TermVector[]): Edge[][] {
  const edges: Edge[][] = vectors.map(() => []);
  vectors.forEach((vector, from) => {
    for (let to = 0; to < from; to += 1) {
      const weight = similarity(vector, vectors[to] ?? new Map());
      if (weight < MIN_SIMILARITY) continue;
      edges[from]?.push({ to, weight });
      edges[to]?.push({ to: from, weight });
    }
  });
  return edges.map((list) => {
    const total = list.reduce((sum, { weight }) => sum + weight, 0);
    return list.map(({ to, weight }) => ({ to, weight: weight / total }));
  });
}

/** One step of the walk. From a sentence without edges it can only jump. */
function walk(graph: readonly (readonly Edge[])[], ranks: readonly number[], jump: readonly number[]): number[] {
  const next = jump.map(() => 0);
  let jumping = 0;
  graph.forEach((edges, from) => {
    const rank = ranks[from] ?? 0;
    const walking = edges.length === 0 ? 0 : DAMPING;
    jumping += (1 - walking) * rank;
    for (const { to, weight } of edges) next[to] = (next[to] ?? 0) + walking * rank * weight;
  });
  return next.map((rank, index) => rank + jumping * (jump[index] ?? 0));
}

function shares(weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

function normalise(weights: ReadonlyMap<string, number>): TermVector {
  let square = 0;
  for (const weight of weights.values()) square += weight * weight;
  const length = Math.sqrt(square);
  return length === 0 ? new Map() : new Map([...weights].map(([term, weight]) => [term, weight / length]));
}
