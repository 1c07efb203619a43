// Workflow code as one script. esbuild joins the user's file, what it imports and the workflow API; a second, small script
// prepares the context that all this runs in (realm/). Both travel in one text, so that a finished bundle is all that a
// production worker needs, and esbuild is not.

import { statSync } from 'node:fs';
import { dirname, extname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuildFailure, BuildOptions, BuildResult, Plugin } from 'esbuild';
import { FORBIDDEN, forbiddenModules } from './forbidden-modules.ts';
import { BUNDLE_FILE, BUNDLE_FORMAT, type WorkflowBundle } from './format.ts';

// Sources in development, built files when installed: the ending of this very file says which.
const ENDING = extname(fileURLToPath(import.meta.url));
const SDK = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const WORKFLOW_API = join(SDK, 'workflow', `index${ENDING}`);
const REALM = join(SDK, 'sandbox', 'realm', `index${ENDING}`);

// esbuild gives every function and class the name that the source gives it, because it renames some. Most have that name already,
// and defining it again costs every run time and memory.
const NAME_FUNCTION = 'var __name = (target, value) => __defProp(';
const CHEAP_NAME_FUNCTION = 'var __name = (target, value) => target.name === value ? target : __defProp(';

// What a file exports becomes an object of getters, which esbuild copies to another one: this one is as good.
const COPIED_EXPORTS = /return __toCommonJS\((\w+)\);(?=\s+\}\)\(\);\s*$)/;

const MODULE = /\.[cm]?[jt]sx?$/;

const COMMON: BuildOptions = {
  bundle: true,
  write: false,
  metafile: true,
  format: 'iife',
  platform: 'neutral',
  target: 'es2024',
  keepNames: true,
  legalComments: 'none',
  logLevel: 'silent',
  mainFields: ['browser', 'module', 'main'],
};

/** A bundle, and the files that it was made of. */
export interface BuiltBundle {
  readonly bundle: WorkflowBundle;
  readonly inputs: readonly string[];
}

/** Bundles the workflow functions that a file exports. Throws an Error that names file, line and what is wrong there. */
export async function bundleWorkflows(options: { readonly path: string }): Promise<WorkflowBundle> {
  const { bundle } = await buildBundle(resolve(options.path));
  return bundle;
}

/** As `bundleWorkflows`, of an absolute path. */
export async function buildBundle(path: string): Promise<BuiltBundle> {
  refuseNoModule(path);
  const esbuild = await loadEsbuild();
  try {
    const [realm, workflows] = await Promise.all([realmBuild(esbuild), workflowBuild(path).then(esbuild.build)]);
    const [map, code] = workflows.outputFiles ?? [];
    const bundle = assemble(textOf(realm.outputFiles?.[0]), textOf(code), sourcesFrom(dirname(path), textOf(map)));
    return { bundle, inputs: [...inputsOf(SDK, realm), ...inputsOf(dirname(path), workflows)] };
  } catch (failure) {
    throw new Error(explain(path, failure as BuildFailure), { cause: failure });
  }
}

function refuseNoModule(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  const remedy = 'give workflows the path or URL of the module that exports them';
  if (!found) throw new Error(`there is no workflow file ${path}: ${remedy}`);
  if (!found.isFile()) throw new Error(`${path} is a folder and no workflow file: ${remedy}`);
  if (!MODULE.test(path)) throw new Error(`the workflow file ${path} is neither TypeScript nor JavaScript: ${remedy}`);
}

function inputsOf(directory: string, { metafile }: BuildResult): readonly string[] {
  const inputs = Object.keys(metafile?.inputs ?? {}).filter((input) => !input.startsWith(`${FORBIDDEN}:`));
  return inputs.map((input) => resolve(directory, input));
}

let realm: Promise<BuildResult> | undefined;

/** The realm's code is this package's own and the same for all bundles of a process. */
function realmBuild(esbuild: typeof import('esbuild')): Promise<BuildResult> {
  realm ??= esbuild.build({
    ...COMMON,
    entryPoints: [REALM],
    globalName: '__realm',
    minifyWhitespace: true,
    absWorkingDir: SDK,
  });
  return realm;
}

async function workflowBuild(path: string): Promise<BuildOptions> {
  return {
    ...COMMON,
    entryPoints: [path],
    globalName: '__bundle',
    outfile: BUNDLE_FILE,
    absWorkingDir: dirname(path),
    sourcemap: 'external',
    sourcesContent: false,
    // Where a package has a build that needs nothing of Node, it is that one.
    conditions: ['workflow', 'browser', 'module', 'import'],
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [workflowApi(Object.keys(await import('../../workflow/index.ts'))), forbiddenModules()],
  };
}

/**
 * The workflow API is in the realm, once for all runs, and not in the bundle: the bundle takes the parts that it uses from there,
 * by whatever way the API's file was found.
 */
function workflowApi(names: readonly string[]): Plugin {
  const parts = names.map((name) => `export const ${name} = /* @__PURE__ */ __perdure.pick('${name}');`);
  return {
    name: 'perdure-workflow-api',
    setup(build) {
      build.onResolve({ filter: /^perdure\/workflow$/ }, () => ({ path: WORKFLOW_API }));
      build.onLoad({ filter: /[\\/]workflow[\\/]index\.[jt]s$/ }, ({ path }) =>
        path === WORKFLOW_API ? { contents: parts.join('\n'), loader: 'js' } : undefined,
      );
    },
  };
}

interface SourceMap {
  readonly sources: readonly (string | null)[];
  readonly mappings: string;
}

/** The map with the absolute paths of its sources, and none for what we put into the bundle. */
function sourcesFrom(directory: string, sourceMap: string): SourceMap {
  const map = JSON.parse(sourceMap) as { sources: readonly string[]; mappings: string };
  const pathOf = (source: string) => (source.startsWith(`${FORBIDDEN}:`) ? null : resolve(directory, source));
  return { ...map, sources: map.sources.map(pathOf) };
}

function assemble(realm: string, code: string, map: SourceMap): WorkflowBundle {
  const head = [
    `(function(){"use strict";return{format:${BUNDLE_FORMAT},realm:function(__host){`,
    realm.trim(),
    'return __realm.prepareRealm()},load:function(__perdure,globalThis,global){',
    '',
  ].join('\n');
  return {
    code: `${head}${lean(code)}\nreturn __bundle}}})()`,
    sourceMap: JSON.stringify({ ...map, mappings: ';'.repeat(head.split('\n').length - 1) + map.mappings }),
  };
}

/** The same code without what every run would pay for and nobody needs. */
function lean(code: string): string {
  return code.replace(NAME_FUNCTION, CHEAP_NAME_FUNCTION).replace(COPIED_EXPORTS, 'return $1;');
}

function textOf(file: { readonly text: string } | undefined): string {
  if (!file) throw new Error('esbuild gave no output');
  return file.text;
}

async function loadEsbuild(): Promise<typeof import('esbuild')> {
  try {
    return await import('esbuild');
  } catch (cause) {
    throw new Error(
      'workflows are bundled by esbuild, which is not installed: install it, or give the worker a finished bundle ({ code })',
      { cause },
    );
  }
}

/** esbuild's messages, each with its file, line and column. */
function explain(path: string, failure: BuildFailure): string {
  const errors = failure.errors ?? [];
  if (errors.length === 0) return `the workflows in ${path} cannot be bundled: ${failure.message}`;
  const lines = errors.map(({ text, location }) => {
    if (!location) return text;
    const file = isAbsolute(location.file) ? location.file : resolve(dirname(path), location.file);
    return `${file}:${location.line}:${location.column + 1}: ${text}\n    ${location.lineText.trim()}`;
  });
  return `the workflows in ${path} cannot be bundled:\n${lines.join('\n')}`;
}
