import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openRounds } from './round.ts';
import { temporaryFolder } from './test/temporary-folder.ts';

test('a round goes on, also in another process, until it has ended', async () => {
  await using folder = await temporaryFolder();
  const first = await openRounds(folder.path, '/in').current();
  assert.equal(await openRounds(folder.path, '/in').current(), first);
  await openRounds(folder.path, '/in').end();
  assert.notEqual(await openRounds(folder.path, '/in').current(), first);
});

test('each input folder has its own round, and ending none is nothing', async () => {
  await using folder = await temporaryFolder();
  const one = await openRounds(folder.path, '/one').current();
  const other = openRounds(folder.path, '/other');
  await other.end();
  assert.notEqual(await other.current(), one);
  assert.equal(await openRounds(folder.path, '/one').current(), one);
});
