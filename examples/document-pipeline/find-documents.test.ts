import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { findDocuments, InputFolderError } from './find-documents.ts';
import { writeDocuments } from './test/short-documents.ts';
import { temporaryFolder } from './test/temporary-folder.ts';

async function namesIn(folder: string, isLeftOut?: (path: string) => boolean): Promise<string[]> {
  return (await findDocuments(folder, isLeftOut)).map(({ name }) => name);
}

async function idIn(folder: string): Promise<string | undefined> {
  return (await findDocuments(folder))[0]?.workflowId;
}

test('files are found in all folders below, in the order of their names, but for hidden ones', async () => {
  await using folder = await temporaryFolder();
  await writeDocuments(folder.path, {
    'b.txt': 'b',
    'a/z.md': 'z',
    'a/.hidden': 'h',
    '.git/config': 'c',
    'a.pdf': 'a',
  });
  assert.deepEqual(await namesIn(folder.path), ['a.pdf', 'a/z.md', 'b.txt']);
});

test('what is left out is not looked into', async () => {
  await using folder = await temporaryFolder();
  await writeDocuments(folder.path, { 'a.txt': 'a', 'out/a.txt.md': 'summary', 'demo.db': 'db' });
  const leftOut = ['out', 'demo.db'].map((name) => join(folder.path, name));
  assert.deepEqual(await namesIn(folder.path, (path) => leftOut.includes(path)), ['a.txt']);
});

test('the same file is the same work, whatever its date; a changed, moved or copied one is not', async () => {
  await using folder = await temporaryFolder();
  const [first, second] = [join(folder.path, 'first'), join(folder.path, 'second')];
  await writeDocuments(first, { 'a.txt': 'text' });
  const id = await idIn(first);
  assert.match(id ?? '', /^a\.txt:[\da-f]{16}$/);
  await utimes(join(first, 'a.txt'), 0, 0);
  assert.equal(await idIn(first), id);
  await writeDocuments(first, { 'a.txt': 'other text' });
  assert.notEqual(await idIn(first), id);
  await writeDocuments(second, { 'a.txt': 'text' });
  assert.notEqual(await idIn(second), id);
});

test('links to files are documents, also broken ones; sockets and links to folders are not', async () => {
  await using folder = await temporaryFolder();
  await writeDocuments(folder.path, { 'in/a.txt': 'a', 'elsewhere/b.txt': 'b' });
  const place = join(folder.path, 'in');
  await symlink('../elsewhere/b.txt', join(place, 'link.txt'));
  await symlink('../elsewhere', join(place, 'folder'));
  await symlink('nowhere', join(place, 'broken.txt'));
  const socket = createServer().listen(join(place, 'socket.txt'));
  await once(socket, 'listening');
  assert.deepEqual(await namesIn(place), ['a.txt', 'broken.txt', 'link.txt']);
  socket.close();
});

test('a folder that cannot be read is named, with what to do', async () => {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, 'a.txt'), 'a');
  const refused = (path: string, message: RegExp) =>
    assert.rejects(findDocuments(path), (error) => error instanceof InputFolderError && message.test(error.message));
  await refused(join(folder.path, 'none'), /none does not exist: give the folder of the documents with --input/);
  await refused(join(folder.path, 'a.txt'), /a\.txt is not a folder: give the folder in which the document is/);
});

test('an empty folder has no documents', async () => {
  await using folder = await temporaryFolder();
  await mkdir(join(folder.path, 'sub'));
  assert.deepEqual(await findDocuments(folder.path), []);
});
