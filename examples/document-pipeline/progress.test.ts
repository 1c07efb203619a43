import assert from 'node:assert/strict';
import { test } from 'node:test';
import { progressOn } from './progress.ts';

/** A screen of a terminal, as far as the drawing needs one: lines, and a cursor that moves up. */
function screen(rows: number) {
  let lines: string[] = [''];
  const write = (text: string) => {
    const visible = text.replaceAll('\x1b', '⎋').replace(/⎋\[\?7[lh]/g, '');
    for (const [, up, rest = ''] of visible.matchAll(/(?:⎋\[(\d+)A⎋\[J)?([^⎋]*)/g)) {
      if (up !== undefined) lines = [...lines.slice(0, lines.length - 1 - Number(up)), ''];
      const [first = '', ...others] = rest.split('\n');
      lines = [...lines.slice(0, -1), lines.at(-1) + first, ...others];
    }
  };
  return { output: { write, isTTY: true, rows }, shown: () => lines.slice(0, -1) };
}

test('in a file a line says where a document has ended, once', () => {
  const written: string[] = [];
  const progress = progressOn({ write: (text) => written.push(text) });
  assert.equal(progress.live, false);
  progress.say('2 documents');
  progress.show('a.txt', 'fetching', 0);
  progress.show('a.txt', 'completed', 100);
  progress.show('a.txt', 'completed', 100);
  progress.show('b.txt', 'stuck', 0);
  progress.end();
  assert.deepEqual(written, ['2 documents\n', 'completed a.txt\n', 'stuck     b.txt\n']);
});

test('on a terminal each document has a line, which is drawn over, and what is said stays above', () => {
  const { output, shown } = screen(24);
  const progress = progressOn(output);
  assert.equal(progress.live, true);
  progress.say('2 documents');
  progress.show('a.txt', 'summarising', 40);
  progress.show('b.txt', 'fetching', 0);
  progress.say('a.txt: attempt 1 failed');
  progress.show('a.txt', 'waiting_for_approval', 70);
  progress.end();
  assert.deepEqual(shown(), [
    '2 documents',
    'a.txt: attempt 1 failed',
    '██████████████░░░░░░  70 % waiting for approval a.txt',
    '░░░░░░░░░░░░░░░░░░░░   0 % fetching             b.txt',
    '0 of 2 documents ended',
  ]);
});

test('while somebody is asked nothing is drawn, and what was said meanwhile follows', () => {
  const { output, shown } = screen(24);
  const progress = progressOn(output);
  progress.show('a.txt', 'saving', 90);
  progress.pause();
  const before = shown();
  progress.show('a.txt', 'completed', 100);
  progress.say('something happened');
  assert.deepEqual(shown(), before);
  progress.resume();
  progress.end();
  assert.deepEqual(shown(), [
    ...before,
    'something happened',
    '████████████████████ 100 % completed            a.txt',
    '1 of 1 documents ended',
  ]);
});

test('where the screen is too small, what is under way has its lines, and the rest is counted', () => {
  const { output, shown } = screen(8);
  const progress = progressOn(output);
  for (const name of ['a', 'b', 'c']) progress.show(name, 'completed', 100);
  for (const name of ['d', 'e']) progress.show(name, 'fetching', 0);
  for (const name of ['f', 'g']) progress.show(name, 'summarising', 40);
  progress.end();
  assert.deepEqual(
    shown().map((line) => line.replace(/^.* % /, '')),
    [
      'summarising          f',
      'summarising          g',
      'fetching             d',
      '3 of 7 documents ended, 4 are not shown',
    ],
  );
});

test('a name cannot steer the terminal', () => {
  const { output, shown } = screen(24);
  const progress = progressOn(output);
  progress.show('a\n\x1b[2Jb', 'saving', 90);
  progress.say('c\x1b[2J');
  progress.end();
  assert.deepEqual(shown(), [
    'c�[2J',
    '██████████████████░░  90 % saving               a �[2Jb',
    '0 of 1 documents ended',
  ]);
});
