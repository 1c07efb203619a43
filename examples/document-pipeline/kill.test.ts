// The main job, killed with SIGKILL at random moments. The seed of each run stands in its name: a run is tried again with
// SEED=… npm test -- examples/document-pipeline/kill.test.ts (its moments, that is; the machine's own timing never comes again).

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { openReader } from 'perdure';
import { openBlobStore } from './blob-store.ts';
import { openCallLedger } from './call-ledger.ts';
import { type EndedProcess, reportOf } from './test/demo-process.ts';
import { killed, NAMES, type Scenario, scenario } from './test/kill-scenario.ts';

const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9));
const RUNS = 20;
const IN_PARALLEL = 4;

/** What the local summariser says of each document, from a run that nobody killed. */
async function undisturbed(): Promise<ReadonlyMap<string, string>> {
  await using scene = await scenario(0, 'local');
  const { code, stderr } = await scene.run('only');
  assert.equal(code, 0, stderr);
  return new Map(await Promise.all(NAMES.map(async (name) => [name, await summaryOf(scene, name)] as const)));
}

async function summaryOf({ output }: Scenario, name: string): Promise<string> {
  return JSON.parse(await readFile(join(output, `${name}.json`), 'utf8')).summary;
}

async function checkOutputs(scene: Scenario, expected: (name: string) => string): Promise<void> {
  const files = (await scene.outputs()).map((file) => relative(scene.output, file)).sort();
  assert.deepEqual(files, NAMES.flatMap((name) => [`${name}.json`, `${name}.md`]).sort());
  for (const name of NAMES) assert.equal(await summaryOf(scene, name), expected(name));
}

/** Each document has one run, which is completed. Resolves to the run's id by the document's name. */
async function checkRuns({ database, folder }: Scenario): Promise<ReadonlyMap<string, string>> {
  await using reader = await openReader(database);
  const runs = await Array.fromAsync(reader.client.workflow.list());
  assert.deepEqual(new Set(runs.map(({ status }) => status.name)), new Set(['COMPLETED']));
  assert.equal(runs.length, NAMES.length);
  const byName = runs.map(async ({ workflowId, runId }) => {
    const { status, files } = await reader.client.workflow.getHandle(workflowId).result();
    assert.equal(status, 'completed');
    return [relative(join(folder, 'out'), files.json).replace(/\.json$/, ''), runId] as const;
  });
  return new Map(await Promise.all(byName));
}

/** No request was sent that was not needed: the last process died of nothing, so of its requests everything is known. */
async function checkCalls(scene: Scenario, runIds: ReadonlyMap<string, string>, last: EndedProcess): Promise<void> {
  const { calls, server, database } = scene;
  const report = reportOf(last);
  const { modelCalls = 0, modelCallsFromHistory = 0, modelCallsUnknown = 0 } = report;
  const own = calls.filter(({ process }) => process === 'last');
  const refused = (some: typeof calls) => some.filter(({ reply }) => reply !== 'answer').length;
  assert.equal(modelCalls, own.length);
  assert.equal(modelCalls, refused(own) + NAMES.length - modelCallsFromHistory);
  const earlier = calls.filter(({ process }) => process !== 'last');
  const accounted = refused(earlier) + modelCallsFromHistory + modelCallsUnknown;
  assert.ok(
    earlier.length <= accounted,
    `${earlier.length} requests of killed processes, of which ${accounted} are known`,
  );
  const ledger = openCallLedger(`${database}.files/calls`, openBlobStore(`${database}.files/blobs`));
  for (const name of NAMES) {
    const unknown = await ledger.unknownCalls(new Set([runIds.get(name) ?? '']));
    const answers = server?.answersFor(name.replace(/^.*\//, '')) ?? 0;
    assert.ok(answers <= 1 + unknown, `${name} was answered ${answers} times, of which ${unknown} may have been lost`);
  }
  const words = (text: string) => text.split(/\s+/).filter((word) => word !== '').length;
  const answered = own.filter(({ reply }) => reply === 'answer');
  assert.equal(
    report.inputTokens,
    answered.reduce((sum, { request }) => sum + words(request.prompt), 0),
  );
}

async function checkKept({ database }: Scenario): Promise<void> {
  assert.equal((await readdir(`${database}.files/calls/answers`)).length, NAMES.length);
}

async function goOnAndCheck(scene: Scenario, expected: (name: string) => string): Promise<EndedProcess> {
  const last = await scene.run('last');
  assert.equal(last.code, 0, last.stderr);
  const { documents, completed, rejected, failed, ...report } = reportOf(last);
  const all = NAMES.length;
  assert.deepEqual(
    { documents, completed, rejected, failed },
    { documents: all, completed: all, rejected: 0, failed: 0 },
  );
  await checkOutputs(scene, expected);
  const runIds = await checkRuns(scene);
  await checkKept(scene);
  if (scene.server) await checkCalls(scene, runIds, last);
  else assert.equal(report.modelCalls, all - (report.modelCallsFromHistory ?? 0));
  return last;
}

/** A finished folder costs nothing, and its report knows what happened. */
async function readAndCheck(scene: Scenario, last: EndedProcess): Promise<void> {
  const reader = await scene.run('reader');
  assert.equal(reader.code, 0, reader.stderr);
  const { modelCalls, modelCallsFromHistory, modelCallsUnknown, inputTokens } = reportOf(reader);
  assert.deepEqual([modelCalls, modelCallsFromHistory, inputTokens], [0, NAMES.length, 0]);
  assert.equal(modelCallsUnknown, reportOf(last).modelCallsUnknown);
}

function whatHappened(moments: readonly string[], last: EndedProcess): string {
  const { modelCalls, modelCallsFromHistory, modelCallsUnknown } = reportOf(last);
  const calls = `${modelCallsFromHistory} calls were kept, ${modelCallsUnknown} unknown, ${modelCalls} made then`;
  return `killed ${moments.join(', ')}; ${calls}`;
}

const asServed = (name: string) => `The document ${name.replace(/^.*\//, '')} is about itself.`;

test('a run that is killed at any moment goes on, pays for nothing twice and loses nothing', {
  concurrency: IN_PARALLEL,
}, async (t) => {
  const local = await undisturbed();
  const runs = Array.from({ length: RUNS }, (_, index) => {
    const seed = SEED + index;
    const model = index % 2 === 0 ? 'server' : 'local';
    return t.test(`seed ${seed}, ${model}`, async (t) => {
      const { scene, moments } = await killed(seed, model, 1);
      await using _ = scene;
      const last = await goOnAndCheck(scene, model === 'server' ? asServed : (name) => local.get(name) ?? '');
      t.diagnostic(whatHappened(moments, last));
    });
  });
  await Promise.all(runs);
});

test(`a run that is killed five times goes on all the same: seed ${SEED + RUNS}`, async (t) => {
  const { scene, moments } = await killed(SEED + RUNS, 'server', 5);
  await using _ = scene;
  const last = await goOnAndCheck(scene, asServed);
  t.diagnostic(whatHappened(moments, last));
  await readAndCheck(scene, last);
});
