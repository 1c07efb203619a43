// One model call: a prompt in, an answer out, or an error that says whether to call again.
//
// Nothing is retried here. Retrying belongs to the engine, which counts attempts, keeps the backoff across crashes and
// honours Retry-After with a durable timer; a second retry loop below it would multiply with the first. So the provider
// interface is called directly, beneath the AI SDK's `generateText` and its own two retries.
//
// The answer is streamed even where only its end matters: a stream shows life, and one that has gone silent can be given
// up after seconds. A request without a stream looks the same, alive or dead, until the attempt's time is used up.

import type { LanguageModelV4, LanguageModelV4CallOptions, LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { ModelAnswerError } from './model-error.ts';

/** What {@link generateOnce} asks, and how patient it is. */
export interface GenerateOptions {
  /** Standing instructions, sent before the prompt; none by default. */
  readonly system?: string;
  readonly prompt: string;
  /** Bound of the answer in tokens; the provider's own by default. */
  readonly maxOutputTokens?: number;
  /** Ends the call: the connection is closed and the signal's reason thrown. */
  readonly abortSignal?: AbortSignal;
  /** Longest silence, before the first part of the answer and between two, in milliseconds; 60,000 by default. */
  readonly stallTimeoutMs?: number;
  /** Sent with the request, e.g. an `Idempotency-Key`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Called for each piece of text: a good moment to heartbeat. */
  readonly onChunk?: (chunk: AnswerChunk) => void;
}

export interface AnswerChunk {
  readonly text: string;
  /** Length of the answer so far, in UTF-16 units. */
  readonly totalChars: number;
}

/** A complete answer of a model. */
export interface Answer {
  readonly text: string;
  /** `stop`, `length` (cut by the bound), or `other`. */
  readonly finishReason: 'stop' | 'length' | 'tool-calls' | 'other';
  /** As the provider counts, cached input included; 0 where it does not say. */
  readonly usage: { readonly inputTokens: number; readonly outputTokens: number };
  /** The model that answered, which may be more exact than the one that was asked. */
  readonly modelId: string;
  readonly responseId?: string;
}

type FinishPart = Extract<LanguageModelV4StreamPart, { type: 'finish' }>;

interface Draft {
  text: string;
  modelId: string;
  responseId: string | undefined;
  finish: FinishPart | undefined;
}

const DEFAULT_STALL_TIMEOUT_MS = 60_000;

/**
 * Makes exactly one request to a model and returns its whole answer.
 *
 * Throws what the provider throws, the abort signal's reason when that ended the call, or a `ModelAnswerError` of the
 * type `StalledAnswerError` (silence), `EmptyAnswerError`, `UnreadableAnswerError` (retryable), or
 * `ContentFilterError` (not). `classifyModelError` sorts them all.
 */
export async function generateOnce(model: LanguageModelV4, options: GenerateOptions): Promise<Answer> {
  options.abortSignal?.throwIfAborted();
  using patience = new Patience(options);
  const { stream } = await patience.await(model.doStream(callOptions(options, patience.signal)));
  const reader = stream.getReader();
  const draft: Draft = { text: '', modelId: model.modelId, responseId: undefined, finish: undefined };
  try {
    for (;;) {
      const { done, value } = await patience.await(reader.read());
      if (done) return complete(draft);
      add(draft, value, options);
    }
  } catch (error) {
    patience.giveUp(error);
    // The stream may be unable to close: nobody waits for it.
    reader.cancel(error).catch(() => {});
    throw error;
  }
}

function callOptions(options: GenerateOptions, abortSignal: AbortSignal): LanguageModelV4CallOptions {
  const { system, prompt, maxOutputTokens, headers } = options;
  return {
    prompt: [
      ...(system === undefined ? [] : [{ role: 'system' as const, content: system }]),
      { role: 'user' as const, content: [{ type: 'text' as const, text: prompt }] },
    ],
    abortSignal,
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(headers === undefined ? {} : { headers: { ...headers } }),
  };
}

function add(draft: Draft, part: LanguageModelV4StreamPart, options: GenerateOptions): void {
  switch (part.type) {
    case 'text-delta':
      draft.text += part.delta;
      options.onChunk?.({ text: part.delta, totalChars: draft.text.length });
      return;
    case 'response-metadata':
      draft.modelId = part.modelId ?? draft.modelId;
      draft.responseId = part.id ?? draft.responseId;
      return;
    case 'finish':
      draft.finish = part;
      return;
    case 'error':
      throw part.error;
    default:
    // Reasoning, tool calls, pings and raw parts are signs of life, and nothing more to a caller who wants text.
  }
}

function complete({ text, modelId, responseId, finish }: Draft): Answer {
  const reason = finish?.finishReason.unified;
  if (finish === undefined || reason === undefined || reason === 'error' || reason === 'interrupted') {
    throw new ModelAnswerError('UnreadableAnswerError', "the model's answer ended before it was complete", {
      retryable: true,
    });
  }
  if (reason === 'content-filter') {
    throw new ModelAnswerError('ContentFilterError', "the provider's content filter withheld the answer", {
      retryable: false,
    });
  }
  if (text.trim() === '') {
    throw new ModelAnswerError('EmptyAnswerError', `the model ended its answer (${reason}) without a word`, {
      retryable: true,
    });
  }
  const { inputTokens, outputTokens } = finish.usage;
  const usage = { inputTokens: inputTokens.total ?? 0, outputTokens: outputTokens.total ?? 0 };
  return { text, finishReason: reason, usage, modelId, ...(responseId === undefined ? {} : { responseId }) };
}

/**
 * Waits for the steps of one call, each no longer than the stall time-out, and until the caller aborts.
 *
 * The wait ends by itself even if the provider ignores its signal: a promise that never settles must not hold the
 * attempt. Whoever loses such a race stays handled, so a late rejection disturbs nobody.
 */
class Patience implements Disposable {
  readonly #connection = new AbortController();
  readonly #stallTimeoutMs: number;
  readonly #abortSignal: AbortSignal | undefined;
  readonly #passOn = (): void => this.#connection.abort(this.#abortSignal?.reason);

  constructor(options: GenerateOptions) {
    this.#stallTimeoutMs = options.stallTimeoutMs ?? DEFAULT_STALL_TIMEOUT_MS;
    this.#abortSignal = options.abortSignal;
    this.#abortSignal?.addEventListener('abort', this.#passOn, { once: true });
  }

  get signal(): AbortSignal {
    return this.#connection.signal;
  }

  giveUp(reason: unknown): void {
    this.#connection.abort(reason);
  }

  async await<T>(step: PromiseLike<T>): Promise<T> {
    const { promise: ended, reject } = Promise.withResolvers<never>();
    const stop = (): void => reject(this.signal.reason);
    this.signal.addEventListener('abort', stop, { once: true });
    // An abort between two steps, from within onChunk say, has fired its event already.
    if (this.signal.aborted) stop();
    const timer = setTimeout(() => this.giveUp(this.#stalled()), this.#stallTimeoutMs);
    try {
      return await Promise.race([step, ended]);
    } catch (error) {
      // A provider wraps or renames the reason it was aborted for; the reason itself is what the caller can judge.
      throw this.signal.aborted ? this.signal.reason : error;
    } finally {
      clearTimeout(timer);
      this.signal.removeEventListener('abort', stop);
    }
  }

  #stalled(): ModelAnswerError {
    const message = `the model endpoint has been silent for ${this.#stallTimeoutMs} ms`;
    return new ModelAnswerError('StalledAnswerError', message, { retryable: true });
  }

  [Symbol.dispose](): void {
    this.#abortSignal?.removeEventListener('abort', this.#passOn);
  }
}
