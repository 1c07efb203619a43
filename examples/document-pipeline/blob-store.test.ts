import assert from 'node:assert/strict';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeAtomically } from './atomic-file.ts';
import { openBlobStore } from './blob-store.ts';
import { temporaryFolder } from './test/temporary-folder.ts';

const helloHash = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';

function pathOf(folder: string, hash: string): string {
  return join(folder, hash.slice(0, 2), hash.slice(2));
}

test('a text is kept under its SHA-256 and comes back as it was', async () => {
  await using folder = await temporaryFolder();
  const blobs = openBlobStore(folder.path);
  assert.deepEqual(await blobs.put('hello'), { hash: helloHash, sizeBytes: 5 });
  assert.equal(await blobs.getText(helloHash), 'hello');
  const umlauts = await blobs.put('Grüße');
  assert.equal(umlauts.sizeBytes, 7);
  assert.equal(await openBlobStore(folder.path).getText(umlauts.hash), 'Grüße');
});

test('bytes come back as bytes', async () => {
  await using folder = await temporaryFolder();
  const blobs = openBlobStore(folder.path);
  const { hash } = await blobs.put(Uint8Array.of(0, 255, 13, 10));
  assert.deepEqual([...(await blobs.get(hash))], [0, 255, 13, 10]);
});

test('keeping the same text again writes no file and leaves no other', async () => {
  await using folder = await temporaryFolder();
  const blobs = openBlobStore(folder.path);
  await blobs.put('hello');
  const before = await stat(pathOf(folder.path, helloHash));
  await Promise.all([blobs.put('hello'), blobs.put('hello')]);
  assert.equal((await stat(pathOf(folder.path, helloHash))).ino, before.ino);
  assert.deepEqual(await readdir(join(folder.path, helloHash.slice(0, 2))), [helloHash.slice(2)]);
});

test('a damaged blob is refused, and healed by whoever has the content', async () => {
  await using folder = await temporaryFolder();
  const blobs = openBlobStore(folder.path);
  await blobs.put('hello');
  await writeFile(pathOf(folder.path, helloHash), 'jello');
  await assert.rejects(blobs.get(helloHash), { name: 'BlobDamagedError', message: /does not match its hash: delete/ });
  await blobs.put('hello');
  assert.equal(await blobs.getText(helloHash), 'hello');
});

test('a missing blob is an error that names the file and the remedy', async () => {
  await using folder = await temporaryFolder();
  const blobs = openBlobStore(folder.path);
  await assert.rejects(blobs.get(helloHash), { name: 'BlobMissingError', message: /f24dba.*--again/ });
  await blobs.put('hello');
  await rm(pathOf(folder.path, helloHash));
  await assert.rejects(blobs.get(helloHash), { name: 'BlobMissingError' });
});

test('a reference that is no hash reaches no file', async () => {
  await using folder = await temporaryFolder();
  await assert.rejects(openBlobStore(folder.path).get('../../etc/passwd'), { name: 'BlobMissingError' });
});

test('what a killed writer left behind is overwritten by the next one', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'out', 'a.json');
  await writeAtomically(path, 'first');
  await writeFile(join(folder.path, 'out', '.a.json.tmp'), 'half of a much longer text that nobody finished');
  await writeAtomically(path, 'second');
  assert.equal(await readFile(path, 'utf8'), 'second');
  assert.deepEqual(await readdir(join(folder.path, 'out')), ['a.json']);
});

test('writers of one file take turns, and the last one wins', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'a.txt');
  const texts = Array.from({ length: 20 }, (_, index) => `${index} `.repeat(10_000));
  await Promise.all(texts.map((text) => writeAtomically(path, text)));
  assert.equal(await readFile(path, 'utf8'), texts.at(-1));
  assert.deepEqual(await readdir(folder.path), ['a.txt']);
});

test('a writer that fails says so and holds up nobody', async () => {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, 'file'), '');
  await assert.rejects(writeAtomically(join(folder.path, 'file', 'a.txt'), 'x'), { code: /ENOTDIR|EEXIST/ });
  await writeAtomically(join(folder.path, 'b.txt'), 'x');
  assert.equal(await readFile(join(folder.path, 'b.txt'), 'utf8'), 'x');
});
