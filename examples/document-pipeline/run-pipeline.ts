// Follows all documents to their ends: those that are open are worked on, those that ended before are read from their histories.

import { type App, type AppWorkerOptions, open } from 'perdure';
import { WorkflowFailedError } from 'perdure/client';
import { createActivities, type PipelineActivities, type PipelineEnvironment } from './activities.ts';
import { type BegunDocument, beginDocuments, taskQueueOf } from './begin-documents.ts';
import type { DemoOptions } from './command-line.ts';
import { demoLogger } from './demo-logger.ts';
import type { InputDocument } from './find-documents.ts';
import { type Approve, followStages } from './follow-stages.ts';
import { isFolder, prepareOutputFolder, reviewOutputs } from './outputs.ts';
import type { Progress } from './progress.ts';
import type { EndedDocument } from './report.ts';
import { StuckDocuments } from './stuck-documents.ts';
import { type DocumentOutcome, LONG_DOCUMENTS } from './workflows.ts';

const WORKFLOWS = new URL('./workflows.ts', import.meta.url);
/** Most of the time a step waits for the model. How many documents are read at once is bounded by extract-text.ts. */
const ACTIVITIES_AT_ONCE = 8;
const LONG_DOCUMENTS_AT_ONCE = 2;
/** An answer of the model that is on its way when the command is stopped is paid for: it is waited for as long as an attempt may take. */
const GRACE = '30 s';

export interface PipelineRun {
  readonly documents: readonly InputDocument[];
  readonly environment: PipelineEnvironment;
  readonly options: DemoOptions;
  /** What `--again` has begun, or begins now. */
  readonly beginRound: () => Promise<string | undefined>;
  readonly progress: Progress;
  /** Asks a person; undefined when everything is approved, or rejected by name. */
  readonly ask: Approve | undefined;
  /** Told of each document that has its summary, or will have none, and how many documents there were to work on. */
  readonly onMilestone: (openDocuments: number) => void;
  /** Aborted to stop early; what is not finished goes on next time. */
  readonly signal: AbortSignal;
}

export interface PipelineResult {
  readonly ended: readonly EndedDocument[];
  /** Of all documents, also those that reached no end. */
  readonly runIds: ReadonlySet<string>;
  /** Documents that wait for their workflow's code to be put right, and why. */
  readonly stuck: ReadonlyMap<string, string>;
  /** What could not be brought in line with the ends, e.g. a deleted output that cannot be written again. */
  readonly troubles: readonly string[];
}

/** Returns when every document has ended, when only such are left as cannot go on, or on the signal. */
export async function runPipeline(run: PipelineRun): Promise<PipelineResult> {
  const { documents, options, progress } = run;
  const logger = demoLogger(documents, (line) => progress.say(line));
  await using app = await open({ database: options.database, logger });
  const begun = await beginDocuments(app.client, { documents, options, round: await run.beginRound() });
  const unfinished = new Map(begun.map((one) => [one.document.workflowId, one]));
  const stuck = new StuckDocuments(unfinished, progress);
  const work = begun.filter((one) => one.open);
  const onMilestone = () => run.onMilestone(work.length);
  for (const { document } of work) progress.show(document.name, 'fetching', 0);
  if (work.length > 0 || !(await isFolder(options.output))) await prepareOutputFolder(options.output);
  if (work.length > 0) {
    await startWorkers(app, run, { logger, onStuck: (one) => stuck.add(one) }, onMilestone);
  }
  const ended: EndedDocument[] = [];
  const troubles: string[] = [];
  const ends = begun.map(async (one) => {
    const end = { name: one.document.name, runId: one.runId, outcome: await outcomeOf(one.handle) };
    const { blobs, outputFolder } = run.environment;
    const trouble = (error: Error) => void troubles.push(`${one.document.name}: ${error.message}`);
    await reviewOutputs(blobs, outputFolder, one.document, end.outcome).catch(trouble);
    progress.show(end.name, end.outcome.status, 100);
    unfinished.delete(one.document.workflowId);
    ended.push(end);
    stuck.review();
    if (one.open && end.outcome.status === 'failed') onMilestone();
  });
  const following = followStages(unfinished, run, (workflowId) => stuck.has(workflowId));
  await Promise.race([Promise.all(ends), stuck.onlyStuckLeft, aborted(run.signal)]).finally(following.stop);
  for (const end of ends) end.catch(() => {});
  const runIds = new Set(begun.map(({ runId }) => runId));
  return { ended: inOrder(documents, ended), runIds, stuck: stuck.reasons, troubles };
}

type Watching = Pick<AppWorkerOptions, 'logger' | 'onStuck'>;

async function startWorkers(app: App, run: PipelineRun, watching: Watching, onSummary: () => void): Promise<void> {
  const common = {
    activities: announced(createActivities(run.environment), onSummary),
    shutdownGraceTime: GRACE,
  } as const;
  await app.worker({
    ...common,
    ...watching,
    taskQueue: taskQueueOf(run.options),
    workflows: WORKFLOWS,
    maxConcurrentActivityTaskExecutions: ACTIVITIES_AT_ONCE,
  });
  await app.worker({
    ...common,
    ...watching,
    taskQueue: LONG_DOCUMENTS,
    maxConcurrentActivityTaskExecutions: LONG_DOCUMENTS_AT_ONCE,
  });
}

function announced(activities: PipelineActivities, onSummary: () => void): PipelineActivities {
  return {
    ...activities,
    generate_summary: async (request) => {
      const summary = await activities.generate_summary(request);
      onSummary();
      return summary;
    },
  };
}

/** A workflow may also be ended from outside, e.g. with the `temporal` command. */
async function outcomeOf(handle: BegunDocument['handle']): Promise<DocumentOutcome> {
  try {
    return await handle.result();
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    const { name, message } = error.cause ?? error;
    return { status: 'failed', reason: message, type: name };
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function inOrder(documents: readonly InputDocument[], ended: readonly EndedDocument[]): EndedDocument[] {
  const places = new Map(documents.map(({ name }, index) => [name, index]));
  return [...ended].sort((a, b) => (places.get(a.name) ?? 0) - (places.get(b.name) ?? 0));
}
