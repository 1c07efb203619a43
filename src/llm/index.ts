// `perdure/llm`: model calls as activities see them.

export { type Answer, type AnswerChunk, type GenerateOptions, generateOnce } from './generate.ts';
export { classifyModelError, ModelAnswerError, type ModelErrorClass } from './model-error.ts';
export { modelFailure } from './model-failure.ts';
export { redactSecrets } from './redact.ts';
export { retryAfterMs } from './retry-after.ts';
