import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createWorkflowRunner } from '../create-runner.ts';
import type { WorkflowRunnerOptions } from '../runner.ts';
import { HistoryBuilder, value } from '../testing/history-builder.ts';
import { completed, only, workflowsPath } from '../testing/sandbox.ts';
import { bundleWorkflows } from './bundle.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perdure-bundle-'));
});
after(() => rm(folder, { recursive: true }));

async function file(name: string, source: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, source);
  return path;
}

function runnerOf(workflows: WorkflowRunnerOptions['workflows'], options: Partial<WorkflowRunnerOptions> = {}) {
  return createWorkflowRunner({ namespace: 'default', taskQueue: 'documents', workflows, ...options });
}

test('a finished bundle runs without the source, and its errors name places all the same', async () => {
  const { code, sourceMap } = await bundleWorkflows({ path: workflowsPath('failing') });
  const runner = await runnerOf({ code, sourceMap });
  const outcome = await runner.run(new HistoryBuilder({ workflowType: 'bug' }).task().poll());
  assert.match(outcome.kind === 'failed' ? (outcome.failure.stackTrace ?? '') : '', /failing\.ts:\d+:\d+/);
  await runner.close();
});

test('a program that node was given as a text may run workflows too', () => {
  const here = new URL('../create-runner.ts', import.meta.url).href;
  const workflows = { path: workflowsPath('basics') };
  const program = `
    import { createWorkflowRunner } from ${JSON.stringify(here)};
    const runner = await createWorkflowRunner(${JSON.stringify({ namespace: 'default', taskQueue: 'q', workflows })});
    await runner.close();
    console.log('ran');
  `;
  const flags = ['--input-type=module', '--eval'];
  assert.equal(execFileSync(process.execPath, [...flags, program], { encoding: 'utf8' }), 'ran\n');
});

test('without a source map the places are those of the bundle', async () => {
  const { code } = await bundleWorkflows({ path: workflowsPath('failing') });
  const runner = await runnerOf({ code });
  const outcome = await runner.run(new HistoryBuilder({ workflowType: 'bug' }).task().poll());
  assert.match(outcome.kind === 'failed' ? (outcome.failure.stackTrace ?? '') : '', /perdure-workflows\.js:\d+:\d+/);
  await runner.close();
});

test('a workflow file may import others, JSON, and JavaScript of both kinds', async () => {
  await file('data.json', '{"answer": 42}');
  await file('common.cjs', 'exports.double = function double(n) { return 2 * n; };');
  await file('other.ts', 'export interface Other { n: number }\nexport const half = (n: number): number => n / 2;');
  const path = await file(
    'joined.ts',
    `import data from './data.json' with { type: 'json' };
     import { double } from './common.cjs';
     import { half, type Other } from './other.ts';
     export async function joined(): Promise<number> {
       const other: Other = { n: data.answer };
       return double(half(other.n));
     }`,
  );
  const runner = await runnerOf({ path });
  const outcome = await completed(runner, new HistoryBuilder({ workflowType: 'joined' }).task().poll());
  assert.equal(value(only(outcome, 'CompleteWorkflowExecution').result), 42);
  await runner.close();
});

test('functions and classes keep the names that the source gives them, also where two files use one', async () => {
  await file('first.ts', 'export class Missing extends Error {}\nexport function order() { return Missing.name; }');
  const path = await file(
    'names.ts',
    `import { order as other } from './first.ts';
     class Missing extends TypeError {}
     function order() { return Missing.name; }
     const arrow = () => 1;
     export async function names() { return [other(), other.name, order(), order.name, arrow.name]; }`,
  );
  const runner = await runnerOf({ path });
  const outcome = await completed(runner, new HistoryBuilder({ workflowType: 'names' }).task().poll());
  const names = value(only(outcome, 'CompleteWorkflowExecution').result);
  assert.deepEqual(names, ['Missing', 'order', 'Missing', 'order', 'arrow']);
  await runner.close();
});

for (const [name, source, expected] of [
  [
    'syntax.ts',
    'export async function wf() {\n  const = 1;\n}',
    /syntax\.ts:2:9: Expected identifier but found "="\n {4}const = 1;/,
  ],
  [
    'import.ts',
    "import { x } from './nowhere.ts';\nexport const y = x;",
    /import\.ts:1:19: Could not resolve "\.\/nowhere\.ts"/,
  ],
  [
    'package.ts',
    "import x from 'no-such-package';\nexport const y = x;",
    /package\.ts:1:15: Could not resolve "no-such-package"/,
  ],
  ['await.ts', 'export const x = await 1;', /await\.ts:1:18: Top-level await/],
] as const) {
  test(`what cannot be bundled is refused with file, line and message: ${name}`, async () => {
    const path = await file(name, source);
    await assert.rejects(runnerOf({ path }), (error: Error) => {
      assert.match(error.message, expected);
      assert.ok(error.message.startsWith(`the workflows in ${path} cannot be bundled:\n${folder}`), error.message);
      return true;
    });
  });
}

test('a file that is not there is refused', async () => {
  await assert.rejects(
    runnerOf({ path: join(folder, 'gone.ts') }),
    /there is no workflow file .*gone\.ts: give workflows/,
  );
});

test('a folder, and a file that is no module, are refused', async () => {
  await assert.rejects(runnerOf({ path: folder }), /is a folder and no workflow file: give workflows/);
  const data = await file('data.json', '{}');
  await assert.rejects(runnerOf({ path: data }), /data\.json is neither TypeScript nor JavaScript: give workflows/);
});

for (const [name, thrown, expected] of [
  ['typo.ts', "new TypeError('no key')", /^the workflows cannot be loaded: no key \(at .*typo\.ts:2:34\)$/],
  ['nothing.ts', 'undefined', /^the workflows cannot be loaded: undefined$/],
] as const) {
  test(`a file whose top level throws ${thrown} is refused with what is known of it`, async () => {
    const path = await file(name, `export async function wf() {}\nif (Number.isInteger(1)) { throw ${thrown}; }`);
    await assert.rejects(runnerOf({ path }), (error: Error) => {
      assert.match(error.message, expected);
      return true;
    });
  });
}

test('a file whose top level throws is refused with the line', async () => {
  const path = await file('top.ts', '\nconst home = process.env.HOME;\nexport async function wf() { return home; }');
  await assert.rejects(runnerOf({ path }), (error: Error) => {
    assert.match(
      error.message,
      /^the workflows cannot be loaded: process is not available in workflow code: .*top\.ts:2:14\)$/,
    );
    return true;
  });
});

test('a file whose top level does not end is refused with the line', async () => {
  const path = await file('endless.ts', 'export async function wf() {}\nlet n = 0;\nfor (;;) {\n  n += 1;\n}');
  await assert.rejects(
    runnerOf({ path }, { interruptAfterMs: 300 }),
    /the top level of the workflow file did not yield for 300 ms and was interrupted at .*endless\.ts:[34]:/,
  );
});

test('a bundle of another version is refused', async () => {
  await assert.rejects(
    runnerOf({ code: '(function(){return{format:0}})()' }),
    /made by another version of perdure: bundle the workflows again/,
  );
  await assert.rejects(runnerOf({ code: 'export const x = 1' }), /the workflows cannot be loaded: /);
});
