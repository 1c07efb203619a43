// The documents that ship with the example: every one can be read, is declared, and is small enough to ship.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { test } from 'node:test';
import { READABLE_ENDINGS } from './extract/format.ts';
import { extractText } from './extract-text.ts';

const folder = new URL('./documents/', import.meta.url);
const names = readdirSync(folder);
const sources = readFileSync(new URL('./SOURCES.md', import.meta.url), 'utf8');

test('there are at least twelve documents, and every format but the .htm spelling occurs', () => {
  assert.ok(names.length >= 12);
  const endings = new Set(names.map((name) => extname(name)));
  assert.deepEqual([...endings].toSorted(), READABLE_ENDINGS.filter((ending) => ending !== '.htm').toSorted());
});

test('the list of sources names every document, and no other', () => {
  const listed = [...sources.matchAll(/^\| `([^`]+)` *\|/gm)].map(([, name]) => name);
  assert.deepEqual(listed.toSorted(), names.toSorted());
});

test('every document has text, of at least two more than 60,000 characters', async () => {
  const lengths = await Promise.all(
    names.map(async (name) => {
      const bytes = readFileSync(new URL(name, folder));
      assert.ok(bytes.byteLength < 1_000_000, name);
      return (await extractText({ name, bytes })).text.length;
    }),
  );
  assert.ok(lengths.every((length) => length > 1_000));
  assert.ok(lengths.filter((length) => length > 60_000).length >= 2);
});
