// Which model writes the summaries: an OpenAI-compatible endpoint if one is configured, else the local summariser.
//
// Both are a LanguageModelV4, so the pipeline has one code path. `doStream` of the provider is called directly (see
// src/llm/generate.ts): the AI SDK's own retries live above that interface and are therefore out of play.

import type { LanguageModelV4 } from '@ai-sdk/provider';
import { LOCAL_MODEL_ID, localSummariser } from './local-model.ts';
import { streamPlainAnswers } from './plain-answers.ts';

export interface ChosenModel {
  readonly model: LanguageModelV4;
  /** What stands in reports and in the keys of calls: model and endpoint, never a credential. */
  readonly id: string;
  /** Longest document given to the model whole, in UTF-16 units. */
  readonly maxInputChars: number;
  readonly maxOutputTokens: number;
  /** What must not appear in any message. */
  readonly secrets: readonly string[];
}

export interface ModelSettings {
  /** Where OPENAI_API_KEY and OPENAI_BASE_URL are looked up, e.g. `process.env`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Name of the model, from `--model`; `local:lexrank` asks for the local summariser. */
  readonly model?: string | undefined;
}

/** The settings name no usable endpoint. The message says which setting, and never repeats a credential. */
export class ModelSettingsError extends Error {
  override readonly name = 'ModelSettingsError';
}

const OPENAI_URL = 'https://api.openai.com/v1';
const DEFAULT_MODEL = 'gpt-5-mini';

/** About 100,000 tokens of English: most models of today read that much, and it bounds what one document can cost. */
const MAX_REMOTE_INPUT_CHARS = 400_000;

/** The local summariser works in this process, which does nothing else meanwhile: about two seconds. */
const MAX_LOCAL_INPUT_CHARS = 2_000_000;

/** Generous, because a reasoning model spends from the same purse before its first word. */
const MAX_OUTPUT_TOKENS = 4_096;

/** Chooses the model that the settings ask for; throws {@link ModelSettingsError} if they make no sense. */
export async function chooseModel({ environment, model }: ModelSettings): Promise<ChosenModel> {
  const apiKey = setting(environment.OPENAI_API_KEY);
  const baseUrl = setting(environment.OPENAI_BASE_URL);
  if (model === LOCAL_MODEL_ID || (model === undefined && apiKey === undefined && baseUrl === undefined)) {
    return localModel();
  }
  if (apiKey === undefined && baseUrl === undefined) {
    throw new ModelSettingsError(
      `--model ${model} needs an endpoint: set OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own`,
    );
  }
  return remoteModel(readUrl(baseUrl ?? OPENAI_URL), apiKey, model ?? DEFAULT_MODEL);
}

function localModel(): ChosenModel {
  return {
    model: localSummariser(),
    id: LOCAL_MODEL_ID,
    maxInputChars: MAX_LOCAL_INPUT_CHARS,
    maxOutputTokens: MAX_OUTPUT_TOKENS,
    secrets: [],
  };
}

async function remoteModel(url: URL, apiKey: string | undefined, name: string): Promise<ChosenModel> {
  const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
  const { password } = url;
  const authorization = basicAuthorization(url);
  const provider = createOpenAICompatible({
    name: 'openai-compatible',
    baseURL: withoutCredentials(url),
    // Without this the usage of a streamed answer is not reported.
    includeUsage: true,
    fetch: streamPlainAnswers(globalThis.fetch),
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(apiKey === undefined && authorization !== undefined ? { headers: { Authorization: authorization } } : {}),
    ...(url.hostname === 'api.openai.com' ? { transformRequestBody: boundAsOpenAiDoes } : {}),
  });
  return {
    model: provider.languageModel(name),
    id: `${name}@${url.host}`,
    maxInputChars: MAX_REMOTE_INPUT_CHARS,
    maxOutputTokens: MAX_OUTPUT_TOKENS,
    secrets: [apiKey, decode(password), authorization].filter(
      (secret) => secret !== undefined && secret !== '',
    ) as string[],
  };
}

/** OpenAI's reasoning models refuse `max_tokens`; the servers that imitate OpenAI often know nothing else. */
export function boundAsOpenAiDoes(body: Record<string, unknown>): Record<string, unknown> {
  const { max_tokens, ...rest } = body;
  return max_tokens === undefined ? rest : { ...rest, max_completion_tokens: max_tokens };
}

function readUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new ModelSettingsError(
      'OPENAI_BASE_URL is no http(s) URL: expected something like http://127.0.0.1:11434/v1',
    );
  }
  return url;
}

/** fetch refuses a URL with credentials, and error messages repeat the URL. */
function withoutCredentials(url: URL): string {
  const plain = new URL(url);
  plain.username = '';
  plain.password = '';
  return plain.href.replace(/\/+$/, '');
}

function basicAuthorization({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  const pair = `${decode(username)}:${decode(password)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

function decode(userInfo: string): string {
  try {
    return decodeURIComponent(userInfo);
  } catch {
    return userInfo;
  }
}

/** An empty variable counts as not set; a line break at the end of a key is a slip of whoever pasted it. */
function setting(value: string | undefined): string | undefined {
  const trimmed = value?.trim();
  return trimmed === '' ? undefined : trimmed;
}
