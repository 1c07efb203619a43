// Bundles are kept on disk, because making one takes longer than everything else that a worker does before it is ready. A kept
// bundle is as good as a new one while every file that it was made of is as it was: by size and time of change, to the nanosecond.
//
// They are in `node_modules/.cache/perdure` of the project that the workflows are in; without a node_modules there is no keeping.
// What goes wrong with them is not worth a word: then a bundle is made.

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUNDLE_FORMAT, type WorkflowBundle } from './format.ts';

interface Kept {
  /** Files, each with how it was; '' for one that was not there. */
  readonly files: readonly (readonly [path: string, state: string])[];
  readonly bundle: WorkflowBundle;
}

const HERE = dirname(fileURLToPath(import.meta.url));

/** The bundle of a workflow file: the kept one if nothing has changed, else a new one. Throws what `bundleWorkflows` throws. */
export async function keptBundle(workflowFile: string): Promise<WorkflowBundle> {
  const path = resolve(workflowFile);
  const place = placeFor(path);
  const kept = place && (await readKept(place));
  if (kept) return kept;
  // Loaded only here: whoever has a kept bundle needs no bundler.
  const { buildBundle } = await import('./bundle.ts');
  const { bundle, inputs } = await buildBundle(path);
  if (place) await keep(place, bundle, [...inputs, ...configurations(path), ...bundler()]).catch(() => {});
  return bundle;
}

function placeFor(path: string): string | undefined {
  const modules = ancestors(path)
    .map((folder) => join(folder, 'node_modules'))
    .find(existsSync);
  const name = createHash('sha256').update(`${BUNDLE_FORMAT} ${process.version} ${path}`).digest('hex').slice(0, 32);
  return modules && join(modules, '.cache', 'perdure', `${name}.json`);
}

async function readKept(place: string): Promise<WorkflowBundle | undefined> {
  try {
    const { files, bundle } = JSON.parse(await readFile(place, 'utf8')) as Kept;
    const states = await Promise.all(files.map(([path]) => stateOf(path)));
    return files.every(([, state], at) => state === states[at]) ? bundle : undefined;
  } catch {
    return undefined;
  }
}

/** Written beside and moved into place, so that nobody reads half of it. */
async function keep(place: string, bundle: WorkflowBundle, paths: readonly string[]): Promise<void> {
  const files = await Promise.all([...new Set(paths)].map(async (path) => [path, await stateOf(path)] as const));
  const draft = `${place}.${process.pid}`;
  await mkdir(dirname(place), { recursive: true });
  await writeFile(draft, JSON.stringify({ files, bundle } satisfies Kept));
  await rename(draft, place);
}

async function stateOf(path: string): Promise<string> {
  try {
    const { size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return `${size} ${mtimeNs} ${ctimeNs}`;
  } catch {
    return '';
  }
}

/** Files that say how modules are found and compiled, also those that are not there yet. */
function configurations(path: string): readonly string[] {
  return ancestors(path).flatMap((folder) => [join(folder, 'tsconfig.json'), join(folder, 'package.json')]);
}

/** The bundler, ours and esbuild: an update of either makes other bundles. */
function bundler(): readonly string[] {
  const ours = ['bundle.ts', 'bundle.js', 'forbidden-modules.ts', 'forbidden-modules.js'].map((file) =>
    join(HERE, file),
  );
  return [...ours, fileURLToPath(import.meta.resolve('esbuild'))];
}

function ancestors(path: string): readonly string[] {
  const folder = dirname(path);
  return folder === path ? [] : [folder, ...ancestors(folder)];
}
