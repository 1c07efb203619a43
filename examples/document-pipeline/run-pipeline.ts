// Starts a workflow for each document, or finds the one that there is, and follows all of them to their ends.

import { type App, open } from 'perdure';
import { WorkflowExecutionAlreadyStartedError, type WorkflowHandle } from 'perdure/client';
import { createActivities, type PipelineEnvironment } from './activities.ts';
import { type DemoOptions, isRejected } from './command-line.ts';
import type { InputDocument } from './find-documents.ts';
import { type Approve, followStages } from './follow-stages.ts';
import type { Progress } from './progress.ts';
import type { EndedDocument } from './report.ts';
import { StuckDocuments } from './stuck-documents.ts';
import { approveSummary, type DocumentWorkflow, LONG_DOCUMENTS } from './workflows.ts';

const TASK_QUEUE = 'documents';
const WORKFLOWS = new URL('./workflows.ts', import.meta.url);
const AT_ONCE = 50;
/** Reading documents keeps processors busy: more at once would only take each other's time. */
const ACTIVITIES_AT_ONCE = 4;
const LONG_DOCUMENTS_AT_ONCE = 2;

export interface PipelineRun {
  readonly documents: readonly InputDocument[];
  readonly environment: PipelineEnvironment;
  readonly options: DemoOptions;
  readonly progress: Progress;
  /** Asks a person; undefined when everything is approved, or rejected by name. */
  readonly ask: Approve | undefined;
  /** Told how many documents have ended. */
  readonly onEnded: (ended: number) => void;
  /** Aborted to stop early; what is not finished goes on next time. */
  readonly signal: AbortSignal;
}

export interface PipelineResult {
  readonly ended: readonly EndedDocument[];
  /** Of all documents, also those that reached no end. */
  readonly runIds: ReadonlySet<string>;
}

export interface StartedDocument {
  readonly document: InputDocument;
  readonly handle: WorkflowHandle<typeof DocumentWorkflow>;
  readonly runId: string;
}

/** Returns when every document has ended, when only such are left as cannot go on, or on the signal. */
export async function runPipeline(run: PipelineRun): Promise<PipelineResult> {
  await using app = await open({ database: run.options.database });
  const stuck = new StuckDocuments(run.progress);
  const started = await startAll(app, run);
  await startWorkers(app, run, stuck);
  const unfinished = new Map(started.map((one) => [one.document.workflowId, one]));
  const ended: EndedDocument[] = [];
  const ends = started.map(async (one) => {
    const outcome = await one.handle.result();
    const { workflowId, name } = one.document;
    unfinished.delete(workflowId);
    ended.push({ name, runId: one.runId, outcome });
    run.progress.show(name, outcome.status, 100);
    stuck.review(unfinished);
    run.onEnded(ended.length);
  });
  const following = followStages(unfinished, run);
  await Promise.race([Promise.all(ends), stuck.onlyStuckLeft(unfinished), aborted(run.signal)]);
  following.stop();
  for (const end of ends) end.catch(() => {});
  return { ended: inOrder(run.documents, ended), runIds: new Set(started.map(({ runId }) => runId)) };
}

async function startAll(app: App, run: PipelineRun): Promise<StartedDocument[]> {
  const started: StartedDocument[] = [];
  for (let at = 0; at < run.documents.length; at += AT_ONCE) {
    const some = run.documents.slice(at, at + AT_ONCE);
    started.push(...(await Promise.all(some.map((document) => startOne(app, run, document)))));
  }
  return started;
}

async function startOne(app: App, { options }: PipelineRun, document: InputDocument): Promise<StartedDocument> {
  const handle = await startOrFind(app, options, document);
  const { runId, status } = await handle.describe();
  if (options.approveAll && status.name === 'RUNNING') {
    await handle.signal(approveSummary, !isRejected(options, document.name));
  }
  return { document, handle, runId };
}

/** A document that ended before is not begun again, unless that is what is asked for. */
async function startOrFind(app: App, options: DemoOptions, { workflowId, path, name }: InputDocument) {
  const { workflow } = app.client;
  try {
    await workflow.start<typeof DocumentWorkflow>('DocumentWorkflow', {
      workflowId,
      taskQueue: TASK_QUEUE,
      args: [path],
      memo: { outputName: name },
      workflowIdReusePolicy: options.again ? 'ALLOW_DUPLICATE' : 'REJECT_DUPLICATE',
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  return workflow.getHandle<typeof DocumentWorkflow>(workflowId);
}

async function startWorkers(app: App, { environment }: PipelineRun, stuck: StuckDocuments): Promise<void> {
  const activities = createActivities(environment);
  await app.worker({
    taskQueue: TASK_QUEUE,
    workflows: WORKFLOWS,
    activities,
    maxConcurrentActivityTaskExecutions: ACTIVITIES_AT_ONCE,
    onStuck: (run) => stuck.add(run),
  });
  await app.worker({
    taskQueue: LONG_DOCUMENTS,
    activities,
    maxConcurrentActivityTaskExecutions: LONG_DOCUMENTS_AT_ONCE,
  });
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
