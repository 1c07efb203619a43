// Each step by itself, in the environment in which a worker runs it, against real files and a real HTTP endpoint.

import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { ApplicationFailure, CancelledFailure } from 'perdure/activity';
import { MockActivityEnvironment } from 'perdure/testing';
import { createActivities, type PipelineActivities } from './activities.ts';
import { openBlobStore } from './blob-store.ts';
import { openCallLedger } from './call-ledger.ts';
import { chooseModel } from './model.ts';
import { makePdf } from './test/document-files.ts';
import { answer, inTurn, type ModelServer, type Reply, rateLimited, startModelServer } from './test/model-server.ts';
import { temporaryFolder } from './test/temporary-folder.ts';

const KEY = 'sk-test-0123456789abcdef';
const TEXT = 'The harbour silts up every winter, and the town pays for the dredging of it again and again.';

async function pipeline(folder: string, server?: ModelServer, processId = 'first') {
  const blobs = openBlobStore(join(folder, 'blobs'));
  const calls = openCallLedger(join(folder, 'blobs', 'calls'), blobs, processId);
  const environment = server === undefined ? {} : { OPENAI_BASE_URL: server.baseUrl, OPENAI_API_KEY: KEY };
  const model = await chooseModel({ environment });
  const outputFolder = join(folder, 'out');
  return { blobs, calls, activities: createActivities({ blobs, calls, model, outputFolder, stallTimeoutMs: 200 }) };
}

function attempt<A extends keyof PipelineActivities>(
  activities: PipelineActivities,
  name: A,
  ...args: Parameters<PipelineActivities[A]>
): ReturnType<PipelineActivities[A]> {
  const environment = new MockActivityEnvironment({ activityType: name });
  return environment.run(activities[name] as (...args: unknown[]) => Promise<unknown>, ...args) as ReturnType<
    PipelineActivities[A]
  >;
}

async function failureOf(attempted: Promise<unknown>): Promise<ApplicationFailure> {
  const error = await attempted.then(
    () => assert.fail('a result'),
    (failure: unknown) => failure,
  );
  assert.ok(error instanceof ApplicationFailure, String(error));
  return error;
}

async function documentIn(folder: string, name: string, content: string | Uint8Array = TEXT): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

test('a document goes through all four steps, and only references pass between them', async () => {
  await using folder = await temporaryFolder();
  await using server = await startModelServer();
  const { activities } = await pipeline(folder.path, server);
  const path = await documentIn(folder.path, '7.pdf', await makePdf([[TEXT]], 'A <b>harbour</b>'));

  const fetched = await attempt(activities, 'fetch_document', path);
  const text = await attempt(activities, 'extract_text', fetched);
  const result = await attempt(activities, 'generate_summary', { name: fetched.name, text: text.text });
  const document = { docId: path, outputName: 'reports/7.pdf', fetched, text, result };
  const saved = await attempt(activities, 'save_results', document);

  assert.equal(fetched.name, '7.pdf');
  assert.equal(text.words, 18);
  assert.equal(JSON.stringify([fetched, text, result, saved]).includes('dredging'), false);
  assert.deepEqual(JSON.parse(await readFile(saved.json, 'utf8')), {
    document: '7.pdf',
    path,
    title: 'A <b>harbour</b>',
    summary: 'The document 7.pdf is about itself.',
    model: 'gpt-5-mini-served',
    finishReason: 'stop',
    inputTokens: result.call.usage.inputTokens,
    outputTokens: 6,
    words: 18,
    chars: TEXT.length,
    cut: false,
    sha256: fetched.original.hash,
  });
  assert.match(
    await readFile(saved.markdown, 'utf8'),
    /^# A &lt;b&gt;harbour&lt;\/b&gt;\n\nThe document 7\.pdf is about itself\.\n\n- Document: 7\.pdf, 18 words\n- Model: gpt-5-mini-served, \d+ tokens read, 6 written\n$/,
  );
  assert.deepEqual(await readdir(join(folder.path, 'out', 'reports')), ['7.pdf.json', '7.pdf.md']);
});

test('every step done twice changes nothing and asks the model once', async () => {
  await using folder = await temporaryFolder();
  await using server = await startModelServer();
  const { activities } = await pipeline(folder.path, server);
  const path = await documentIn(folder.path, 'a.txt');
  const twice = async <T>(step: () => Promise<T>): Promise<T> => {
    const first = await step();
    assert.deepEqual(await step(), first);
    return first;
  };
  const fetched = await twice(() => attempt(activities, 'fetch_document', path));
  const text = await twice(() => attempt(activities, 'extract_text', fetched));
  const result = await twice(() => attempt(activities, 'generate_summary', { name: 'a.txt', text: text.text }));
  const document = { docId: path, outputName: 'a.txt', fetched, text, result };
  const saved = await attempt(activities, 'save_results', document);
  const before = await readFile(saved.json, 'utf8');
  await attempt(activities, 'save_results', document);
  assert.equal(await readFile(saved.json, 'utf8'), before);
  assert.equal(server.requests.length, 1);
  assert.deepEqual(await readdir(join(folder.path, 'out')), ['a.txt.json', 'a.txt.md']);
});

test('later steps see the document as it was when it was fetched', async () => {
  await using folder = await temporaryFolder();
  const { activities, blobs } = await pipeline(folder.path);
  const path = await documentIn(folder.path, 'a.txt', 'As it was.');
  const fetched = await attempt(activities, 'fetch_document', path);
  await writeFile(path, 'As it is.');
  const { text } = await attempt(activities, 'extract_text', fetched);
  assert.equal(await blobs.getText(text.hash), 'As it was.');
});

test('without an endpoint the local summariser answers on the same road', async () => {
  await using folder = await temporaryFolder();
  const { activities, blobs, calls } = await pipeline(folder.path);
  const { text } = await attempt(activities, 'extract_text', {
    name: 'a.txt',
    original: await blobs.put(TEXT),
  });
  const { call, summary } = await attempt(activities, 'generate_summary', { name: 'a.txt', text });
  assert.equal(await blobs.getText(summary.hash), TEXT);
  assert.equal(call.modelId, 'local:lexrank');
  assert.ok(call.usage.inputTokens > 20);
  assert.equal(calls.sent, 1);
});

test('a missing file is a failure that may be retried, and says which file', async () => {
  await using folder = await temporaryFolder();
  const { activities } = await pipeline(folder.path);
  const failure = await failureOf(attempt(activities, 'fetch_document', join(folder.path, 'gone.txt')));
  assert.equal(failure.type, 'DocumentNotFoundError');
  assert.equal(failure.nonRetryable, false);
  assert.match(failure.message, /gone\.txt cannot be read: there is no such file/);
});

test('a folder with the name of a document is refused', async () => {
  await using folder = await temporaryFolder();
  const { activities } = await pipeline(folder.path);
  await mkdir(join(folder.path, 'b.txt'));
  assert.equal(
    (await failureOf(attempt(activities, 'fetch_document', join(folder.path, 'b.txt')))).type,
    'FileAccessError',
  );
});

test('a document that nobody can read fails for good, with its own reason', async () => {
  await using folder = await temporaryFolder();
  const { activities } = await pipeline(folder.path);
  const unknown = await failureOf(attempt(activities, 'fetch_document', await documentIn(folder.path, 'a.xyz')));
  assert.deepEqual([unknown.type, unknown.nonRetryable], ['UnsupportedDocumentError', true]);

  const path = await documentIn(folder.path, 'a.pdf', 'no PDF');
  const fetched = await attempt(activities, 'fetch_document', path);
  const broken = await failureOf(attempt(activities, 'extract_text', fetched));
  assert.deepEqual([broken.type, broken.nonRetryable], ['BrokenDocumentError', true]);
  assert.match(broken.message, /a\.pdf is no PDF file/);
});

test('a text that is gone from the blob folder fails for good, and no request is made', async () => {
  await using folder = await temporaryFolder();
  await using server = await startModelServer();
  const { activities } = await pipeline(folder.path, server);
  const text = { hash: 'a'.repeat(64), sizeBytes: 1 };
  const failure = await failureOf(attempt(activities, 'generate_summary', { name: 'a.txt', text }));
  assert.deepEqual([failure.type, failure.nonRetryable], ['BlobMissingError', true]);
  assert.equal(server.requests.length, 0);
});

type Row = readonly [reply: Reply, type: string, nonRetryable: boolean, nextRetryDelay?: number];

const replies: readonly Row[] = [
  [rateLimited('7'), 'RateLimitError', false, 7_000],
  [{ kind: 'refusal', status: 500 }, 'ServerError', false],
  [{ kind: 'refusal', status: 529 }, 'OverloadedError', false],
  [{ kind: 'stall' }, 'StalledAnswerError', false],
  [{ kind: 'garbage' }, 'UnreadableAnswerError', false],
  [{ kind: 'cut' }, 'NetworkError', false],
  [{ kind: 'refusal', status: 401, code: 'invalid_api_key', message: `bad key ${KEY}` }, 'InvalidAPIKeyError', true],
  [{ kind: 'refusal', status: 403 }, 'AuthenticationError', true],
];

for (const [reply, type, nonRetryable, nextRetryDelay] of replies) {
  test(`one attempt is one request, and ${type} says whether and when there is another`, async () => {
    await using folder = await temporaryFolder();
    await using server = await startModelServer(() => reply);
    const { activities, blobs, calls } = await pipeline(folder.path, server);
    const text = await blobs.put(TEXT);
    const failure = await failureOf(attempt(activities, 'generate_summary', { name: 'a.txt', text }));
    assert.deepEqual(
      [failure.type, failure.nonRetryable, failure.nextRetryDelay],
      [type, nonRetryable, nextRetryDelay],
    );
    assert.equal(failure.message.includes(KEY), false);
    assert.equal(server.requests.length, 1);
    assert.equal(calls.sent, 1);
  });
}

test('the attempt after a failure asks again, under the same idempotency key', async () => {
  await using folder = await temporaryFolder();
  await using server = await startModelServer(inTurn(rateLimited('1'), answer));
  const { activities, blobs, calls } = await pipeline(folder.path, server);
  const text = await blobs.put(TEXT);
  await failureOf(attempt(activities, 'generate_summary', { name: 'a.txt', text }));
  await attempt(activities, 'generate_summary', { name: 'a.txt', text });
  const keys = server.requests.map(({ headers }) => headers['idempotency-key']);
  assert.deepEqual(keys, ['test%3Adead-beef%3Atest', 'test%3Adead-beef%3Atest']);
  assert.equal(calls.sent, 2);
});

test('a later process uses the answer that an earlier one received, and knows who paid', async () => {
  await using folder = await temporaryFolder();
  await using server = await startModelServer();
  const first = await pipeline(folder.path, server);
  const text = await first.blobs.put(TEXT);
  await attempt(first.activities, 'generate_summary', { name: 'a.txt', text });
  const second = await pipeline(folder.path, server, 'second');
  const { call } = await attempt(second.activities, 'generate_summary', { name: 'a.txt', text });
  assert.equal(call.processId, 'first');
  assert.equal(second.calls.sent, 0);
  assert.equal(server.requests.length, 1);
});

test('a document without words is refused by the local summariser once and for all', async () => {
  await using folder = await temporaryFolder();
  const { activities, blobs } = await pipeline(folder.path);
  const text = await blobs.put('--- ***');
  const failure = await failureOf(attempt(activities, 'generate_summary', { name: 'a.txt', text }));
  assert.deepEqual([failure.type, failure.nonRetryable], ['NothingToSummariseError', true]);
});

test('a cancelled activity ends its request and is cancelled, not failed', async () => {
  await using folder = await temporaryFolder();
  await using server = await startModelServer(() => ({ kind: 'stall' }));
  const { activities, blobs } = await pipeline(folder.path, server);
  const text = await blobs.put(TEXT);
  const environment = new MockActivityEnvironment();
  environment.once('heartbeat', () => environment.cancel());
  await assert.rejects(
    environment.run(activities.generate_summary, { name: 'a.txt', text }),
    (error) => error instanceof CancelledFailure,
  );
});

test('an attempt gives up shortly before its time is over, and says so', async () => {
  await using folder = await temporaryFolder();
  await using server = await startModelServer(() => ({ kind: 'stall' }));
  const { activities, blobs } = await pipeline(folder.path, server);
  const text = await blobs.put(TEXT);
  const environment = new MockActivityEnvironment({ startToCloseTimeoutMs: 550 });
  const failure = await failureOf(environment.run(activities.generate_summary, { name: 'a.txt', text }));
  assert.equal(failure.type, 'TimeoutError');
  assert.match(failure.message, /longer than the 550 ms of an attempt/);
});

test('what was written of an answer is in the heartbeats', async () => {
  await using folder = await temporaryFolder();
  await using server = await startModelServer();
  const { activities, blobs } = await pipeline(folder.path, server);
  const text = await blobs.put(TEXT);
  const environment = new MockActivityEnvironment();
  const beats: unknown[] = [];
  environment.on('heartbeat', (details) => beats.push(details));
  await environment.run(activities.generate_summary, { name: 'a.txt', text });
  assert.deepEqual(beats, [{ chars: 13 }, { chars: 35 }]);
});

test('a result is written nowhere but below the output folder', async () => {
  await using folder = await temporaryFolder();
  const { activities, blobs } = await pipeline(folder.path);
  const blob = await blobs.put(TEXT);
  const usage = { inputTokens: 1, outputTokens: 1 };
  const call = { text: blob, finishReason: 'stop', usage, modelId: 'm', processId: 'p' } as const;
  const document = {
    docId: 'a.txt',
    fetched: { name: 'a.txt', original: blob },
    text: { text: blob, chars: 1, words: 1 },
    result: { summary: blob, call, cut: false },
  };
  for (const outputName of ['../a', 'b/../../a', '/etc/a', '.', '']) {
    const failure = await failureOf(attempt(activities, 'save_results', { ...document, outputName }));
    assert.deepEqual([failure.type, failure.nonRetryable], ['OutputNameError', true]);
  }
  await writeFile(join(folder.path, 'out'), 'a file where the folder should be');
  assert.equal(
    (await failureOf(attempt(activities, 'save_results', { ...document, outputName: 'a' }))).type,
    'FileAccessError',
  );
});
