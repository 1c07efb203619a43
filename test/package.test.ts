// The package as a user gets it: built, packed, installed into an empty project, and tried there with the program
// that the README shows.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readmePrograms } from './readme.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const typescript = join(root, 'node_modules/typescript/bin/tsc');

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

describe('the published package', () => {
  const place = mkdtempSync(join(tmpdir(), 'perdure-package-'));
  const project = join(place, 'project');
  let packed: Packed;

  before(() => {
    run(root, process.execPath, ['scripts/build.ts']);
    packed = JSON.parse(npm(root, ['pack', './dist', '--json', '--pack-destination', place]))[0];
    mkdirSync(project);
    writeFileSync(join(project, 'package.json'), JSON.stringify({ type: 'module' }));
    npm(project, ['install', '--prefer-offline', '--no-audit', '--no-fund', join(place, packed.filename)]);
    for (const [name, text] of readmePrograms()) writeFileSync(join(project, name), text);
    writeFileSync(join(project, 'report.txt'), 'The pump failed at noon. It was replaced at two. Nobody was hurt.');
  });
  after(() => rmSync(place, { recursive: true, force: true }));

  test('holds JavaScript with declarations, and neither sources nor tests', () => {
    const paths = packed.files.map(({ path }) => path);
    assert.deepEqual(
      paths.filter((path) => /\.test\.|(?<!\.d)\.ts$/.test(path)),
      [],
    );
    for (const path of ['embed.js', 'embed.d.ts', 'bin/perdure.mjs', 'README.md', 'LICENSE', 'CHANGELOG.md']) {
      assert.ok(paths.includes(path), `${path} is missing from the tarball`);
    }
  });

  test('brings no Node of its own, only asks for one', () => {
    const manifest = JSON.parse(readFileSync(join(project, 'node_modules/perdure/package.json'), 'utf8'));
    assert.deepEqual(manifest.engines, { node: '>=24' });
    assert.deepEqual([manifest.optionalDependencies, manifest.devDependencies], [undefined, undefined]);
  });

  test('runs the program of the README in an empty project', () => {
    assert.deepEqual([...readmePrograms().keys()].toSorted(), [
      'activities.ts',
      'main.ts',
      'release.ts',
      'workflows.ts',
    ]);
    assert.equal(run(project, process.execPath, ['main.ts']), 'The pump failed at noon. It was replaced at two.\n');
  });

  test('runs the program of the README to its end after it was killed midway, and repeats no step', () => {
    const activities = readmePrograms().get('activities.ts') ?? '';
    const killing = activities
      .replace('import { readFile }', "import { appendFileSync, existsSync } from 'node:fs';\nimport { readFile }")
      .replace('return await readFile', "appendFileSync('steps.log', 'read\\n');\n  return await readFile")
      .replace(
        '  const sentences',
        "  if (!existsSync('killed.log')) {\n    appendFileSync('killed.log', 'killed');\n    process.kill(process.pid, 'SIGKILL');\n  }\n  const sentences",
      );
    const killed = join(place, 'killed');
    cpSync(project, killed, { recursive: true, filter: (path) => !path.includes('app.db') });
    writeFileSync(join(killed, 'activities.ts'), killing);
    assert.equal(spawnSync(process.execPath, ['main.ts'], { cwd: killed }).signal, 'SIGKILL');
    assert.equal(run(killed, process.execPath, ['main.ts']), 'The pump failed at noon. It was replaced at two.\n');
    assert.equal(readFileSync(join(killed, 'steps.log'), 'utf8'), 'read\n');
  });

  test('declares its types so that the program of the README compiles under strict settings', () => {
    const compilerOptions = {
      ...{ module: 'nodenext', target: 'esnext', noEmit: true, allowImportingTsExtensions: true },
      ...{ strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false },
      ...{ types: ['node'], typeRoots: [join(root, 'node_modules/@types')] },
    };
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
    run(project, process.execPath, [typescript, '-p', '.']);
  });

  test('answers under every subpath that it exports', () => {
    const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const names = Object.keys(exports).map((subpath) => subpath.replace('.', 'perdure'));
    const script = names.map((name) => `await import('${name}');`).join('\n');
    run(project, process.execPath, ['--input-type=module', '--eval', script]);
  });

  test('installs the perdure command', () => {
    assert.match(run(project, 'npm', ['exec', '--offline', '--', 'perdure', '--help']), /perdure/);
  });
});

function npm(cwd: string, args: readonly string[]): string {
  return run(cwd, 'npm', args);
}

/** Runs a command to its end and returns what it printed; a failure shows all of it. */
function run(cwd: string, command: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    shell: process.platform === 'win32' && command === 'npm',
  });
  assert.equal(status, 0, `${command} ${args.join(' ')}\n${error ?? ''}${stdout}${stderr}`);
  return stdout;
}
