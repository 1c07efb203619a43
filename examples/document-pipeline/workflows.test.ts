// The workflow by itself: its stages, its limits, and how a document ends. What its steps do is tried beside them.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { open } from 'perdure';
import { ApplicationFailure } from 'perdure/activity';
import type { WorkflowHandle } from 'perdure/client';
import { makeLogger } from 'perdure/worker';
import { watch } from './test/demo-process.ts';
import { fetched, pipelineInMemory, summary, text } from './test/document-workflow.ts';
import { temporaryFolder } from './test/temporary-folder.ts';
import { approveSummary, type DocumentStatus, type DocumentWorkflow, getStatus, LONG_DOCUMENTS } from './workflows.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

type Document = WorkflowHandle<typeof DocumentWorkflow>;

/** Asks until the document is at this stage; each answer takes a workflow task, so this is no busy waiting. */
async function at(document: Document, stage: DocumentStatus['status']): Promise<DocumentStatus> {
  for (;;) {
    const status = await document.query(getStatus);
    if (status.status === stage) return status;
  }
}

/** Of the events of a type, what they say. */
async function events(document: Document, type: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { events } = await document.fetchHistory();
  return events.filter((event) => event.type === type).map(({ attributes }) => attributes as never);
}

test('a document is fetched, read, summarised, approved and saved, and says at any time how far it is', async () => {
  const steps = { fetch: Promise.withResolvers<void>(), save: Promise.withResolvers<void>() };
  await using pipeline = await pipelineInMemory({
    fetch_document: () => steps.fetch.promise.then(() => fetched),
    save_results: () => steps.save.promise.then(() => ({ json: 'a.json', markdown: 'a.md' })),
  });
  const document = await pipeline.start();
  const documentId = '/in/a.txt';
  assert.deepEqual(await document.query(getStatus), { documentId, status: 'fetching', progress: 0 });
  steps.fetch.resolve();
  const waiting = await at(document, 'waiting_for_approval');
  assert.deepEqual(waiting, { documentId, status: 'waiting_for_approval', progress: 70, summary: summary.summary });
  await document.signal(approveSummary, true);
  assert.deepEqual(await at(document, 'saving'), { documentId, status: 'saving', progress: 90 });
  steps.save.resolve();
  const outcome = await document.result();
  assert.equal(outcome.status, 'completed');
  assert.deepEqual(outcome.status === 'completed' && outcome.files, { json: 'a.json', markdown: 'a.md' });
  assert.deepEqual(await document.query(getStatus), { documentId, status: 'completed', progress: 100 });
});

test('a summary that is rejected is not saved', async () => {
  await using pipeline = await pipelineInMemory({ save_results: () => assert.fail('it must not be saved') });
  const document = await pipeline.start();
  await document.signal(approveSummary, false);
  const outcome = await document.result();
  assert.deepEqual(
    [outcome.status, outcome.status === 'rejected' && outcome.reason],
    ['rejected', 'the summary was rejected'],
  );
  assert.equal((await document.query(getStatus)).status, 'rejected');
});

test('a rejection holds, also when everything is approved afterwards', async () => {
  const read = Promise.withResolvers<void>();
  await using pipeline = await pipelineInMemory({ extract_text: () => read.promise.then(() => text) });
  const document = await pipeline.start();
  for (const approved of [true, false, true]) await document.signal(approveSummary, approved);
  read.resolve();
  assert.equal((await document.result()).status, 'rejected');
});

test('a summary that nobody approves within a day is rejected', async () => {
  await using pipeline = await pipelineInMemory();
  const document = await pipeline.start();
  await at(document, 'waiting_for_approval');
  const timers = await events(document, 'TimerStarted');
  assert.deepEqual(
    timers.map(({ startToFireTimeoutMs }) => startToFireTimeoutMs),
    [DAY_MS],
  );
  pipeline.clock.advance(DAY_MS - 60_000);
  assert.equal((await document.query(getStatus)).status, 'waiting_for_approval');
  pipeline.clock.advance(60_000);
  const outcome = await document.result();
  assert.deepEqual(
    [outcome.status, outcome.status === 'rejected' && outcome.reason],
    ['rejected', 'nobody approved the summary within 24 hours'],
  );
});

test('each step has its time and its attempts', async () => {
  await using pipeline = await pipelineInMemory();
  const document = await pipeline.start();
  await document.signal(approveSummary, true);
  await document.result();
  const limits = (await events(document, 'ActivityTaskScheduled')).map((event) => [
    (event.activityType as { readonly name: string }).name ?? event.activityType,
    event.startToCloseTimeoutMs,
    (event.retryPolicy as { readonly maximumAttempts: number }).maximumAttempts,
  ]);
  assert.deepEqual(limits, [
    ['fetch_document', 10_000, 3],
    ['extract_text', 300_000, 3],
    ['generate_summary', 30_000, 5],
    ['save_results', 10_000, 5],
  ]);
  const [, , summarising] = await events(document, 'ActivityTaskScheduled');
  assert.equal(summarising?.scheduleToCloseTimeoutMs, 300_000);
  assert.deepEqual(summarising?.retryPolicy, {
    initialIntervalMs: 1_000,
    backoffCoefficient: 2,
    maximumIntervalMs: 60_000,
    maximumAttempts: 5,
    nonRetryableErrorTypes: ['InvalidAPIKeyError', 'AuthenticationError'],
  });
});

for (const type of ['InvalidAPIKeyError', 'AuthenticationError']) {
  test(`a document fails at once, with the activity's own reason, at an ${type}`, async () => {
    let attempts = 0;
    await using pipeline = await pipelineInMemory({
      generate_summary: () => {
        attempts += 1;
        throw ApplicationFailure.create({ type, message: 'the key was refused' });
      },
    });
    const document = await pipeline.start();
    assert.deepEqual(await document.result(), { status: 'failed', reason: 'the key was refused', type });
    assert.equal(attempts, 1);
    assert.equal((await document.query(getStatus)).status, 'failed');
  });
}

test('a step that was tried often enough fails the document with its last reason', async () => {
  let attempts = 0;
  await using pipeline = await pipelineInMemory({
    fetch_document: () => {
      attempts += 1;
      throw ApplicationFailure.create({ type: 'Away', message: `not there, ${attempts}`, nextRetryDelay: 1 });
    },
  });
  const document = await pipeline.start();
  assert.deepEqual(await document.result(), { status: 'failed', reason: 'not there, 3', type: 'Away' });
});

test('a long document is summarised by the workers for long ones', async () => {
  await using pipeline = await pipelineInMemory({ extract_text: async () => ({ ...text, words: 5_001 }) });
  const document = await pipeline.start();
  await document.signal(approveSummary, true);
  await document.result();
  const queues = (await events(document, 'ActivityTaskScheduled')).map(
    ({ taskQueue }) => (taskQueue as { readonly name: string }).name,
  );
  assert.deepEqual(queues, ['documents', 'documents', LONG_DOCUMENTS, 'documents']);
});

test('a document is not given up because its process was killed as often as a step may be attempted', async () => {
  await using folder = await temporaryFolder();
  const database = join(folder.path, 'demo.db');
  const program = fileURLToPath(new URL('./test/hanging-process.ts', import.meta.url));
  for (let killed = 0; killed < 4; killed += 1) {
    const child = spawn(process.execPath, [program, database], { stdio: ['ignore', 'pipe', 'pipe'] });
    await watch(child).line(/^fetching$/);
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await using app = await open({ database, logger: makeLogger(() => {}) });
  const activities = {
    fetch_document: async () => {
      throw ApplicationFailure.nonRetryable('fetched at last', 'Fetched');
    },
  };
  await app.worker({ taskQueue: 'documents', workflows: new URL('./workflows.ts', import.meta.url), activities });
  const document = app.client.workflow.getHandle<typeof DocumentWorkflow>('document');
  assert.deepEqual(await document.result(), { status: 'failed', reason: 'fetched at last', type: 'Fetched' });
});
