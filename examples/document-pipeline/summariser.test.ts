import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateOnce } from 'perdure/llm';
import { localSummariser } from './local-model.ts';
import { SUMMARY_SENTENCES, summaryPrompt } from './prompt.ts';
import { chooseDiverse } from './summariser/choose-diverse.ts';
import { countTokens } from './summariser/count-tokens.ts';
import { rankSentences, similarity, termVectors } from './summariser/lexrank.ts';
import { contentTerms, splitSentences, splitWords } from './summariser/split-sentences.ts';
import { summarise } from './summariser.ts';

/** Eight sentences about a harbour's silt, two about something else. */
const HARBOUR = `
The harbour of Aldmere has been filling with silt since the river was turned in the last century. The town council asked
for soundings, which were taken in the spring of this year. The soundings show that silt now covers a third of the
harbour and that ships of deep draught cannot reach the quay. The mayor's cat was found asleep in the council chamber
on Tuesday afternoon. Dredging the silt from the harbour would cost the town more than two years of its revenue.
Turning the river back would carry the silt past the harbour into the open sea at a lower cost. The fishermen fear that
turning the river would spoil the banks where the herring spawn in winter. The engineer therefore proposes a sluice, so
that the river carries silt past the harbour only in summer. A brass band from the neighbouring valley played on the
green until late in the evening. The council will decide in the autumn whether the town builds the sluice or dredges the
harbour.`;

function vectorsOf(sentences: readonly string[]) {
  return termVectors(sentences.map((sentence) => contentTerms(splitWords(sentence))));
}

test('a summary consists of sentences of the text, in their order', () => {
  const flat = HARBOUR.replace(/\s+/g, ' ');
  const chosen = summarise(HARBOUR, 3);
  assert.equal(chosen.length, 3);
  const places = chosen.map((sentence) => flat.indexOf(sentence));
  assert.ok(places.every((place) => place >= 0));
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
  );
});

test('a summary is about what the text is about, and leaves its asides out', () => {
  const summary = summarise(HARBOUR, 5).join(' ');
  assert.match(summary, /silt/);
  assert.match(summary, /harbour/);
  assert.doesNotMatch(summary, /cat|brass band/);
});

test('the same text gives the same summary, however its lines are broken', () => {
  const once = summarise(HARBOUR, 4);
  assert.deepEqual(summarise(HARBOUR, 4), once);
  assert.deepEqual(summarise(HARBOUR.replace(/\s+/g, ' '), 4), once);
  assert.deepEqual(summarise(HARBOUR.replaceAll('\n', '\r\n'), 4), once);
});

test('a sentence that is repeated is chosen once', () => {
  const repeated = 'The committee recommends that the bridge over the river be repaired before winter.';
  const other = 'The cost of the repair is to be borne by the county and the railway in equal parts.';
  assert.deepEqual(summarise(`${repeated} ${repeated} ${repeated} ${other}`, 3), [repeated, other]);
});

test('a text without whole sentences is summarised by what it has', () => {
  assert.deepEqual(summarise('Flour\n\nButter\n\nSugar', 5), ['Flour', 'Butter', 'Sugar']);
});

test('a text without words is an error, and not an empty summary', () => {
  for (const text of ['', ' \n\t ', '--- *** ...']) {
    assert.throws(() => summarise(text, 5), { name: 'NothingToSummariseError' });
  }
});

// What took more than linear time would not end within the time that a test has.
test('a text of 3 MB is read to its end', () => {
  const filler = Array.from({ length: 20_000 }, (_, index) => {
    return `In chapter ${index % 97} the account of parish ${index % 89} mentions mill ${index % 83}, farm ${index % 79} and well ${index}, among ${index % 7} others and their several owners and tenants at that time.`;
  });
  const text = filler.join(' ');
  assert.ok(text.length > 2_900_000);
  assert.equal(summarise(text, 5).length, 5);
});

test('a text that looks like one endless abbreviation is read to its end as well', () => {
  assert.ok(summarise('A. '.repeat(300_000), 5).length > 0);
});

test('sentences end at their full stops, but not at those of abbreviations and initials', () => {
  assert.deepEqual(splitSentences('Mr. J. Q. Adams met Dr. Gray of the U.S. Navy. It was plan b. They spoke.'), [
    'Mr. J. Q. Adams met Dr. Gray of the U.S. Navy.',
    'It was plan b.',
    'They spoke.',
  ]);
});

test('a blank line ends a sentence, a line break alone does not', () => {
  assert.deepEqual(splitSentences('A heading\n\nThe first\nsentence. The second.'), [
    'A heading',
    'The first sentence.',
    'The second.',
  ]);
});

test('sentences and words of other scripts are found as well', () => {
  assert.deepEqual(splitSentences('今日は晴れです。明日は雨です。'), ['今日は晴れです。', '明日は雨です。']);
  assert.deepEqual(contentTerms(splitWords('The treaties of peace')), ['treatie', 'peace']);
});

test('the sentence that most others resemble ranks highest', () => {
  const sentences = ['silt harbour', 'harbour ship', 'silt river', 'silt harbour river ship', 'brass band'];
  const ranks = rankSentences(
    vectorsOf(sentences),
    sentences.map(() => 1),
  );
  assert.equal(ranks.indexOf(Math.max(...ranks)), 3);
  assert.equal(ranks.indexOf(Math.min(...ranks)), 4);
  assert.ok(Math.abs(ranks.reduce((sum, rank) => sum + rank, 0) - 1) < 1e-9);
});

test('of sentences that are alike the one at the beginning ranks higher', () => {
  const ranks = rankSentences(vectorsOf(['brass band', 'silt river', 'grey cat']), [0, 0.5, 1]);
  assert.deepEqual(
    ranks.toSorted((a, b) => b - a),
    ranks,
  );
});

test('after the best sentence comes the one that adds most, not its twin', () => {
  const vectors = vectorsOf(['silt harbour', 'silt harbour', 'river ship', 'cat']);
  assert.equal(similarity(vectors[0] ?? new Map(), vectors[1] ?? new Map()).toFixed(6), '1.000000');
  assert.deepEqual(chooseDiverse([0.4, 0.39, 0.35, 0.01], vectors, 2), [0, 2]);
});

test('tokens are words in pieces, digits in threes, and single signs', () => {
  assert.equal(countTokens(''), 0);
  assert.equal(countTokens('The cat sat.'), 4);
  assert.equal(countTokens('international'), 2);
  assert.equal(countTokens('1234567'), 3);
});

test('the local summariser answers as a model does, and says what it read and wrote', async () => {
  const { system, prompt } = summaryPrompt('harbour.txt', HARBOUR, 1_000_000);
  const chunks: string[] = [];
  const answer = await generateOnce(localSummariser(), { system, prompt, onChunk: ({ text }) => chunks.push(text) });
  assert.equal(answer.text, summarise(HARBOUR, SUMMARY_SENTENCES).join(' '));
  assert.equal(answer.modelId, 'local:lexrank');
  assert.equal(answer.finishReason, 'stop');
  assert.deepEqual(answer.usage, {
    inputTokens: countTokens(`${system}\n${prompt}`),
    outputTokens: countTokens(answer.text),
  });
  assert.equal(chunks.length, SUMMARY_SENTENCES);
});

test('the local summariser gives the same answer without a stream', async () => {
  const { prompt } = summaryPrompt('harbour.txt', HARBOUR, 1_000_000);
  const { content } = await localSummariser().doGenerate({
    prompt: [{ role: 'user', content: [{ type: 'text', text: prompt }] }],
  });
  assert.deepEqual(content, [{ type: 'text', text: summarise(HARBOUR, SUMMARY_SENTENCES).join(' ') }]);
});
