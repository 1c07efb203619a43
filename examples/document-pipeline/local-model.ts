// The local summariser behind the same interface as a remote model, so that everything above it, errors and token counts
// included, is exercised without a network, a key or a price.

import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4StreamPart,
  LanguageModelV4Usage,
} from '@ai-sdk/provider';
import { ModelAnswerError } from 'perdure/llm';
import { documentIn, SUMMARY_SENTENCES } from './prompt.ts';
import { countTokens } from './summariser/count-tokens.ts';
import { NothingToSummariseError, summarise } from './summariser.ts';

export const LOCAL_MODEL_ID = 'local:lexrank';

const FINISHED = { unified: 'stop' as const, raw: undefined };

/** A language model that answers with the most telling sentences of the document in its prompt. */
export function localSummariser(): LanguageModelV4 {
  return {
    specificationVersion: 'v4',
    provider: 'local',
    modelId: LOCAL_MODEL_ID,
    supportedUrls: {},
    doGenerate: async (options) => {
      const { sentences, usage } = answer(options);
      return {
        content: [{ type: 'text', text: sentences.join(' ') }],
        finishReason: FINISHED,
        usage,
        warnings: [],
      };
    },
    doStream: async (options) => {
      const { sentences, usage } = answer(options);
      return { stream: ReadableStream.from(parts(sentences, usage)) };
    },
  };
}

function answer({ prompt, abortSignal }: LanguageModelV4CallOptions) {
  abortSignal?.throwIfAborted();
  const texts = promptTexts(prompt);
  const sentences = sentencesOf(documentIn(texts.at(-1) ?? ''));
  return { sentences, usage: usageOf(countTokens(texts.join('\n')), countTokens(sentences.join(' '))) };
}

/** The same text has no words the next time either. */
function sentencesOf(document: string): string[] {
  try {
    return summarise(document, SUMMARY_SENTENCES);
  } catch (error) {
    if (!(error instanceof NothingToSummariseError)) throw error;
    throw new ModelAnswerError(error.type, error.message, { retryable: false });
  }
}

function promptTexts(prompt: LanguageModelV4CallOptions['prompt']): string[] {
  return prompt.map(({ content }) => {
    if (typeof content === 'string') return content;
    return content.map((part) => (part.type === 'text' ? part.text : '')).join('');
  });
}

function* parts(sentences: readonly string[], usage: LanguageModelV4Usage): Generator<LanguageModelV4StreamPart> {
  yield { type: 'stream-start', warnings: [] };
  yield { type: 'text-start', id: '0' };
  for (const [index, sentence] of sentences.entries()) {
    yield { type: 'text-delta', id: '0', delta: index === 0 ? sentence : ` ${sentence}` };
  }
  yield { type: 'text-end', id: '0' };
  yield { type: 'finish', finishReason: FINISHED, usage };
}

function usageOf(input: number, output: number): LanguageModelV4Usage {
  return {
    inputTokens: { total: input, noCache: input, cacheRead: 0, cacheWrite: 0 },
    outputTokens: { total: output, text: output, reasoning: 0 },
  };
}
