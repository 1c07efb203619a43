// The pipeline of one document, as ordinary code. Whatever happens to the process, it goes on where it was: a step that has
// finished is never done again.

import {
  ActivityFailure,
  ApplicationFailure,
  condition,
  defineQuery,
  defineSignal,
  proxyActivities,
  rootCause,
  setHandler,
  TimeoutFailure,
  workflowInfo,
} from 'perdure/workflow';
import type { DocumentText, FetchedDocument, FinishedDocument, PipelineActivities, SavedFiles } from './activities.ts';
import type { BlobRef } from './blob-store.ts';

/** Says whether the summary is good. Without a word for a day it is taken as rejected. */
export const approveSummary = defineSignal<[approved: boolean]>('approve_summary');
export const getStatus = defineQuery<DocumentStatus>('get_status');

export type Stage =
  | 'fetching'
  | 'extracting'
  | 'summarising'
  | 'waiting_for_approval'
  | 'saving'
  | 'completed'
  | 'rejected'
  | 'failed';

export interface DocumentStatus {
  readonly documentId: string;
  readonly status: Stage;
  /** From 0 to 100. */
  readonly progress: number;
  /** The summary that waits for approval. */
  readonly summary?: BlobRef;
}

export type DocumentOutcome =
  | { readonly status: 'completed'; readonly finished: FinishedDocument; readonly files: SavedFiles }
  | { readonly status: 'rejected'; readonly reason: string; readonly finished: FinishedDocument }
  | { readonly status: 'failed'; readonly reason: string; readonly type: string };

/** Where documents that are too long for any worker go; its worker takes two at once. */
export const LONG_DOCUMENTS = 'gpu-workers';
const LONG_DOCUMENT_WORDS = 5_000;
const APPROVAL_TIMEOUT = '24 hours';
const TIMES_FORGIVEN = 10;

const PROGRESS: Readonly<Record<Stage, number>> = {
  fetching: 0,
  extracting: 20,
  summarising: 40,
  waiting_for_approval: 70,
  saving: 90,
  completed: 100,
  rejected: 100,
  failed: 100,
};

const { fetch_document } = proxyActivities<PipelineActivities>({
  startToCloseTimeout: '10 s',
  retry: { maximumAttempts: 3 },
});
/** Reading takes half a minute at most, but on a small machine the documents take turns. */
const { extract_text } = proxyActivities<PipelineActivities>({
  startToCloseTimeout: '5 minutes',
  retry: { maximumAttempts: 3 },
});
const { save_results } = proxyActivities<PipelineActivities>({
  startToCloseTimeout: '10 s',
  retry: { maximumAttempts: 5 },
});

const SUMMARY_OPTIONS = {
  startToCloseTimeout: '30 s',
  scheduleToCloseTimeout: '5 minutes',
  heartbeatTimeout: '15 s',
  retry: {
    initialInterval: '1 s',
    backoffCoefficient: 2,
    maximumInterval: '60 s',
    maximumAttempts: 5,
    nonRetryableErrorTypes: ['InvalidAPIKeyError', 'AuthenticationError'],
  },
} as const;

const anywhere = proxyActivities<PipelineActivities>(SUMMARY_OPTIONS);
const onLongDocuments = proxyActivities<PipelineActivities>({ ...SUMMARY_OPTIONS, taskQueue: LONG_DOCUMENTS });

export async function DocumentWorkflow(docId: string): Promise<DocumentOutcome> {
  const pipeline = new Pipeline(docId);
  setHandler(getStatus, () => pipeline.status);
  setHandler(approveSummary, (approved) => pipeline.decide(approved));
  try {
    return await pipeline.run();
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    pipeline.enter('failed');
    return failedOutcome(error);
  }
}

class Pipeline {
  #approved: boolean | undefined;
  #status: DocumentStatus;
  readonly #docId: string;

  constructor(docId: string) {
    this.#docId = docId;
    this.#status = { documentId: docId, status: 'fetching', progress: 0 };
  }

  get status(): DocumentStatus {
    return this.#status;
  }

  /** A rejection holds: whoever approves everything later did not mean this one. */
  decide(approved: boolean): void {
    this.#approved = approved && this.#approved !== false;
  }

  enter(status: Stage, summary?: BlobRef): void {
    const base = { documentId: this.#docId, status, progress: PROGRESS[status] };
    this.#status = summary ? { ...base, summary } : base;
  }

  async run(): Promise<DocumentOutcome> {
    const fetched = await forgivingCrashes(() => fetch_document(this.#docId));
    this.enter('extracting');
    const text = await forgivingCrashes(() => extract_text(fetched));
    const finished = await this.#summarise(fetched, text);
    const reason = await this.#rejection(finished);
    if (reason) {
      this.enter('rejected');
      return { status: 'rejected', reason, finished };
    }
    this.enter('saving');
    const files = await forgivingCrashes(() => save_results(finished));
    this.enter('completed');
    return { status: 'completed', finished, files };
  }

  async #summarise(fetched: FetchedDocument, text: DocumentText): Promise<FinishedDocument> {
    this.enter('summarising');
    const { generate_summary } = text.words > LONG_DOCUMENT_WORDS ? onLongDocuments : anywhere;
    const result = await forgivingCrashes(() => generate_summary({ name: fetched.name, text: text.text }));
    return { docId: this.#docId, outputName: outputName(fetched), fetched, text, result };
  }

  /** Why the summary is not to be saved; undefined when it was approved. */
  async #rejection({ result }: FinishedDocument): Promise<string | undefined> {
    this.enter('waiting_for_approval', result.summary);
    const answered = await condition(() => this.#approved !== undefined, APPROVAL_TIMEOUT);
    if (!answered) return `nobody approved the summary within ${APPROVAL_TIMEOUT}`;
    return this.#approved ? undefined : 'the summary was rejected';
  }
}

/**
 * A process that was killed has used up an attempt of what it was doing, and whoever kills it often enough has used up all of them,
 * which is no fault of the document: the step is begun again. But not for ever, since a document may be what kills the process.
 */
async function forgivingCrashes<T>(step: () => Promise<T>): Promise<T> {
  for (let times = 1; ; times += 1) {
    try {
      return await step();
    } catch (error) {
      if (times === TIMES_FORGIVEN || !isCrash(error)) throw error;
    }
  }
}

/** Such an attempt ends as one that timed out, in these words of the engine. */
function isCrash(error: unknown): boolean {
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  return cause instanceof TimeoutFailure && cause.message.startsWith('the process that ran attempt');
}

/** Below the output folder: the starter's choice, which it leaves in the memo. */
function outputName({ name }: FetchedDocument): string {
  const { outputName: chosen } = workflowInfo().memo ?? {};
  return typeof chosen === 'string' ? chosen : name;
}

/** The reason is the activity's own: that an activity failed says nothing to whoever sent the document. */
function failedOutcome(failure: ActivityFailure): DocumentOutcome {
  const type =
    failure.cause instanceof ApplicationFailure ? (failure.cause.type ?? 'Error') : (failure.cause?.name ?? 'Error');
  return { status: 'failed', reason: rootCause(failure) ?? failure.message, type };
}
