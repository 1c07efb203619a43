// The workflow with steps that a test chooses, on an engine in memory.

import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, makeLogger } from 'perdure/worker';
import { type App, openApp } from '../../../src/embed.ts';
import { openMemoryStore } from '../../../src/store/memory.ts';
import type { DocumentText, FetchedDocument, FinishedDocument, PipelineActivities } from '../activities.ts';
import { type DocumentWorkflow, LONG_DOCUMENTS } from '../workflows.ts';
import { ShiftedClock } from './shifted-clock.ts';

const blob = { hash: 'b'.repeat(64), sizeBytes: 10 };
export const fetched: FetchedDocument = { name: 'a.txt', original: blob };
export const text: DocumentText = { text: blob, chars: 1000, words: 200 };
const usage = { inputTokens: 300, outputTokens: 50 };
const call = { text: blob, finishReason: 'stop', usage, modelId: 'm', processId: 'p' } as const;
export const summary: FinishedDocument['result'] = { summary: blob, call, cut: false };

/** Each step does at once what it is for. */
const steps: PipelineActivities = {
  fetch_document: async () => fetched,
  extract_text: async () => text,
  generate_summary: async () => summary,
  save_results: async ({ outputName }) => ({ json: `${outputName}.json`, markdown: `${outputName}.md` }),
};

export interface PipelineInMemory extends AsyncDisposable {
  readonly app: App;
  readonly clock: ShiftedClock;
  start(): ReturnType<typeof startDocument>;
}

let bundle: ReturnType<typeof bundleWorkflowCode> | undefined;

export async function pipelineInMemory(changed: Partial<PipelineActivities> = {}): Promise<PipelineInMemory> {
  bundle ??= bundleWorkflowCode({ workflowsPath: fileURLToPath(new URL('../workflows.ts', import.meta.url)) });
  const clock = new ShiftedClock();
  const app = await openApp(openMemoryStore(), clock, { logger: makeLogger(() => {}) });
  const activities = { ...steps, ...changed };
  await app.worker({ taskQueue: 'documents', workflowBundle: await bundle, activities });
  await app.worker({ taskQueue: LONG_DOCUMENTS, activities });
  return { app, clock, start: () => startDocument(app), [Symbol.asyncDispose]: () => app.close() };
}

function startDocument({ client }: App) {
  const options = { taskQueue: 'documents', workflowId: 'document', args: ['/in/a.txt'] as [string] };
  return client.workflow.start<typeof DocumentWorkflow>('DocumentWorkflow', options);
}
