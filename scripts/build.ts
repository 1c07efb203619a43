// Makes dist/, the package as it is published: `npm run build && npm pack ./dist`.
//
// In the repository Node runs the .ts sources as they are. It refuses to do so below node_modules, so what users
// install is JavaScript with declarations, under a manifest that is derived here from the repository's own: exports
// point at the built files, and what only development needs, its Node binaries included, is left out.
import { spawnSync } from 'node:child_process';
import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { oldestMajor } from '../bin/require-node.mjs';
import { packageOf, readSourceFile } from './source-file.ts';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly exports: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

const root = fileURLToPath(new URL('../', import.meta.url));
const dist = `${root}dist/`;
const manifest: Manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

rmSync(dist, { recursive: true, force: true });
compile();
writeFileSync(`${dist}package.json`, `${JSON.stringify(published(manifest), null, 2)}\n`);
for (const extra of ['bin', 'README.md', 'LICENSE', 'CHANGELOG.md']) {
  cpSync(root + extra, dist + extra, { recursive: true });
}
checkImports();
console.log(`built ${manifest.name} ${manifest.version} in dist/`);

function compile(): void {
  const compiler = `${root}node_modules/typescript/bin/tsc`;
  const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('the sources do not compile: see the errors above');
}

function published({ exports, ...rest }: Manifest): Record<string, unknown> {
  const { private: _, scripts, devDependencies, optionalDependencies, allowScripts, ...kept } = rest;
  return { ...kept, exports: builtExports(exports), engines: { node: `>=${oldestMajor}` } };
}

/** `./src/sdk/worker/index.ts` becomes `./sdk/worker/index.js`, with its declarations, which have to come first. */
function builtExports(sources: Manifest['exports']): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(sources).map(([subpath, source]) => {
      const built = source.replace('./src/', './').replace(/\.ts$/, '');
      return [subpath, { types: `${built}.d.ts`, default: `${built}.js` }];
    }),
  );
}

/**
 * A package that only development installs would be missing at the user's, and what serves the tests would burden him
 * for nothing: the build finds both.
 */
function checkImports(): void {
  const known = new Set(['perdure', ...Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })]);
  const wrong = globSync('**/*.{js,d.ts}', { cwd: dist }).flatMap((path) =>
    readSourceFile(path, readFileSync(dist + path, 'utf8')).imports.flatMap(({ specifier }) => {
      const isKnown = known.has(packageOf(specifier)) || /^(\.|node:)/.test(specifier);
      if (specifier === 'node:test') return [`dist/${path} serves the tests: exclude it in tsconfig.build.json`];
      return isKnown ? [] : [`dist/${path} imports ${specifier}: move it to the dependencies of package.json`];
    }),
  );
  if (wrong.length > 0) throw new Error(`\n${wrong.join('\n')}`);
}
