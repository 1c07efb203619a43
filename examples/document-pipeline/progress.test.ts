import assert from 'node:assert/strict';
import { test } from 'node:test';
import { progressOn } from './progress.ts';

/** A screen of a terminal, as far as the drawing needs one: lines, and a cursor at the end of one of them. */
function screen(rows: number, columns = 80) {
  let lines: string[] = [''];
  let [at, saved] = [0, 0];
  const act = (code: string) => {
    const [, number = '', letter] = /^⎋\[\??(\d*)([A-Za-z])$/.exec(code) ?? [];
    if (letter === 'A') at -= Number(number);
    else if (letter === 'J') lines = [...lines.slice(0, at), ''];
    else if (letter === 'K') lines[at] = '';
    else if (code === '⎋7') saved = at;
    else if (code === '⎋8') at = saved;
    else if (code === '\n') lines[++at] ??= '';
    else if (code !== '\r' && letter === undefined) lines[at] += code;
  };
  const write = (text: string) => {
    const visible = text.replaceAll('\x1b', '⎋');
    for (const [code] of visible.matchAll(/⎋[78]|⎋\[[?\d]*[A-Za-z]|[\n\r]|[^⎋\n\r]+/g)) act(code);
  };
  return { output: { write, isTTY: true, rows, columns }, shown: () => lines.slice(0, -1) };
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

const ASKED = '\na.txt\n\nA summary.\n\nwell? ';
const ASKED_ROWS = 6;

test('while somebody is asked, what is above the question is drawn on', (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const { output, shown } = screen(24);
  const progress = progressOn(output);
  progress.show('a.txt', 'waiting_for_approval', 70);
  progress.show('b.txt', 'fetching', 0);
  progress.pause(ASKED_ROWS);
  output.write(ASKED);
  progress.show('b.txt', 'summarising', 40);
  t.mock.timers.tick(100);
  output.write('perhaps\nwell? ');
  progress.grow();
  progress.show('b.txt', 'completed', 100);
  t.mock.timers.tick(100);
  output.write('yes\n');
  assert.deepEqual(shown(), [
    '██████████████░░░░░░  70 % waiting for approval a.txt',
    '████████████████████ 100 % completed            b.txt',
    '1 of 2 documents ended',
    '',
    'a.txt',
    '',
    'A summary.',
    '',
    'well? perhaps',
    'well? yes',
  ]);
  progress.end();
});

test('a question has its rows of a small screen, and the documents share the rest', (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const { output, shown } = screen(12);
  const progress = progressOn(output);
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) progress.show(name, 'fetching', 0);
  progress.pause(ASKED_ROWS);
  output.write(`${ASKED}yes\n`);
  assert.equal(shown().length, 4 + ASKED_ROWS + 1);
  assert.equal(shown()[4], '0 of 6 documents ended, 2 not shown');
  progress.end();
});

test('what was moved off the screen, or is elsewhere on a screen of another size, is left alone', (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  for (const change of [{ rows: 30 }, { columns: 40 }]) {
    const { output, shown } = screen(24);
    const progress = progressOn(output);
    progress.show('a', 'fetching', 0);
    progress.pause(ASKED_ROWS);
    output.write(ASKED);
    const before = shown();
    Object.assign(output, change);
    progress.show('a', 'saving', 90);
    t.mock.timers.tick(100);
    assert.deepEqual(shown(), before);
    progress.end();
  }
});

test('where it is not known how long a question is, nothing is drawn until the answer, and what was said meanwhile follows', () => {
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
      '3 of 7 documents ended, 4 not shown',
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
