// The road from generateOnce through the AI SDK's provider to an HTTP endpoint, on which everything goes wrong in turn.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classifyModelError, generateOnce, type ModelErrorClass } from 'perdure/llm';
import { boundAsOpenAiDoes, type ChosenModel, chooseModel } from './model.ts';
import { answer, inTurn, type Reply, rateLimited, startModelServer } from './test/model-server.ts';

const KEY = 'sk-test-0123456789abcdef';
const PROMPT = 'Document: a.txt\n\nSay what it says.';

function remote(baseUrl: string, key: string | undefined = KEY): Promise<ChosenModel> {
  return chooseModel({ environment: { OPENAI_BASE_URL: baseUrl, OPENAI_API_KEY: key }, model: 'small' });
}

function ask({ model }: ChosenModel, stallTimeoutMs = 10_000) {
  return generateOnce(model, { system: 'Be brief.', prompt: PROMPT, stallTimeoutMs });
}

test('an endpoint answers, and says which model it was and what it used', async () => {
  await using server = await startModelServer();
  const { model, id } = await remote(server.baseUrl);
  const found = await generateOnce(model, {
    system: 'Be brief.',
    prompt: PROMPT,
    headers: { 'Idempotency-Key': 'k-1' },
  });
  assert.deepEqual(found, {
    text: 'The document a.txt is about itself.',
    finishReason: 'stop',
    usage: { inputTokens: 8, outputTokens: 6 },
    modelId: 'small-served',
    responseId: 'chatcmpl-1',
  });
  assert.equal(id, `small@${new URL(server.baseUrl).host}`);
  assert.equal(server.requestsFor('a.txt'), 1);
  assert.equal(server.answersFor('a.txt'), 1);
  assert.equal(server.requests[0]?.headers.authorization, `Bearer ${KEY}`);
  assert.equal(server.requests[0]?.headers['idempotency-key'], 'k-1');
});

test("an endpoint of one's own needs no key", async () => {
  await using server = await startModelServer();
  const chosen = await chooseModel({ environment: { OPENAI_BASE_URL: `${server.baseUrl}/` } });
  await ask(chosen);
  assert.equal(server.requests[0]?.headers.authorization, undefined);
  assert.equal(server.requests[0]?.model, 'gpt-5-mini');
});

test('a server that ignores the wish for a stream is understood all the same', async () => {
  await using server = await startModelServer(() => ({ kind: 'answer', unstreamed: true }));
  const found = await ask(await remote(server.baseUrl));
  assert.equal(found.text, 'The document a.txt is about itself.');
  assert.deepEqual(found.usage, { inputTokens: 8, outputTokens: 6 });
});

test('a server that counts no tokens is understood all the same', async () => {
  await using server = await startModelServer(() => ({ kind: 'answer', withoutUsage: true }));
  assert.deepEqual((await ask(await remote(server.baseUrl))).usage, { inputTokens: 0, outputTokens: 0 });
});

type Row = readonly [
  name: string,
  reply: Reply,
  expected: Pick<ModelErrorClass, 'type' | 'retryable' | 'retryAfterMs'>,
];

const rows: readonly Row[] = [
  ['429 with seconds', rateLimited('7'), { type: 'RateLimitError', retryable: true, retryAfterMs: 7_000 }],
  [
    '429 with a date in the past',
    rateLimited('Sun, 06 Nov 1994 08:49:37 GMT'),
    { type: 'RateLimitError', retryable: true, retryAfterMs: 0 },
  ],
  ['429 without a hint', rateLimited(), { type: 'RateLimitError', retryable: true }],
  ['500', { kind: 'refusal', status: 500 }, { type: 'ServerError', retryable: true }],
  ['529', { kind: 'refusal', status: 529 }, { type: 'OverloadedError', retryable: true }],
  ['400', { kind: 'refusal', status: 400 }, { type: 'BadRequestError', retryable: false }],
  ['401', { kind: 'refusal', status: 401 }, { type: 'AuthenticationError', retryable: false }],
  [
    '401 that names the key',
    { kind: 'refusal', status: 401, code: 'invalid_api_key', message: `Incorrect API key provided: ${KEY}.` },
    { type: 'InvalidAPIKeyError', retryable: false },
  ],
  ['403', { kind: 'refusal', status: 403 }, { type: 'AuthenticationError', retryable: false }],
  ['a stream that stalls', { kind: 'stall' }, { type: 'StalledAnswerError', retryable: true }],
  ['a connection cut within the answer', { kind: 'cut' }, { type: 'NetworkError', retryable: true }],
  ['a connection cut before the answer', { kind: 'hang-up' }, { type: 'NetworkError', retryable: true }],
  ['garbage in the stream', { kind: 'garbage' }, { type: 'UnreadableAnswerError', retryable: true }],
  [
    'garbage without a stream',
    { kind: 'garbage', body: '<html>Service notice</html>' },
    { type: 'UnreadableAnswerError', retryable: true },
  ],
  ['an empty body', { kind: 'garbage', body: '' }, { type: 'UnreadableAnswerError', retryable: true }],
  ['an empty answer', { kind: 'answer', text: '  ' }, { type: 'EmptyAnswerError', retryable: true }],
  [
    'an overload within the stream',
    { kind: 'error-in-stream', error: { message: 'Overloaded', type: 'overloaded_error' } },
    { type: 'OverloadedError', retryable: true },
  ],
];

for (const [name, reply, expected] of rows) {
  test(`${name} is ${expected.type}, and one request was made`, { timeout: 10_000 }, async () => {
    await using server = await startModelServer(() => reply);
    const call = ask(await remote(server.baseUrl), reply.kind === 'stall' ? 100 : 10_000);
    const found = await call.then(
      () => assert.fail('an answer'),
      (error: unknown) => classifyModelError(error, Date.now()),
    );
    const { message, ...verdict } = found;
    assert.deepEqual(verdict, expected);
    assert.equal(message.includes(KEY), false, message);
    assert.equal(server.requests.length, 1);
  });
}

test('nobody at the other end is a network error', async () => {
  const { baseUrl } = await (async () => {
    await using server = await startModelServer();
    return server;
  })();
  await assert.rejects(ask(await remote(baseUrl)), (error) => {
    const { type, retryable } = classifyModelError(error, Date.now());
    assert.deepEqual({ type, retryable }, { type: 'NetworkError', retryable: true });
    return true;
  });
});

test("a date that lies ahead is a delay until then, by the server's clock", async () => {
  await using server = await startModelServer(() => rateLimited(new Date(Date.now() + 9_000).toUTCString()));
  await assert.rejects(ask(await remote(server.baseUrl)), (error) => {
    const { retryAfterMs } = classifyModelError(error, Date.now());
    assert.ok(retryAfterMs !== undefined && retryAfterMs >= 8_000 && retryAfterMs <= 10_000);
    return true;
  });
});

test('the server fails and recovers per document', async () => {
  await using server = await startModelServer(inTurn(rateLimited('1'), { kind: 'refusal', status: 500 }, answer));
  const chosen = await remote(server.baseUrl);
  await assert.rejects(ask(chosen));
  await assert.rejects(ask(chosen));
  assert.match((await ask(chosen)).text, /a\.txt/);
  assert.equal(server.requestsFor('a.txt'), 3);
  assert.equal(server.answersFor('a.txt'), 1);
});

test('a cancelled call closes its connection', { timeout: 10_000 }, async () => {
  await using server = await startModelServer(() => ({ kind: 'stall' }));
  const { model } = await remote(server.baseUrl);
  const cancel = new AbortController();
  const reason = new Error('cancelled');
  const call = generateOnce(model, { prompt: PROMPT, abortSignal: cancel.signal, onChunk: () => cancel.abort(reason) });
  await assert.rejects(call, (error) => error === reason);
});

test('without a key and an endpoint the local summariser is chosen, and by its name always', async () => {
  assert.equal((await chooseModel({ environment: {} })).id, 'local:lexrank');
  assert.equal((await chooseModel({ environment: { OPENAI_API_KEY: ' ', OPENAI_BASE_URL: '' } })).id, 'local:lexrank');
  assert.equal(
    (await chooseModel({ environment: { OPENAI_API_KEY: KEY }, model: 'local:lexrank' })).id,
    'local:lexrank',
  );
});

test('a key alone means OpenAI', async () => {
  const { id } = await chooseModel({ environment: { OPENAI_API_KEY: `${KEY}\n` }, model: 'gpt-5' });
  assert.equal(id, 'gpt-5@api.openai.com');
});

test('a model without an endpoint is refused with the setting that is missing', async () => {
  await assert.rejects(chooseModel({ environment: {}, model: 'gpt-5' }), {
    name: 'ModelSettingsError',
    message: /--model gpt-5 needs an endpoint: set OPENAI_API_KEY/,
  });
});

test('a base URL that is none is refused, and not repeated: it may hold a password', async () => {
  for (const OPENAI_BASE_URL of ['user:secret@host', 'localhost:8080', 'ftp://user:secret@host/v1']) {
    await assert.rejects(chooseModel({ environment: { OPENAI_BASE_URL } }), (error: Error) => {
      assert.equal(error.name, 'ModelSettingsError');
      assert.equal(error.message.includes('secret'), false);
      return true;
    });
  }
});

test("credentials in the base URL become a header and stay out of the model's name", async () => {
  await using server = await startModelServer();
  const url = server.baseUrl.replace('//', '//ann:s%40crets@');
  const chosen = await chooseModel({ environment: { OPENAI_BASE_URL: url } });
  await ask(chosen);
  const authorization = `Basic ${Buffer.from('ann:s@crets').toString('base64')}`;
  assert.equal(server.requests[0]?.headers.authorization, authorization);
  assert.equal(chosen.id.includes('ann'), false);
  assert.deepEqual(chosen.secrets, ['s@crets', authorization]);
});

test('OpenAI gets the bound of an answer under its new name, and nothing else changes', () => {
  assert.deepEqual(boundAsOpenAiDoes({ model: 'm', max_tokens: 9 }), { model: 'm', max_completion_tokens: 9 });
  assert.deepEqual(boundAsOpenAiDoes({ model: 'm' }), { model: 'm' });
});
