import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { checkoutRemedy, complaintAbout, oldestMajor } from '../bin/require-node.mjs';

const script = fileURLToPath(new URL('../bin/require-node.mjs', import.meta.url));

test('an older Node is turned away by name, with the commands that help', () => {
  const complaint = complaintAbout('v20.20.2', checkoutRemedy) ?? '';
  assert.match(complaint, /needs Node 24 or newer, and this is Node v20\.20\.2/);
  assert.match(complaint, /npm ci {4}.*without --omit=optional/);
  assert.match(complaint, /npm test/);
});

test('Node 24 and every later one is let through without a word', () => {
  assert.deepEqual(
    ['v24.0.0', 'v24.21.0', 'v26.10.0'].map((version) => complaintAbout(version, checkoutRemedy)),
    [undefined, undefined, undefined],
  );
  const { status, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
});

test('every npm script that runs a source first asks for the Node it needs', () => {
  const { scripts } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const unguarded = Object.entries<string>(scripts)
    .filter(([, command]) => /\bnode [^&]*\.ts\b/.test(command))
    .filter(([, command]) => !command.startsWith('node bin/require-node.mjs && '))
    .map(([name]) => name);
  assert.deepEqual(unguarded, []);
  assert.equal(oldestMajor, 24);
});
