import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printable, printableLine, rowsOf, wrapped } from './printable.ts';

test('what would steer the terminal is shown as a sign that it was there', () => {
  assert.equal(printable('a\x1b[2Jb\x07\x9bc\u202ed'), 'a�[2Jb��c�d');
  assert.equal(printable('tab\tand\nlines\r\nof\rmany'), 'tab\tand\nlines\nof\nmany');
  assert.equal(printable('naïve Straße 日本語 🇫🇷 👩‍🔬'), 'naïve Straße 日本語 🇫🇷 👩‍🔬');
  assert.equal(printableLine(' two\nlines \t of it '), 'two lines of it');
});

test('lines are broken between words, and a word that is too long stays whole', () => {
  assert.equal(wrapped('aa bb cc dd ee', 5), 'aa bb\ncc dd\nee');
  assert.equal(wrapped('one\ntwo three', 9), 'one\ntwo three');
  assert.equal(wrapped('a verylongword b', 4), 'a\nverylongword\nb');
  assert.equal(wrapped('', 5), '');
});

test('a line that is wider than the screen takes more rows of it', () => {
  assert.equal(rowsOf('a\n\n“12345”', 10), 3);
  assert.equal(rowsOf('1234567890\n12345678901', 10), 3);
});

test('where characters take two columns, or none, nobody knows the rows', () => {
  for (const text of ['日本', 'e\u0301', '👍', 'a\tb']) assert.equal(rowsOf(text, 80), undefined);
});
