import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallLedger, FinishedCall } from './call-ledger.ts';
import { type EndedDocument, makeReport, type Report, reportJson, reportText } from './report.ts';
import type { DocumentOutcome } from './workflows.ts';

const ledger: CallLedger = {
  processId: 'this',
  sent: 4,
  spent: { inputTokens: 30, outputTokens: 6 },
  answer: () => assert.fail('a report makes no call'),
  unknownCalls: async (runIds) => runIds.size,
};

function call(processId: string, inputTokens: number): FinishedCall {
  const usage = { inputTokens, outputTokens: 2 };
  return { processId, usage, text: { hash: '', sizeBytes: 0 }, finishReason: 'stop', modelId: 'm' };
}

function finished(processId: string, inputTokens = 10) {
  const blob = { hash: '', sizeBytes: 0 };
  return {
    docId: '/in/a.txt',
    outputName: 'a.txt',
    fetched: { name: 'a.txt', original: blob },
    text: { text: blob, chars: 0, words: 0 },
    result: { summary: blob, call: call(processId, inputTokens), cut: false },
  };
}

const ends: readonly DocumentOutcome[] = [
  { status: 'completed', finished: finished('this'), files: { json: '', markdown: '' } },
  { status: 'completed', finished: finished('earlier', 7), files: { json: '', markdown: '' } },
  { status: 'rejected', reason: 'the summary was rejected', finished: finished('earlier', 8) },
  { status: 'failed', reason: 'd.pdf is empty:\nit has no bytes', type: 'EmptyDocumentError' },
];
const ended = ends.map(
  (outcome, index): EndedDocument => ({ name: `${'abcd'[index]}.txt`, runId: `${index}`, outcome }),
);

function report(): Promise<Report> {
  return makeReport(ledger, { documents: 6, ended, runIds: new Set(['0', '1']), wallMs: 1234.5 });
}

test('ends are counted, and calls of this process are told from those of earlier ones', async () => {
  assert.deepEqual(await report(), {
    documents: 6,
    completed: 2,
    rejected: 1,
    failed: 1,
    unfinished: 2,
    modelCalls: 4,
    modelCallsFromHistory: 2,
    modelCallsUnknown: 2,
    spent: { inputTokens: 30, outputTokens: 6 },
    notSpentAgain: { inputTokens: 15, outputTokens: 4 },
    wallMs: 1235,
  });
});

test('for programs it is one line', async () => {
  assert.equal(
    reportJson(await report()),
    '{"documents":6,"completed":2,"rejected":1,"failed":1,"modelCalls":4,"modelCallsFromHistory":2,"modelCallsUnknown":2,' +
      '"inputTokens":30,"outputTokens":6,"wallMs":1235}\n',
  );
});

test('for people it says what happened, why, and what it cost', async () => {
  assert.equal(
    reportText(await report(), ended, '/out'),
    `6 documents: 2 completed, 1 rejected, 1 failed, 2 not finished, in 1.2 s
  rejected: c.txt: the summary was rejected
  failed: d.txt: d.pdf is empty: it has no bytes
model calls: 4 made now, 2 answered from history, 2 in flight when an earlier process died (nobody knows whether the model charged for them)
tokens: 30 in + 6 out spent now, 15 in + 4 out not spent again
the summaries are in /out
`,
  );
});

test('a folder without documents has a report too', async () => {
  const quiet = { ...ledger, sent: 0, spent: { inputTokens: 0, outputTokens: 0 } };
  const nothing = await makeReport(quiet, { documents: 0, ended: [], runIds: new Set(), wallMs: 90 });
  assert.equal(
    reportText(nothing, [], '/out'),
    `0 documents: nothing to do, in 0.1 s
model calls: 0 made now, 0 answered from history
tokens: 0 in + 0 out spent now, 0 in + 0 out not spent again
`,
  );
});
