import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { askAt } from './approval.ts';

const QUESTION = '[a]pprove, [r]eject, or approve a[l]l, then Enter? ';

/** A terminal at which somebody types these lines, each when a question stands there. */
function terminal(...lines: string[]) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const log: string[] = [];
  const heights: (number | undefined)[] = [];
  let shown = '';
  output.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    for (let at = shown.indexOf(QUESTION); at !== -1; at = shown.indexOf(QUESTION)) {
      log.push(shown.slice(0, at).trim());
      shown = shown.slice(at + QUESTION.length);
      const line = lines.shift();
      if (line === undefined) input.end();
      else input.write(`${line}\n`);
    }
  });
  const stop = new AbortController();
  const approver = askAt(
    {
      input,
      output,
      pause: (rows) => {
        log.push('paused');
        heights.push(rows);
      },
      grow: () => log.push('longer'),
      resume: () => log.push('resumed'),
      onLeft: () => log.push('left'),
    },
    stop.signal,
  );
  return { approver, log, heights, stop };
}

test('a summary is shown, and approved or rejected by a letter or a word', async () => {
  const { approver, log } = terminal('a', 'reject', ' YES ', 'n');
  assert.equal(await approver.ask('a.txt', ' A summary.\n'), true);
  assert.equal(await approver.ask('b.txt', 'Another.'), false);
  assert.equal(await approver.ask('c.txt', '…'), true);
  assert.equal(await approver.ask('d.txt', '…'), false);
  assert.deepEqual(log.slice(0, 6), [
    'paused',
    'a.txt\n\nA summary.',
    'resumed',
    'paused',
    'b.txt\n\nAnother.',
    'resumed',
  ]);
});

test('it is told how many rows a question takes, unless that depends on the terminal', async () => {
  const { approver, heights } = terminal('a', 'a');
  await approver.ask('a.txt', 'A summary.');
  await approver.ask('b.txt', '一つの要約。');
  assert.deepEqual(heights, [6, undefined]);
});

test('questions wait for each other', async () => {
  const { approver, log } = terminal('a', 'r', 'a');
  const answers = await Promise.all(['a', 'b', 'c'].map((name) => approver.ask(name, `of ${name}`)));
  assert.deepEqual(answers, [true, false, true]);
  assert.deepEqual(
    log.filter((line) => line.includes('of')),
    ['a\n\nof a', 'b\n\nof b', 'c\n\nof c'],
  );
});

test('whoever approves all is not asked again', async () => {
  const { approver, log } = terminal('l');
  assert.deepEqual(await Promise.all([approver.ask('a', '…'), approver.ask('b', '…')]), [true, true]);
  assert.equal(await approver.ask('c', '…'), true);
  assert.equal(log.filter((line) => line === 'paused').length, 1);
});

test('what is not understood is asked again', async () => {
  const { approver, log } = terminal('perhaps', '', 'a');
  assert.equal(await approver.ask('a', 'of a'), true);
  assert.deepEqual(log, ['paused', 'a\n\nof a', 'longer', '', 'longer', '', 'resumed']);
});

test('whoever leaves has neither approved nor rejected', async () => {
  const { approver, log } = terminal();
  await assert.rejects(approver.ask('a', 'of a'), /the question was left open/);
  assert.deepEqual(log, ['paused', 'a\n\nof a', 'left', 'resumed']);
});

test('once the command stops, nobody is asked any more', async () => {
  const { approver, log, stop } = terminal();
  stop.abort();
  await assert.rejects(approver.ask('a', 'of a'), { name: 'AbortError' });
  assert.deepEqual(log, []);
});

test('a summary cannot steer the terminal of whoever is to approve it', async () => {
  const { approver, log } = terminal('a');
  await approver.ask('a\nb\x1b[A', 'good \x1b[8mbad');
  assert.equal(log[1], 'a b�[A\n\ngood �[8mbad');
});
