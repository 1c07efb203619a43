// Runs the tests: `npm test` for all of them, `npm test -- src/machine` for those of a folder or a file, and
// `npm test -- --test-name-pattern=timer` for any option of `node --test`.
//
// The files are found here rather than by node, whose own search would also descend into build output. What is
// printed, the closing lines included, is node's own report.
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const folders = ['src', 'test', 'examples'];

/** The whole suite is meant to end within this; a file that takes as long on its own is stuck, and is ended. */
const budgetMs = 5 * 60_000;

const given = process.argv.slice(2);
const options = given.filter((argument) => argument.startsWith('-'));
const places = given.filter((argument) => !argument.startsWith('-')).map((place) => relative(root, resolve(place)));

const files = folders
  .flatMap((folder) => globSync(`${folder}/**/*.test.ts`, { cwd: root }))
  .filter((file) => places.length === 0 || places.some((place) => isWithin(file, place)))
  .toSorted();

if (files.length === 0) {
  console.error(`no test file in ${places.join(', ')}: name a folder or a *.test.ts file of ${folders.join(', ')}`);
  process.exit(1);
}

const runner = spawn(
  process.execPath,
  ['--test', '--test-concurrency=2', `--test-timeout=${budgetMs}`, '--test-reporter=spec', ...options, ...files],
  { cwd: root, stdio: 'inherit' },
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => runner.kill(signal));
runner.on('close', (code) => {
  process.exitCode = code ?? 1;
});

function isWithin(file: string, place: string): boolean {
  return place === '' || file === place || file.startsWith(place + sep);
}
