import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Answer } from 'perdure/llm';
import { openBlobStore } from './blob-store.ts';
import { type Caller, type CallInput, callFigures, openCallLedger } from './call-ledger.ts';
import { startModelServer } from './test/model-server.ts';
import { temporaryFolder } from './test/temporary-folder.ts';

const caller: Caller = { workflowId: 'w', runId: 'r', activityId: '1', attempt: 1 };
const input: CallInput = { modelId: 'm', system: 's', prompt: 'p', maxOutputTokens: 10 };
const runs = new Set(['r']);

function answering(text: string): () => Promise<Answer> {
  return async () => ({ text, finishReason: 'stop', usage: { inputTokens: 5, outputTokens: 2 }, modelId: 'm-1' });
}

/** A request that is replied to by hand, or never: then the process dies meanwhile. */
function onItsWay() {
  const { promise: sent, resolve: start } = Promise.withResolvers<void>();
  const { promise: answered, resolve: reply } = Promise.withResolvers<Answer>();
  const send = (): Promise<Answer> => {
    start();
    return answered;
  };
  return { send, sent, reply };
}

function mustNotAsk(): Promise<Answer> {
  return Promise.reject(new Error('the answer is there already'));
}

/** The ledger as one process after another opens it. */
function openIn(folder: string, processId: string) {
  const blobs = openBlobStore(folder);
  return { blobs, ledger: openCallLedger(join(folder, 'calls'), blobs, processId) };
}

async function marksIn(folder: string, kind: 'in-flight' | 'answers'): Promise<number> {
  return (await readdir(join(folder, 'calls', kind)).catch(() => [])).length;
}

test('an answer is kept before anybody is told of it, and its mark is gone', async () => {
  await using folder = await temporaryFolder();
  const { blobs, ledger } = openIn(folder.path, 'first');
  const call = await ledger.answer(caller, input, answering('Summary.'));
  assert.equal(await blobs.getText(call.text.hash), 'Summary.');
  assert.deepEqual(call, {
    text: call.text,
    finishReason: 'stop',
    usage: { inputTokens: 5, outputTokens: 2 },
    modelId: 'm-1',
    processId: 'first',
  });
  assert.equal(ledger.sent, 1);
  assert.equal(await marksIn(folder.path, 'in-flight'), 0);
  assert.equal(await marksIn(folder.path, 'answers'), 1);
});

test('the mark of a request is on the disk before the request is sent', async () => {
  await using folder = await temporaryFolder();
  const { ledger } = openIn(folder.path, 'first');
  let marks = 0;
  await ledger.answer(caller, input, async () => {
    marks = await marksIn(folder.path, 'in-flight');
    return answering('Summary.')();
  });
  assert.equal(marks, 1);
});

test('the same question of the same run is not asked again, by a later attempt or a later process', async () => {
  await using folder = await temporaryFolder();
  const first = openIn(folder.path, 'first').ledger;
  const call = await first.answer(caller, input, answering('Summary.'));
  assert.deepEqual(await first.answer({ ...caller, attempt: 2 }, input, mustNotAsk), call);
  const second = openIn(folder.path, 'second').ledger;
  assert.deepEqual(await second.answer({ ...caller, attempt: 3 }, input, mustNotAsk), call);
  assert.deepEqual([first.sent, second.sent], [1, 0]);
});

test('another run, model, prompt or bound is another question', async () => {
  await using folder = await temporaryFolder();
  const { ledger } = openIn(folder.path, 'first');
  const questions: readonly (readonly [Caller, CallInput])[] = [
    [caller, input],
    [{ ...caller, runId: 'r2' }, input],
    [{ ...caller, workflowId: 'w2' }, input],
    [caller, { ...input, modelId: 'm2' }],
    [caller, { ...input, prompt: 'p2' }],
    [caller, { ...input, system: 's2' }],
    [caller, { ...input, maxOutputTokens: 11 }],
  ];
  for (const [who, what] of questions) await ledger.answer(who, what, answering('Summary.'));
  assert.equal(ledger.sent, questions.length);
});

test('a request that failed was sent, is no unknown call, and may be made again', async () => {
  await using folder = await temporaryFolder();
  const { ledger } = openIn(folder.path, 'first');
  const refusal = new Error('429');
  await assert.rejects(
    ledger.answer(caller, input, () => Promise.reject(refusal)),
    (error) => error === refusal,
  );
  assert.equal(await marksIn(folder.path, 'in-flight'), 0);
  assert.equal(await openIn(folder.path, 'second').ledger.unknownCalls(runs), 0);
  await ledger.answer({ ...caller, attempt: 2 }, input, answering('Summary.'));
  assert.equal(ledger.sent, 2);
});

test('a request of this process that is on its way is not unknown; of an earlier process it is, and stays so', async () => {
  await using folder = await temporaryFolder();
  const first = openIn(folder.path, 'first').ledger;
  const request = onItsWay();
  void first.answer(caller, input, request.send);
  await request.sent;
  assert.equal(await first.unknownCalls(runs), 0);

  const second = openIn(folder.path, 'second').ledger;
  assert.equal(await second.unknownCalls(runs), 1);
  assert.equal(await second.unknownCalls(new Set(['another run'])), 0);
  await second.answer({ ...caller, attempt: 2 }, input, answering('Summary.'));
  assert.equal(await second.unknownCalls(runs), 1);
  assert.equal(await openIn(folder.path, 'third').ledger.unknownCalls(runs), 1);
});

test('a process that dies between keeping the answer and removing the mark leaves no unknown call', async () => {
  await using folder = await temporaryFolder();
  const first = openIn(folder.path, 'first').ledger;
  const request = onItsWay();
  const call = first.answer(caller, input, request.send);
  await request.sent;
  const marks = join(folder.path, 'calls', 'in-flight');
  const [name = ''] = await readdir(marks);
  const mark = await readFile(join(marks, name));
  request.reply(await answering('Summary.')());
  const finished = await call;
  await writeFile(join(marks, name), mark);

  const second = openIn(folder.path, 'second').ledger;
  assert.equal(await second.unknownCalls(runs), 0);
  assert.deepEqual(await second.answer(caller, input, mustNotAsk), finished);
});

test('the figures tell own calls from those of earlier processes, with their tokens', async () => {
  await using folder = await temporaryFolder();
  const first = openIn(folder.path, 'first').ledger;
  const earlier = await first.answer(caller, input, answering('One.'));
  const second = openIn(folder.path, 'second').ledger;
  await assert.rejects(second.answer(caller, { ...input, prompt: 'p2' }, () => Promise.reject(new Error('500'))));
  const own = await second.answer(caller, { ...input, prompt: 'p2' }, answering('Two.'));
  assert.deepEqual(await callFigures(second, runs, [earlier, own]), {
    modelCalls: 2,
    modelCallsFromHistory: 1,
    modelCallsUnknown: 0,
    spent: { inputTokens: 5, outputTokens: 2 },
    notSpentAgain: { inputTokens: 5, outputTokens: 2 },
  });
});

/** Starts a process that makes one call, and returns it with the line that it prints once the answer is kept. */
function startProcess(folder: string, baseUrl: string) {
  const program = fileURLToPath(new URL('./test/ledger-process.ts', import.meta.url));
  const child = spawn(process.execPath, [program, folder, baseUrl], { stdio: ['ignore', 'pipe', 'inherit'] });
  const line = once(createInterface(child.stdout), 'line').then(([text]) => JSON.parse(String(text)));
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  return { line, kill };
}

test('a process killed with its request on the way leaves one unknown call, and the next one asks again', async () => {
  await using folder = await temporaryFolder();
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  await using server = await startModelServer(({ nth }) => {
    ask();
    return nth === 1 ? { kind: 'stall' } : { kind: 'answer' };
  });
  const killed = startProcess(folder.path, server.baseUrl);
  await asked;
  await killed.kill();
  assert.equal(await openIn(folder.path, 'reader').ledger.unknownCalls(runs), 1);

  const next = startProcess(folder.path, server.baseUrl);
  assert.equal((await next.line).sent, 1);
  await next.kill();
  assert.equal(server.requestsFor('a.txt'), 2);
  assert.equal(await openIn(folder.path, 'reader').ledger.unknownCalls(runs), 1);
});

test('a process killed after its answer leaves it to the next one, which asks nothing', async () => {
  await using folder = await temporaryFolder();
  await using server = await startModelServer();
  const killed = startProcess(folder.path, server.baseUrl);
  const { processId, call } = await killed.line;
  await killed.kill();

  const next = startProcess(folder.path, server.baseUrl);
  const found = await next.line;
  await next.kill();
  assert.deepEqual(found.call, call);
  assert.equal(found.call.processId, processId);
  assert.equal(found.sent, 0);
  assert.equal(server.requestsFor('a.txt'), 1);
  assert.equal(await openIn(folder.path, 'reader').ledger.unknownCalls(runs), 0);
});

test('a folder that was never used holds no calls', async () => {
  await using folder = await temporaryFolder();
  await rm(folder.path, { recursive: true });
  assert.equal(await openIn(folder.path, 'first').ledger.unknownCalls(runs), 0);
});

test('a damaged answer is an error with a remedy, and not a second payment', async () => {
  await using folder = await temporaryFolder();
  const { ledger } = openIn(folder.path, 'first');
  await ledger.answer(caller, input, answering('Summary.'));
  const answers = join(folder.path, 'calls', 'answers');
  const [name = ''] = await readdir(answers);
  await writeFile(join(answers, name), '{"callId"');
  await assert.rejects(ledger.answer(caller, input, mustNotAsk), {
    name: 'BlobDamagedError',
    message: /is damaged: delete the file/,
  });
  assert.equal(ledger.sent, 1);
});
