import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRejected, parseCommandLine, unknownNames } from './command-line.ts';

const atTerminal = { isTerminal: true, folder: '/home/ann', home: '/checkout' };
const inPipe = { ...atTerminal, isTerminal: false };

function parse(...args: string[]) {
  const options = parseCommandLine(args, atTerminal);
  assert.ok(options);
  return options;
}

test('without arguments it reads the documents of the example and leaves its files in the checkout', () => {
  const { input, output, database, ...rest } = parse();
  assert.match(input, /examples\/document-pipeline\/documents$/);
  assert.deepEqual([output, database], ['/checkout/out', '/checkout/document-pipeline.db']);
  assert.deepEqual(rest, {
    model: undefined,
    approveAll: false,
    reject: new Set(),
    again: false,
    crash: false,
    json: false,
  });
});

test('relative places are those of whoever gives the command', () => {
  const { input, output, database } = parse('--input', 'papers', '--output=/var/out', '--db', '../work.db');
  assert.deepEqual([input, output, database], ['/home/ann/papers', '/var/out', '/home/work.db']);
});

test('somebody is asked only at a terminal, and not with --yes or --json', () => {
  assert.equal(parse().approveAll, false);
  assert.equal(parse('--reject', 'a.txt').approveAll, false);
  assert.equal(parse('--yes').approveAll, true);
  assert.equal(parse('--json').approveAll, true);
  assert.equal(parseCommandLine([], inPipe)?.approveAll, true);
});

test('a document is rejected by its path, its file name, or that without its ending', () => {
  const options = parse('--reject', '2024/report.pdf', '--reject', 'letter.txt', '--reject', 'memo');
  assert.deepEqual(
    ['2024/report.pdf', 'a/letter.txt', 'memo.md', 'report.pdf', '2023/report.pdf', 'letter.md'].map((name) =>
      isRejected(options, name),
    ),
    [true, true, true, false, false, false],
  );
  assert.deepEqual(unknownNames(options, ['2024/report.pdf', 'memo.md']), ['letter.txt']);
});

test('help is asked for in two ways', () => {
  assert.equal(parseCommandLine(['--help'], atTerminal), undefined);
  assert.equal(parseCommandLine(['--input', 'x', '-h'], atTerminal), undefined);
});

test('wrong arguments are refused in words', () => {
  const refused = (args: readonly string[], message: RegExp) =>
    assert.throws(() => parseCommandLine(args, atTerminal), { name: 'TypeError', message });
  refused(['--fast'], /Unknown option '--fast'/);
  refused(['papers'], /Unexpected argument 'papers'/);
  refused(['--input'], /'--input <value>' argument missing/);
  refused(['--db', ''], /--db is empty: give it a value, or leave it out/);
  refused(['--yes=no'], /'--yes' does not take an argument/);
  refused(['--input', 'papers', '--output', './papers/'], /cannot hold the documents and their summaries/);
});
