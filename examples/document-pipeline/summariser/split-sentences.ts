// Text to sentences and words, by the Unicode rules that Intl.Segmenter implements (UAX #29).

import { STOP_WORDS } from './stop-words.ts';

/** One fixed language, so that the same text is cut the same way on every machine. */
const LANGUAGE = 'en';

const sentences = new Intl.Segmenter(LANGUAGE, { granularity: 'sentence' });
const words = new Intl.Segmenter(LANGUAGE, { granularity: 'word' });

/** After these, or after a single capital letter, a full stop ends no sentence: the segmenter knows no abbreviations. */
const ABBREVIATION =
  /(?:^|[\s(])(?:(?:mr|mrs|ms|messrs|dr|st|gen|col|capt|lieut|lt|gov|hon|sen|rep|rev|prof|jr|sr|no|nos|vol|art|sec|fig|vs|cf|viz|e\.g|i\.e)|\p{Lu}(?:\.\p{Lu})*)\.\s*$/iu;

/** As much of a sentence's end as the patterns need to see. */
const LONGEST_ABBREVIATION = 12;

/** A capital alone is an initial; a lower-case letter alone, as in `plan b.`, ends its sentence. */
const LONE_LOWER_CASE = /(?:^|[\s(])\p{Ll}\.\s*$/u;

/** The sentences of a text in order, each on one line. A blank line ends a sentence, a single line break does not. */
export function splitSentences(text: string): string[] {
  return text
    .split(/\r?\n\s*\n|\u2029/)
    .map((paragraph) => paragraph.replace(/\s+/g, ' ').trim())
    .filter((paragraph) => paragraph !== '')
    .flatMap(splitParagraph);
}

function splitParagraph(paragraph: string): string[] {
  const found: string[] = [];
  let pieces: string[] = [];
  let end = '';
  for (const { segment } of sentences.segment(paragraph)) {
    pieces.push(segment);
    end = (end + segment).slice(-LONGEST_ABBREVIATION);
    if (endsInAbbreviation(end)) continue;
    found.push(pieces.join('').trim());
    pieces = [];
    end = '';
  }
  if (pieces.length > 0) found.push(pieces.join('').trim());
  return found.filter((sentence) => sentence !== '');
}

function endsInAbbreviation(end: string): boolean {
  return ABBREVIATION.test(end) && !LONE_LOWER_CASE.test(end);
}

/** The words of a sentence in lower case. */
export function splitWords(sentence: string): string[] {
  const found: string[] = [];
  for (const { segment, isWordLike } of words.segment(sentence)) {
    if (isWordLike) found.push(segment.toLowerCase());
  }
  return found;
}

/** The words that carry meaning, without a plural's s, so that `treaty of peace` and `peace treaties` have one in common. */
export function contentTerms(words: readonly string[]): string[] {
  return words.filter((word) => !STOP_WORDS.has(word)).map(stem);
}

function stem(word: string): string {
  return word.length > 3 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word;
}
