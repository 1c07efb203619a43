// Workflow code as one script. esbuild joins the user's file, what it imports and the workflow API; a second, small script
// prepares the context that all this runs in (realm/). Both travel in one text, so that a finished bundle is all that a
// production worker needs, and esbuild is not.

import { existsSync } from 'node:fs';
import { dirname, extname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuildFailure, BuildOptions, Plugin } from 'esbuild';
import { forbiddenModules } from './forbidden-modules.ts';

/** The name that frames of workflow code carry until they are mapped. */
export const BUNDLE_FILE = 'perdure-workflows.js';

/** Says what a bundle's two parts expect of each other and of the host; raised when that changes. */
export const BUNDLE_FORMAT = 1;

/** Workflow code, ready for a worker. */
export interface WorkflowBundle {
  readonly code: string;
  /** JSON. Without it, errors name places in the bundle and not in the source. */
  readonly sourceMap?: string | undefined;
}

// Sources in development, built files when installed: the ending of this very file says which.
const ENDING = extname(fileURLToPath(import.meta.url));
const SDK = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const WORKFLOW_API = join(SDK, 'workflow', `index${ENDING}`);
const MACHINE = join(SDK, 'workflow', `machine${ENDING}`);
const REALM = join(SDK, 'sandbox', 'realm', `index${ENDING}`);

const COMMON: BuildOptions = {
  bundle: true,
  write: false,
  format: 'iife',
  platform: 'neutral',
  target: 'es2024',
  legalComments: 'none',
  logLevel: 'silent',
  mainFields: ['browser', 'module', 'main'],
};

/** Bundles the workflow functions that a file exports. Throws an Error that names file, line and what is wrong there. */
export async function bundleWorkflows(options: { readonly path: string }): Promise<WorkflowBundle> {
  const path = isAbsolute(options.path) ? options.path : resolve(options.path);
  if (!existsSync(path)) {
    throw new Error(
      `there is no workflow file ${path}: give workflows the path or URL of the module that exports them`,
    );
  }
  const esbuild = await loadEsbuild();
  try {
    const [realm, workflows] = await Promise.all([
      esbuild.build({ ...COMMON, entryPoints: [REALM], globalName: '__realm', minifyWhitespace: true }),
      esbuild.build(workflowBuild(path)),
    ]);
    const [map, code] = workflows.outputFiles ?? [];
    return assemble(textOf(realm.outputFiles?.[0]), textOf(code), sourcesFrom(dirname(path), textOf(map)));
  } catch (failure) {
    throw new Error(explain(path, failure as BuildFailure), { cause: failure });
  }
}

function workflowBuild(path: string): BuildOptions {
  return {
    ...COMMON,
    stdin: {
      // In this order: the machine finds its run and the API is ready before the user's modules are evaluated.
      contents: `export * as machine from ${JSON.stringify(MACHINE)};\nexport * as workflows from ${JSON.stringify(path)};\n`,
      resolveDir: dirname(path),
      sourcefile: 'perdure-entry.js',
      loader: 'js',
    },
    globalName: '__bundle',
    outfile: BUNDLE_FILE,
    absWorkingDir: dirname(path),
    keepNames: true,
    sourcemap: 'external',
    sourcesContent: false,
    // Where a package has a build that needs nothing of Node, it is that one.
    conditions: ['workflow', 'browser', 'module', 'import'],
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [workflowApi(), forbiddenModules()],
  };
}

/** Whatever way `perdure/workflow` would be found, it is the API of the worker that bundles: there is one, and it has the run. */
function workflowApi(): Plugin {
  return {
    name: 'perdure-workflow-api',
    setup(build) {
      build.onResolve({ filter: /^perdure\/workflow$/ }, () => ({ path: WORKFLOW_API }));
    },
  };
}

interface SourceMap {
  readonly sources: readonly string[];
  readonly mappings: string;
}

/** The map with the absolute paths of its sources. */
function sourcesFrom(directory: string, sourceMap: string): SourceMap {
  const map = JSON.parse(sourceMap) as SourceMap;
  return { ...map, sources: map.sources.map((source) => resolve(directory, source)) };
}

function assemble(realm: string, code: string, map: SourceMap): WorkflowBundle {
  const head = [
    `(function(){"use strict";return{format:${BUNDLE_FORMAT},realm:function(global,host){`,
    realm.trim(),
    'return __realm.prepareRealm(global,host)},load:function(__perdure,globalThis,global){',
    '',
  ].join('\n');
  return {
    code: `${head}${code}\nreturn __bundle}}})()`,
    sourceMap: JSON.stringify({ ...map, mappings: ';'.repeat(head.split('\n').length - 1) + map.mappings }),
  };
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
