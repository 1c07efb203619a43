// Which model calls were paid for, and which answers are there already, whatever moment the process dies at.
//
// The engine's history makes sure that a step whose result it holds is never done again. Between an answer and that result
// there is a gap, short but paid for: the answer has arrived and the activity has not completed yet. And there is the call that
// was on its way when the process died, of which nobody will ever know whether it was charged. So each call leaves its own
// marks, in a folder beside the texts:
//
//   in-flight/ID   written before the request is sent, removed when it has ended in either way
//   answers/KEY    written when the answer is complete, before anybody is told of it; kept
//
//   died at       | in-flight/ID | answers/KEY | what the next process does
//   before intent | –            | –           | sends the request for the first time
//   in flight     | yes          | –           | counts an unknown call, sends the request again
//   answer kept   | yes          | of this ID  | uses the answer; the mark is no unknown call
//   ended         | –            | yes         | uses the answer, unless history has the result already
//   refused       | –            | –           | sends the request again, as the retry policy says
//
// KEY is made of all that decides the answer (model, prompt, and in it the document) and of the run that asks, so that a run
// that was started anew asks anew. ID names one request and the process that sent it. A result carries the process that paid
// for it, by which a later process knows that it did not. Every mark is synced to the disk before the next step.

import { randomUUID } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Answer } from 'perdure/llm';
import { writeAtomically } from './atomic-file.ts';
import { BlobError, type BlobRef, type BlobStore, hashOf } from './blob-store.ts';

/** The attempt of an activity that makes a call. */
export interface Caller {
  readonly workflowId: string;
  readonly runId: string;
  readonly activityId: string;
  readonly attempt: number;
}

/** All that decides an answer, apart from chance. */
export interface CallInput {
  /** The model and where it is. */
  readonly modelId: string;
  readonly system: string;
  readonly prompt: string;
  readonly maxOutputTokens: number;
}

/** A finished call: small enough for history, the text itself is a blob. */
export interface FinishedCall {
  readonly text: BlobRef;
  readonly finishReason: Answer['finishReason'];
  readonly usage: Answer['usage'];
  /** The model that answered, as it names itself. */
  readonly modelId: string;
  /** The process that sent the request and paid for it. */
  readonly processId: string;
}

interface Intent extends Caller {
  readonly callId: string;
  readonly key: string;
  readonly processId: string;
  readonly modelId: string;
}

interface KeptAnswer {
  readonly callId: string;
  readonly call: FinishedCall;
}

export interface CallLedger {
  /** This process, among all that ever used the folder. */
  readonly processId: string;
  /** Requests sent by this process so far, failed ones included. */
  readonly sent: number;
  /** Tokens of the requests of this process that were answered. */
  readonly spent: Answer['usage'];
  /**
   * The answer to this input for this run: the one that is kept, or else that of `request`, which is called once and whose answer
   * is durable when this returns. Throws what `request` throws.
   */
  answer(caller: Caller, input: CallInput, request: () => Promise<Answer>): Promise<FinishedCall>;
  /** How many requests of these runs were on their way when an earlier process died. */
  unknownCalls(runIds: ReadonlySet<string>): Promise<number>;
}

/** Opens the ledger in a folder. Only one process may use it at a time: whoever holds the database does. */
export function openCallLedger(folder: string, blobs: BlobStore, processId: string = randomUUID()): CallLedger {
  const marks = new Marks(folder);
  let sent = 0;
  let spent: Answer['usage'] = { inputTokens: 0, outputTokens: 0 };

  async function makeCall(intent: Intent, request: () => Promise<Answer>): Promise<FinishedCall> {
    await marks.begin(intent);
    sent += 1;
    let answer: Answer;
    try {
      answer = await request();
    } catch (error) {
      await marks.end(intent);
      throw error;
    }
    const { text, finishReason, usage, modelId } = answer;
    spent = added(spent, usage);
    const call: FinishedCall = { text: await blobs.put(text), finishReason, usage, modelId, processId };
    await marks.keep(intent, call);
    await marks.end(intent);
    return call;
  }

  return {
    processId,
    get sent() {
      return sent;
    },
    get spent() {
      return spent;
    },
    answer: async (caller, input, request) => {
      const key = keyOf(caller, input);
      const kept = await marks.find(key);
      if (kept !== undefined) return kept.call;
      const intent = { ...caller, callId: randomUUID(), key, processId, modelId: input.modelId };
      return makeCall(intent, request);
    },
    unknownCalls: async (runIds) => {
      const intents = await marks.unended();
      const earlier = intents.filter((intent) => intent.processId !== processId && runIds.has(intent.runId));
      const answers = await Promise.all(earlier.map(({ key }) => marks.find(key)));
      return earlier.filter(({ callId }, index) => answers[index]?.callId !== callId).length;
    },
  };
}

function keyOf({ workflowId, runId }: Caller, input: CallInput): string {
  const { modelId, system, prompt, maxOutputTokens } = input;
  return hashOf(JSON.stringify([workflowId, runId, modelId, system, prompt, maxOutputTokens]));
}

class Marks {
  readonly #inFlight: string;
  readonly #answers: string;

  constructor(folder: string) {
    this.#inFlight = join(folder, 'in-flight');
    this.#answers = join(folder, 'answers');
  }

  begin(intent: Intent): Promise<void> {
    return writeAtomically(this.#intentPath(intent), JSON.stringify(intent, undefined, 2));
  }

  keep({ key, callId }: Intent, call: FinishedCall): Promise<void> {
    return writeAtomically(this.#answerPath(key), JSON.stringify({ callId, call } satisfies KeptAnswer, undefined, 2));
  }

  /** Should the machine die before this reaches the disk, a call counts as unknown that is not: too many, never too few. */
  end(intent: Intent): Promise<void> {
    return rm(this.#intentPath(intent), { force: true });
  }

  find(key: string): Promise<KeptAnswer | undefined> {
    return readJson<KeptAnswer>(this.#answerPath(key));
  }

  async unended(): Promise<Intent[]> {
    const names = await readdir(this.#inFlight).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    const files = names.filter((name) => name.endsWith('.json') && !name.startsWith('.'));
    const intents = await Promise.all(files.map((name) => readJson<Intent>(join(this.#inFlight, name))));
    return intents.filter((intent) => intent !== undefined);
  }

  #intentPath({ callId }: Intent): string {
    return join(this.#inFlight, `${callId}.json`);
  }

  #answerPath(key: string): string {
    return join(this.#answers, `${key}.json`);
  }
}

async function readJson<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    if (!(error instanceof SyntaxError)) throw error;
    // To take it for absent would be to pay again without a word.
    throw new BlobError('BlobDamagedError', `${path} is damaged: delete the file, and its call will be made again`);
  }
}

/** What the closing report says of the calls behind its results. */
export interface CallFigures {
  /** Requests sent by this process, failed ones included. */
  readonly modelCalls: number;
  /** Finished calls of earlier processes whose result this run used. */
  readonly modelCallsFromHistory: number;
  /** Requests that were on their way when an earlier process died. */
  readonly modelCallsUnknown: number;
  /** Tokens of the requests of this process that were answered. */
  readonly spent: Answer['usage'];
  /** Tokens of the calls whose results were there already. */
  readonly notSpentAgain: Answer['usage'];
}

/** Adds up the calls behind the results of these runs. */
export async function callFigures(
  ledger: CallLedger,
  runIds: ReadonlySet<string>,
  calls: readonly FinishedCall[],
): Promise<CallFigures> {
  const earlier = calls.filter(({ processId }) => processId !== ledger.processId);
  return {
    modelCalls: ledger.sent,
    modelCallsFromHistory: earlier.length,
    modelCallsUnknown: await ledger.unknownCalls(runIds),
    spent: ledger.spent,
    notSpentAgain: earlier.map(({ usage }) => usage).reduce(added, { inputTokens: 0, outputTokens: 0 }),
  };
}

function added(one: Answer['usage'], other: Answer['usage']): Answer['usage'] {
  return {
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
  };
}
