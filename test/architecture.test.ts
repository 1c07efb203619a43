// ARCHITECTURE.md says how the source is layered; this reads it there and holds every file to it.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readSourceFile, type SourceFile } from '../scripts/source-file.ts';
import { forbiddenImports, layerOf, misplacedRows, readLayerTable, resolveImport } from './layer-table.ts';

const longestFile = 400;
const longestFunction = 50;

const root = new URL('../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const table = readLayerTable(read('ARCHITECTURE.md'));
const selfExports = JSON.parse(read('package.json')).exports;

function sourcesIn(folder: string): readonly SourceFile[] {
  return globSync(`${folder}/**/*.ts`, { cwd: fileURLToPath(root) })
    .map((path) => path.replaceAll('\\', '/'))
    .toSorted()
    .map((path) => readSourceFile(path, read(path)));
}

const sources = sourcesIn('src');
const isTest = ({ path }: SourceFile) => path.endsWith('.test.ts');
const shipped = sources.filter((file) => !isTest(file));

function report(violations: readonly string[]): void {
  if (violations.length > 0) assert.fail(`\n${violations.join('\n')}\n`);
}

test('every folder and file of src belongs to a row of the table of layers', () => {
  assert.notEqual(shipped.length, 0);
  report(
    shipped
      .filter(({ path }) => layerOf(table, path) === undefined)
      .map(({ path }) => `${path}:1 belongs to no row of the table in ARCHITECTURE.md: give its folder a row`),
  );
});

test('every row of the table of layers names something that exists', () => {
  const paths = sources.map(({ path }) => path);
  report(
    table
      .flatMap((layer) => layer.paths)
      .filter((place) => !paths.some((path) => path === place || path.startsWith(`${place}/`)))
      .map((place) => `ARCHITECTURE.md has a row for ${place}, where there is no source file: remove it`),
  );
});

test('a row of the table imports only from rows above it', () => {
  report(misplacedRows(table));
});

test('every import stays within what the row of its file allows', () => {
  report(shipped.flatMap((file) => forbiddenImports(table, file, selfExports)));
});

test('only src/embed.ts names a store driver', () => {
  const driver = 'src/store/sqlite';
  report(
    shipped
      .filter(({ path }) => path !== 'src/embed.ts' && !layerOf(table, path)?.paths.includes(driver))
      .flatMap(({ path, imports }) =>
        imports
          .filter(({ specifier }) => `${resolveImport(path, specifier, selfExports)}/`.startsWith(`${driver}/`))
          .map(({ line }) => `${path}:${line} names the SQLite driver: open the store through src/embed.ts`),
      ),
  );
});

test('the machine reads no clock, draws no chance and does no input or output', () => {
  const impure =
    /^(Date|performance|process|crypto)(\.|$)|^Math\.random$|^(setTimeout|setInterval|setImmediate|fetch)$/;
  report(
    shipped
      .filter(({ path }) => path.startsWith('src/machine/'))
      .flatMap(({ path, globals }) =>
        globals
          .filter(({ name }) => impure.test(name))
          .map(({ line, name }) => `${path}:${line} uses ${name}: take time, ids and chance as arguments`),
      ),
  );
});

test(`no file of src, test, bench, examples or scripts is longer than ${longestFile} lines`, () => {
  report(
    everything()
      .filter(({ lines }) => lines > longestFile)
      .map(({ path, lines }) => `${path}:${longestFile} goes on to line ${lines}: split it by what it is about`),
  );
});

test(`no function is longer than ${longestFunction} lines`, () => {
  report(
    everything().flatMap(({ path, functions }) =>
      functions
        .filter(({ lines }) => lines > longestFunction)
        .map(({ line, name, lines }) => `${path}:${line} ${name} is ${lines} lines long: split it`),
    ),
  );
});

function everything(): readonly SourceFile[] {
  return [...sources, ...['test', 'bench', 'examples', 'scripts'].flatMap(sourcesIn)];
}

test('a forbidden import is reported with its line and what the file may import, however it is written', () => {
  const layers = readLayerTable(
    [
      '| folder | may import | purpose |',
      '| --- | --- | --- |',
      '| `src/low` | nothing | the floor |',
      '| `src/mid` | `src/low`, `node:assert` | the middle |',
      '| `src/mid/deep` | `src/mid` | a folder with a row of its own |',
    ].join('\n'),
  );
  const spellings = [
    "import '../high.ts';",
    "import { x } from 'perdure/high';",
    "import type { X } from '../mid/deep/x.ts';",
    "export * from 'lodash/fp';",
    "export const later = () => import('node:fs');",
    "export type Y = import('../high.ts').Y;",
    "export const thread = new URL('../high.ts', import.meta.url);",
    "import { fine } from '../low/fine.ts'; import assert from 'node:assert'; // import '../high.ts'",
  ];
  const file = readSourceFile('src/mid/a.ts', spellings.join('\n'));
  const violations = forbiddenImports(layers, file, { './high': './src/high.ts' });
  assert.deepEqual(
    violations.map((violation) => violation.split(' ')[0]),
    [1, 2, 3, 4, 5, 6, 7].map((line) => `src/mid/a.ts:${line}`),
  );
  assert.match(violations[0] ?? '', /imports \.\.\/high\.ts, but src\/mid may import only src\/low, node:assert /);
  assert.deepEqual(misplacedRows(layers), []);
  assert.match(
    misplacedRows(layers.toReversed())[0] ?? '',
    /src\/mid\/deep may import src\/mid, which is no row above/,
  );
});

test('the callbacks of describe and test are chapters, which do not count as lines of a function', () => {
  const text = [
    "import { describe, test } from 'node:test';",
    'export function suite() {',
    "  describe('chapter', () => {",
    "    test('section', () => {",
    '      const inner = () => {',
    '      };',
    '    });',
    '  });',
    '}',
  ];
  assert.deepEqual(readSourceFile('src/suite.ts', text.join('\n')).functions, [
    { name: 'suite', line: 2, lines: 3 },
    { name: 'inner', line: 5, lines: 2 },
  ]);
});
