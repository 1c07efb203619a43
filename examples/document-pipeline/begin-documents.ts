// A workflow for each document: the one that there is, or a new one.

import type { Client, WorkflowExecutionDescription, WorkflowHandle } from 'perdure/client';
import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from 'perdure/client';
import { type DemoOptions, isRejected } from './command-line.ts';
import type { InputDocument } from './find-documents.ts';
import { approveSummary, type DocumentWorkflow } from './workflows.ts';

export interface BegunDocument {
  readonly document: InputDocument;
  readonly handle: WorkflowHandle<typeof DocumentWorkflow>;
  readonly runId: string;
  /** It has not ended in an earlier process. */
  readonly open: boolean;
}

export interface Beginning {
  readonly documents: readonly InputDocument[];
  readonly options: DemoOptions;
  /** What `--again` has begun: a document that belongs to another round, or to none, is begun anew. */
  readonly round: string | undefined;
}

const AT_ONCE = 50;

/** Each input folder has a queue of its own, so that a command on another folder with the same database leaves its documents alone. */
export function taskQueueOf({ input }: DemoOptions): string {
  return `documents:${input}`;
}

/** Begins, or finds, all of them. */
export async function beginDocuments({ workflow }: Client, beginning: Beginning): Promise<BegunDocument[]> {
  const { documents } = beginning;
  await stopAbandoned(workflow, beginning);
  const begun: BegunDocument[] = [];
  for (let at = 0; at < documents.length; at += AT_ONCE) {
    const some = documents.slice(at, at + AT_ONCE).map((document) => begin(workflow, beginning, document));
    begun.push(...(await Promise.all(some)));
  }
  return begun;
}

/** A document that was changed or deleted while it was under way would cost tokens for a summary that nobody asks for any more. */
async function stopAbandoned(workflow: Client['workflow'], { documents, options }: Beginning): Promise<void> {
  const wanted = new Set(documents.map(({ workflowId }) => workflowId));
  const query = "WorkflowType = 'DocumentWorkflow' AND ExecutionStatus = 'Running'";
  const abandoned: string[] = [];
  for await (const { workflowId, taskQueue } of workflow.list({ query })) {
    if (taskQueue === taskQueueOf(options) && !wanted.has(workflowId)) abandoned.push(workflowId);
  }
  for (const workflowId of abandoned) {
    await workflow.getHandle(workflowId).terminate('the document was changed or deleted meanwhile');
  }
}

async function begin(
  workflow: Client['workflow'],
  beginning: Beginning,
  document: InputDocument,
): Promise<BegunDocument> {
  const handle = workflow.getHandle<typeof DocumentWorkflow>(document.workflowId);
  const { runId, status } = await (beginning.round === undefined
    ? startOrFind(handle, beginning, document)
    : startInRound(handle, beginning, document));
  const open = status.name === 'RUNNING';
  if (open && beginning.options.approveAll) {
    await handle.signal(approveSummary, !isRejected(beginning.options, document.name));
  }
  return { document, handle, runId, open };
}

/** One that ended is not begun again, unless it was ended from outside: then nobody knows yet what becomes of the document. */
async function startOrFind(
  handle: WorkflowHandle,
  beginning: Beginning,
  document: InputDocument,
): Promise<WorkflowExecutionDescription> {
  try {
    await start(handle, beginning, document, {
      workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  return handle.describe();
}

async function startInRound(
  handle: WorkflowHandle,
  beginning: Beginning,
  document: InputDocument,
): Promise<WorkflowExecutionDescription> {
  const found = await handle.describe().catch((error: unknown) => {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  });
  if (found !== undefined && found.memo.round === beginning.round) return found;
  await start(handle, beginning, document, {
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowIdConflictPolicy: 'TERMINATE_EXISTING',
  });
  return handle.describe();
}

async function start(
  { client, workflowId }: WorkflowHandle,
  { options, round }: Beginning,
  { path, name }: InputDocument,
  policies: Pick<Parameters<typeof client.start>[1], 'workflowIdReusePolicy' | 'workflowIdConflictPolicy'>,
): Promise<void> {
  await client.start<typeof DocumentWorkflow>('DocumentWorkflow', {
    ...policies,
    workflowId,
    taskQueue: taskQueueOf(options),
    args: [path],
    memo: { outputName: name, ...(round === undefined ? {} : { round }) },
  });
}
