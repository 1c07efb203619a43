import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { type BlobStore, openBlobStore } from './blob-store.ts';
import { OutputFolderError, prepareOutputFolder, reviewOutputs } from './outputs.ts';
import { temporaryFolder } from './test/temporary-folder.ts';
import type { DocumentOutcome } from './workflows.ts';

const document = { path: '/in/a.txt', name: 'sub/a.txt', workflowId: 'a' };
const rejected = { status: 'failed', reason: 'for a reason', type: 'Error' } as const;

async function completed(blobs: BlobStore): Promise<DocumentOutcome> {
  const blob = await blobs.put('The summary.');
  const usage = { inputTokens: 1, outputTokens: 1 };
  const call = { text: blob, finishReason: 'stop', usage, modelId: 'm', processId: 'p' } as const;
  const finished = {
    docId: document.path,
    outputName: 'a.txt',
    fetched: { name: 'a.txt', original: blob },
    text: { text: blob, chars: 1, words: 1 },
    result: { summary: blob, call, cut: false },
  };
  return { status: 'completed', finished, files: { json: '', markdown: '' } };
}

async function folderWithOutputs() {
  const folder = await temporaryFolder();
  const blobs = openBlobStore(join(folder.path, 'blobs'));
  const output = join(folder.path, 'out');
  await reviewOutputs(blobs, output, document, await completed(blobs));
  return Object.assign(folder, { blobs, output, json: join(output, 'sub/a.txt.json') });
}

test('files that are missing are written under the name that the document has now', async () => {
  await using folder = await folderWithOutputs();
  assert.deepEqual((await readdir(join(folder.output, 'sub'))).sort(), ['a.txt.json', 'a.txt.md']);
  assert.equal(JSON.parse(await readFile(folder.json, 'utf8')).summary, 'The summary.');
});

test('files that are there are left as they are', async () => {
  await using folder = await folderWithOutputs();
  await writeFile(folder.json, 'mine');
  await reviewOutputs(folder.blobs, folder.output, document, await completed(folder.blobs));
  assert.equal(await readFile(folder.json, 'utf8'), 'mine');
});

test('a document that has no summary now loses the files of an earlier one, but no other document does', async () => {
  await using folder = await folderWithOutputs();
  await reviewOutputs(folder.blobs, folder.output, { ...document, path: '/elsewhere/a.txt' }, rejected);
  assert.equal((await readdir(join(folder.output, 'sub'))).length, 2);
  await reviewOutputs(folder.blobs, folder.output, document, rejected);
  assert.deepEqual(await readdir(join(folder.output, 'sub')), []);
  await reviewOutputs(folder.blobs, folder.output, document, rejected);
});

test('a file that is none of ours stays, whatever becomes of the document', async () => {
  await using folder = await folderWithOutputs();
  for (const content of ['mine', 'null', '{ "path": 7 }']) {
    await writeFile(folder.json, content);
    await reviewOutputs(folder.blobs, folder.output, document, rejected);
    assert.equal(await readFile(folder.json, 'utf8'), content);
  }
});

test('an output folder is made, and left empty', async () => {
  await using folder = await temporaryFolder();
  const output = join(folder.path, 'deep/out');
  await prepareOutputFolder(output);
  assert.deepEqual(await readdir(output), []);
});

test('an output folder that cannot be written is refused with what to do', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'file');
  await writeFile(file, '');
  const refused = (path: string, message: RegExp) =>
    assert.rejects(prepareOutputFolder(path), (e) => e instanceof OutputFolderError && message.test(e.message));
  await refused(file, /file cannot be written: it is a file, give a folder with --output/);
  await refused(join(file, 'out'), /out cannot be written: part of the path is a file, give a folder with --output/);
  if (process.platform !== 'linux') return;
  await refused('/proc/no/such', /such cannot be written: no folder can be made there, give another one with --output/);
});
