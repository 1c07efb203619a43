// The code is edited while documents are open, so that it no longer fits what they did, and put right again.

import assert from 'node:assert/strict';
import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { reportOf, runDemo, startDemo } from './test/demo-process.ts';
import { startModelServer } from './test/model-server.ts';
import { textOf, writeDocuments } from './test/short-documents.ts';
import { temporaryFolder } from './test/temporary-folder.ts';

const EXAMPLE = dirname(fileURLToPath(import.meta.url));
const CHECKOUT = join(EXAMPLE, '../..');

/** A copy of the example that may be edited, with everything that it imports. */
async function copyOfExample(folder: string): Promise<string> {
  const copy = join(folder, 'examples/document-pipeline');
  await cp(EXAMPLE, copy, { recursive: true, filter: (path) => !path.endsWith('.test.ts') });
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await mkdir(join(folder, 'node_modules'));
  for (const name of await readdir(join(CHECKOUT, 'node_modules'))) {
    if (!name.startsWith('.')) await symlink(join(CHECKOUT, 'node_modules', name), join(folder, 'node_modules', name));
  }
  await symlink(CHECKOUT, join(folder, 'node_modules/perdure'));
  return copy;
}

test('documents that no longer fit their code are named, and go on once it is put right', async () => {
  await using folder = await temporaryFolder();
  const copy = await copyOfExample(folder.path);
  await writeDocuments(join(folder.path, 'in'), { 'a.txt': textOf(40, 'harbour'), 'b.txt': textOf(40, 'ferry') });
  const [bothSent, never] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  await using slow = await startModelServer(({ nth }) => {
    if (nth === 2) bothSent.resolve();
    return { kind: 'answer', until: never.promise };
  });
  await using quick = await startModelServer();
  const args = ['--input', 'in', '--json'];
  const settings = (baseUrl: string) => ({
    cwd: folder.path,
    main: join(copy, 'main.ts'),
    env: { OPENAI_BASE_URL: baseUrl },
  });
  const killed = startDemo(args, settings(slow.baseUrl));
  await bothSent.promise;
  killed.child.kill('SIGKILL');
  await killed.ended;

  const workflows = join(copy, 'workflows.ts');
  const code = await readFile(workflows, 'utf8');
  const edited = code.replace(
    'await forgivingCrashes(() => extract_text(fetched))',
    '{ text: fetched.original, chars: 9, words: 2 }',
  );
  assert.notEqual(edited, code);
  await writeFile(workflows, edited);
  const stuck = await runDemo(args, settings(quick.baseUrl));
  assert.equal(stuck.code, 1);
  const { documents, completed } = reportOf(stuck);
  assert.deepEqual([documents, completed, quick.requests.length], [2, 0, 0]);
  assert.match(stuck.stderr, /^stuck +a\.txt$/m);
  assert.match(stuck.stderr, /^ {2}stuck: a\.txt, b\.txt: .*extract_text[\s\S]*workflows\.ts:\d+/m);
  assert.match(stuck.stderr, /put their code right and run the same command again$/m);

  await writeFile(workflows, code);
  const right = await runDemo(args, settings(quick.baseUrl));
  assert.equal(right.code, 0, right.stderr);
  assert.equal(reportOf(right).completed, 2);
});
