// A summary made of the document's own sentences, without a model, a network or a random number.
//
//   text ─▶ sentences ─▶ candidates ─▶ salience (LexRank) ─▶ a diverse few (MMR) ─▶ in the order of the text
//
// The graph compares every candidate with every other, so their number is bounded: of a text with more sentences than
// that, equal stretches send one candidate each, the sentence nearest to what the whole text is about.

import { chooseDiverse } from './summariser/choose-diverse.ts';
import { centroid, rankSentences, similarity, type TermVector, termVectors } from './summariser/lexrank.ts';
import { contentTerms, splitSentences, splitWords } from './summariser/split-sentences.ts';

/** The text has no sentence to choose. */
export class NothingToSummariseError extends Error {
  override readonly name = 'NothingToSummariseError';
  readonly type = 'NothingToSummariseError';

  constructor() {
    super('there is nothing to summarise: the text has no words');
  }
}

interface Candidate {
  readonly sentence: string;
  readonly vector: TermVector;
  /** 0 at the beginning of the text, 1 at its end. */
  readonly position: number;
}

const MOST_CANDIDATES = 600;

/** A shorter sentence says too little by itself, a longer one is no summary. */
const FEWEST_WORDS = 10;
const MOST_WORDS = 60;

/**
 * Chooses the sentences that say most about the text, in the order of the text. The same text gives the same sentences
 * on every machine. Throws {@link NothingToSummariseError} for a text without words.
 *
 * Cost: linear in the text, plus a bounded part for the graph; 3 MB take well under two seconds.
 */
export function summarise(text: string, sentenceCount: number): string[] {
  // A sentence that stands twice says no more than once: think of the header on every page of a PDF.
  const found = [...new Set(splitSentences(text))]
    .map((sentence) => ({ sentence, words: splitWords(sentence) }))
    .filter(({ words }) => words.length > 0);
  if (found.length === 0) throw new NothingToSummariseError();
  const vectors = termVectors(found.map(({ words }) => contentTerms(words)));
  const all = found.map(({ sentence, words }, index) => ({
    sentence,
    words,
    vector: vectors[index] ?? new Map(),
    position: index / found.length,
  }));
  const quotable = all.filter(({ sentence, words }) => isQuotable(sentence, words.length));
  // A list, a table or a poem may have no whole sentence: then whatever there is must do.
  const candidates = atMost(MOST_CANDIDATES, quotable.length >= sentenceCount ? quotable : all);
  const ranks = rankSentences(
    candidates.map(({ vector }) => vector),
    candidates.map(({ position }) => position),
  );
  const chosen = chooseDiverse(
    ranks,
    candidates.map(({ vector }) => vector),
    sentenceCount,
  );
  return chosen.toSorted((a, b) => a - b).map((index) => candidates[index]?.sentence ?? '');
}

function isQuotable(sentence: string, wordCount: number): boolean {
  return wordCount >= FEWEST_WORDS && wordCount <= MOST_WORDS && /[.!?…。！？]["'”’»)\]]*$/u.test(sentence);
}

function atMost(most: number, candidates: readonly Candidate[]): readonly Candidate[] {
  if (candidates.length <= most) return candidates;
  const about = centroid(candidates.map(({ vector }) => vector));
  return Array.from({ length: most }, (_, stretch) => {
    const start = Math.floor((stretch * candidates.length) / most);
    const end = Math.floor(((stretch + 1) * candidates.length) / most);
    return nearest(candidates.slice(start, end), about);
  });
}

function nearest(stretch: readonly Candidate[], about: TermVector): Candidate {
  const [first, ...others] = stretch as readonly [Candidate, ...Candidate[]];
  return others.reduce(
    (best, one) => (similarity(one.vector, about) > similarity(best.vector, about) ? one : best),
    first,
  );
}
