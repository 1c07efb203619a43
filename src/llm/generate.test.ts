// Drives generateOnce with models written by hand; the HTTP road is tested in the document pipeline's example.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4FinishReason,
  LanguageModelV4StreamPart,
  LanguageModelV4Usage,
} from '@ai-sdk/provider';
import { type GenerateOptions, generateOnce } from './generate.ts';
import { ModelAnswerError } from './model-error.ts';

type Part = LanguageModelV4StreamPart;

const usage: LanguageModelV4Usage = {
  inputTokens: { total: 11, noCache: 11, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: 3, text: 3, reasoning: undefined },
};

function finish(unified: LanguageModelV4FinishReason['unified'], used: LanguageModelV4Usage = usage): Part {
  return { type: 'finish', usage: used, finishReason: { unified, raw: undefined } };
}

function delta(text: string): Part {
  return { type: 'text-delta', id: '1', delta: text };
}

interface Scripted extends LanguageModelV4 {
  readonly calls: LanguageModelV4CallOptions[];
}

/** A model that says `parts`; with `hangs` it then neither ends nor listens to its abort signal. */
function modelSaying(parts: readonly Part[], { hangs = false } = {}): Scripted {
  const calls: LanguageModelV4CallOptions[] = [];
  return {
    specificationVersion: 'v4',
    provider: 'scripted',
    modelId: 'asked',
    supportedUrls: {},
    calls,
    doGenerate: () => Promise.reject(new Error('the answer is streamed')),
    doStream: async (options) => {
      calls.push(options);
      const stream = new ReadableStream<Part>({
        start: (controller) => {
          for (const part of parts) controller.enqueue(part);
          if (!hangs) controller.close();
        },
      });
      return { stream };
    },
  };
}

function ask(model: LanguageModelV4, options: Partial<GenerateOptions> = {}) {
  return generateOnce(model, { prompt: 'Say it.', ...options });
}

test('an answer is its text, why it ended, what it used, and who gave it', async () => {
  const chunks: string[] = [];
  const model = modelSaying([
    { type: 'stream-start', warnings: [] },
    { type: 'response-metadata', id: 'r-1', modelId: 'served-2' },
    delta('Hello '),
    delta('world'),
    finish('stop'),
  ]);
  const answer = await ask(model, { onChunk: (chunk) => chunks.push(`${chunk.totalChars}:${chunk.text}`) });
  assert.deepEqual(answer, {
    text: 'Hello world',
    finishReason: 'stop',
    usage: { inputTokens: 11, outputTokens: 3 },
    modelId: 'served-2',
    responseId: 'r-1',
  });
  assert.deepEqual(chunks, ['6:Hello ', '11:world']);
});

test('the request carries instructions, prompt, bound and headers, and is made once', async () => {
  const model = modelSaying([delta('ok'), finish('stop')]);
  await ask(model, { system: 'Be brief.', maxOutputTokens: 50, headers: { 'Idempotency-Key': 'k' } });
  assert.equal(model.calls.length, 1);
  assert.deepEqual(model.calls[0]?.prompt, [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: [{ type: 'text', text: 'Say it.' }] },
  ]);
  assert.equal(model.calls[0]?.maxOutputTokens, 50);
  assert.deepEqual(model.calls[0]?.headers, { 'Idempotency-Key': 'k' });
});

test('a provider that counts no tokens gives an answer that used none', async () => {
  const silent = {
    inputTokens: { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
    outputTokens: { total: undefined, text: undefined, reasoning: undefined },
  };
  const answer = await ask(modelSaying([delta('ok'), finish('length', silent)]));
  assert.deepEqual(answer.usage, { inputTokens: 0, outputTokens: 0 });
  assert.equal(answer.modelId, 'asked');
  assert.equal('responseId' in answer, false);
});

const useless: readonly (readonly [string, readonly Part[], string, boolean])[] = [
  ['without a word', [finish('stop')], 'EmptyAnswerError', true],
  ['of blanks', [delta(' \n'), finish('length')], 'EmptyAnswerError', true],
  ['without an end', [delta('Hel')], 'UnreadableAnswerError', true],
  ['that the provider calls interrupted', [delta('Hel'), finish('interrupted')], 'UnreadableAnswerError', true],
  ['that ends in an error', [delta('Hel'), finish('error')], 'UnreadableAnswerError', true],
  ['that is withheld', [delta('I cannot'), finish('content-filter')], 'ContentFilterError', false],
];

for (const [name, parts, type, retryable] of useless) {
  test(`an answer ${name} is ${type}`, async () => {
    await assert.rejects(ask(modelSaying(parts)), (error) => {
      assert.ok(error instanceof ModelAnswerError);
      assert.deepEqual({ type: error.type, retryable: error.retryable }, { type, retryable });
      return true;
    });
  });
}

test("a stream's own error is thrown as the provider gave it, and ends the request", async () => {
  const reason = { type: 'overloaded_error', message: 'Overloaded' };
  const model = modelSaying([delta('Hel'), { type: 'error', error: reason }], { hangs: true });
  await assert.rejects(ask(model), (error) => error === reason);
  assert.equal(model.calls[0]?.abortSignal?.aborted, true);
});

test('a stream that falls silent is given up, although the provider does not react', { timeout: 5_000 }, async () => {
  const model = modelSaying([delta('Hel')], { hangs: true });
  await assert.rejects(ask(model, { stallTimeoutMs: 20 }), {
    name: 'StalledAnswerError',
    message: 'the model endpoint has been silent for 20 ms',
  });
  assert.equal(model.calls[0]?.abortSignal?.aborted, true);
});

test('an endpoint that never answers is given up in the same way', { timeout: 5_000 }, async () => {
  const model = { ...modelSaying([]), doStream: () => new Promise<never>(() => {}) };
  await assert.rejects(ask(model, { stallTimeoutMs: 20 }), { name: 'StalledAnswerError' });
});

test('a cancelled call throws the reason of its cancellation and closes the connection', {
  timeout: 5_000,
}, async () => {
  const cancel = new AbortController();
  const reason = new Error('workflow cancelled');
  const model = modelSaying([delta('Hel')], { hangs: true });
  const call = ask(model, { abortSignal: cancel.signal, onChunk: () => cancel.abort(reason) });
  await assert.rejects(call, (error) => error === reason);
  assert.equal(model.calls[0]?.abortSignal?.aborted, true);
});

test('a call that is cancelled before it begins makes no request', async () => {
  const model = modelSaying([delta('ok'), finish('stop')]);
  await assert.rejects(ask(model, { abortSignal: AbortSignal.abort(new Error('too late')) }), { message: 'too late' });
  assert.equal(model.calls.length, 0);
});

test("a provider's refusal passes unchanged", async () => {
  const refusal = new Error('refused');
  const model = { ...modelSaying([]), doStream: () => Promise.reject(refusal) };
  await assert.rejects(ask(model), (error) => error === refusal);
});
