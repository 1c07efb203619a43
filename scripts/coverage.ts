// Holds src/machine to every branch: `npm run coverage` fails below 100 %, and names the branches not taken.
//
// Only the tests beside the machine count. What a higher layer happens to pass through on its way is not a test of
// the machine, and would hide that nobody wrote one. Every file is loaded, whether or not a test asks for it,
// because node leaves out of its report what was never loaded; and functions have to be called for the same reason:
// a function that never ran has no branches to miss.
import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const record = 'coverage/machine.lcov';

const files = globSync('src/machine/**/*.ts', { cwd: root }).toSorted();
const tests = files.filter((file) => file.endsWith('.test.ts'));
const loaded = files.filter((file) => !tests.includes(file));
if (tests.length === 0) throw new Error('src/machine has no *.test.ts: there is nothing to measure');

mkdirSync(`${root}coverage`, { recursive: true });
const { status } = spawnSync(
  process.execPath,
  [
    ...['--test', '--test-concurrency=2', '--experimental-test-coverage'],
    ...['--test-coverage-branches=100', '--test-coverage-functions=100'],
    ...['--test-coverage-include=src/machine/**/*.ts', '--test-coverage-exclude=**/*.test.ts'],
    ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
    ...['--test-reporter=lcov', `--test-reporter-destination=${record}`],
    ...loaded.flatMap((file) => ['--import', pathToFileURL(root + file).href]),
    ...tests,
  ],
  { cwd: root, stdio: 'inherit' },
);
for (const place of missedPlaces(readFileSync(root + record, 'utf8'))) console.log(place);
process.exitCode = status ?? 1;

/** Reads lcov: `SF` opens a file, `BRDA:line,block,branch,times` is a branch, `FN:line,name` and `FNDA:times,name` a function. */
function missedPlaces(lcov: string): string[] {
  const missed: string[] = [];
  let file = '';
  const lines = new Map<string, string>();
  for (const entry of lcov.split('\n')) {
    const [kind, value = ''] = entry.split(/:(.*)/);
    const [first = '', second = '', , times] = value.split(',');
    if (kind === 'SF') file = value;
    if (kind === 'BRDA' && times === '0') missed.push(`${file}:${first} a branch that begins here is never taken`);
    if (kind === 'FN') lines.set(second, first);
    if (kind === 'FNDA' && first === '0') missed.push(`${file}:${lines.get(second)} ${second} is never called`);
  }
  return missed;
}
