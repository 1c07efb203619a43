import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { keptBundle } from './kept-bundles.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perdure-kept-'));
  path = join(folder, 'workflows.ts');
  await writeFile(join(folder, 'part.ts'), 'export const part = "one";');
  await writeFile(path, "import { part } from './part.ts';\nexport async function wf() { return part; }");
});
afterEach(() => rm(folder, { recursive: true }));

async function keptFiles(): Promise<string[]> {
  return (await readdir(join(folder, 'node_modules', '.cache', 'perdure'))).map((file) =>
    join(folder, 'node_modules', '.cache', 'perdure', file),
  );
}

test('a bundle is kept where the project has its modules, and found again while nothing changes', async () => {
  await mkdir(join(folder, 'node_modules'));
  const made = await keptBundle(path);
  const [file = '', ...others] = await keptFiles();
  assert.deepEqual(others, []);
  // Marked, to see that it is this one that is taken.
  await writeFile(file, (await readFile(file, 'utf8')).replace('return part', 'return fromDisk'));
  assert.match((await keptBundle(path)).code, /return fromDisk/);
  assert.match(made.code, /return part/);
});

for (const [what, change] of [
  ['the file itself', () => writeFile(path, 'export async function wf() { return "edited"; }')],
  ['a file that it imports', () => writeFile(join(folder, 'part.ts'), 'export const part = "edited";')],
  ['a tsconfig.json that was not there', () => writeFile(join(folder, 'tsconfig.json'), '{}')],
] as const) {
  test(`a change makes a new bundle: ${what}`, async () => {
    await mkdir(join(folder, 'node_modules'));
    await keptBundle(path);
    const [file = ''] = await keptFiles();
    await writeFile(file, (await readFile(file, 'utf8')).replace('async function wf', 'async function stale'));
    await change();
    assert.doesNotMatch((await keptBundle(path)).code, /stale/);
  });
}

test('a kept bundle that cannot be read is made again, and without a place none is kept', async () => {
  await mkdir(join(folder, 'node_modules'));
  await keptBundle(path);
  const [file = ''] = await keptFiles();
  await writeFile(file, '{"files":');
  assert.match((await keptBundle(path)).code, /return part/);
  await rm(join(folder, 'node_modules'), { recursive: true });
  assert.match((await keptBundle(path)).code, /return part/);
  await symlink(join(folder, 'nowhere'), join(folder, 'node_modules'));
  assert.match((await keptBundle(path)).code, /return part/);
});
