import { activityInfo, cancellationSignal, heartbeat } from 'perdure/activity';
import { type Answer, generateOnce, ModelAnswerError, modelFailure } from 'perdure/llm';
import type { BlobRef, BlobStore } from '../blob-store.ts';
import type { Caller, CallLedger, FinishedCall } from '../call-ledger.ts';
import type { ChosenModel } from '../model.ts';
import { type Prompt, summaryPrompt } from '../prompt.ts';
import { beating } from './beating.ts';
import { documentFailure } from './failures.ts';

export interface SummaryRequest {
  readonly name: string;
  readonly text: BlobRef;
}

export interface DocumentSummary {
  readonly summary: BlobRef;
  /** The call that wrote it, and what that cost. */
  readonly call: FinishedCall;
  /** The document was longer than the model may be given, and the middle of it was left out. */
  readonly cut: boolean;
}

export interface SummaryTools {
  readonly blobs: BlobStore;
  readonly calls: CallLedger;
  readonly model: ChosenModel;
  /** Longest silence of the model before it is given up, in milliseconds. */
  readonly stallTimeoutMs: number;
}

type Question = Pick<Prompt, 'system' | 'prompt'>;

/** So much earlier than the engine's time-out the attempt gives up by itself, to say why and to close its connection. */
const MARGIN_MS = 500;

/**
 * Has the model summarise a text. An answer that an earlier attempt or an earlier process received for the same question is used
 * again; otherwise exactly one request is made. The engine makes the next one, if the failure says that it makes sense.
 */
export async function generateSummary(tools: SummaryTools, { name, text }: SummaryRequest): Promise<DocumentSummary> {
  const { blobs, calls, model } = tools;
  try {
    const { cut, ...question } = summaryPrompt(name, await blobs.getText(text.hash), model.maxInputChars);
    const input = { ...question, modelId: model.id, maxOutputTokens: model.maxOutputTokens };
    const caller = callerOf();
    const call = await calls.answer(caller, input, () => ask(tools, question, caller));
    return { summary: call.text, call, cut };
  } catch (error) {
    throw documentFailure(error);
  }
}

async function ask({ model, stallTimeoutMs }: SummaryTools, question: Question, caller: Caller): Promise<Answer> {
  let chars = 0;
  using limit = attemptLimit();
  try {
    const answer = generateOnce(model.model, {
      ...question,
      maxOutputTokens: model.maxOutputTokens,
      abortSignal: AbortSignal.any([cancellationSignal(), limit.signal]),
      stallTimeoutMs,
      headers: idempotencyHeaders(caller),
      onChunk: ({ totalChars }) => {
        chars = totalChars;
        heartbeat({ chars });
      },
    });
    return await beating(answer, () => ({ chars }));
  } catch (error) {
    throw modelFailure(error, Date.now(), model.secrets);
  }
}

function callerOf(): Caller {
  const { workflowExecution, activityId, attempt } = activityInfo();
  return { ...workflowExecution, activityId, attempt };
}

/** The model's own endpoints ignore the key; gateways that honour it answer a repeated attempt without a second charge. */
function idempotencyHeaders({ workflowId, runId, activityId, attempt }: Caller): Record<string, string> {
  const key = encodeURIComponent(`${workflowId}:${runId}:${activityId}`);
  return { 'Idempotency-Key': key, 'X-Client-Request-Id': `${key}:${attempt}` };
}

function attemptLimit(): Disposable & { readonly signal: AbortSignal } {
  const { startToCloseTimeoutMs } = activityInfo();
  const limit = new AbortController();
  if (startToCloseTimeoutMs <= MARGIN_MS) return { signal: limit.signal, [Symbol.dispose]: () => {} };
  const message = `the model endpoint took longer than the ${startToCloseTimeoutMs} ms of an attempt`;
  const late = new ModelAnswerError('TimeoutError', message, { retryable: true });
  const timer = setTimeout(() => limit.abort(late), startToCloseTimeoutMs - MARGIN_MS);
  return { signal: limit.signal, [Symbol.dispose]: () => clearTimeout(timer) };
}
