import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Duration, msOptionalToNumber, msToNumber } from './duration.ts';

test('a duration is a number of milliseconds, or a number with a unit in any spelling', () => {
  const written: readonly (readonly [Duration, number])[] = [
    [5000, 5000],
    [0, 0],
    [0.5, 0.5],
    ['250', 250],
    ['250ms', 250],
    ['30 s', 30_000],
    ['30 Seconds', 30_000],
    ['1.5 h', 5_400_000],
    ['2 MINUTES', 120_000],
    ['1 day', 86_400_000],
    ['2w', 1_209_600_000],
    ['1y', 31_557_600_000],
    ['-3 min', -180_000],
  ];
  for (const [duration, ms] of written) assert.equal(msToNumber(duration), ms, String(duration));
});

test('what is not a duration is quoted in the refusal, with examples of what is', () => {
  const rubbish = [
    '',
    'soon',
    '1 fortnight',
    '1 s 2',
    'ms',
    '1..5s',
    '1 constructor',
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ];
  for (const duration of [...rubbish, null, {}]) {
    assert.throws(() => msToNumber(duration as Duration), {
      name: 'TypeError',
      message: /is not a duration: give milliseconds, or a number and a unit such as '500 ms'/,
    });
  }
  assert.throws(() => msToNumber('soon' as Duration), /^TypeError: 'soon' is not/);
});

test('an absent duration stays absent, and zero stays zero', () => {
  assert.equal(msOptionalToNumber(undefined), undefined);
  assert.equal(msOptionalToNumber(0), 0);
  assert.equal(msOptionalToNumber('1 s'), 1000);
});
