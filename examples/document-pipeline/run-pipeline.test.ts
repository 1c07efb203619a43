import assert from 'node:assert/strict';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { open, openReader } from 'perdure';
import { makeEncryptedPdf, makePdf } from './test/document-files.ts';
import { answer, type Reply, startModelServer } from './test/model-server.ts';
import { runIn } from './test/pipeline-run.ts';
import { textOf, writeDocuments } from './test/short-documents.ts';
import { temporaryFolder } from './test/temporary-folder.ts';

const TWO = { 'a.txt': textOf(40, 'harbour'), 'b.md': textOf(40, 'ferry') };

async function folderWith(documents: Readonly<Record<string, string | Uint8Array>>) {
  const folder = await temporaryFolder();
  await writeDocuments(join(folder.path, 'in'), documents);
  return folder;
}

async function summaryIn(folder: string, name: string): Promise<string> {
  return JSON.parse(await readFile(join(folder, 'out', `${name}.json`), 'utf8')).summary;
}

async function outputsIn(folder: string): Promise<string[]> {
  const names = await readdir(join(folder, 'out'), { recursive: true });
  return names.filter((name) => /\.(json|md)$/.test(name)).sort();
}

test('a person is asked about each summary, one after another, and what they say is done', async () => {
  await using folder = await folderWith({ ...TWO, 'c.txt': textOf(40, 'light'), 'sub/d.txt': textOf(40, 'school') });
  const asked: string[] = [];
  const ask = async ({ name }: { readonly name: string }) => {
    asked.push(name);
    return name !== 'b.md';
  };
  const { ends } = await runIn(folder.path, { ask, args: ['--reject', 'd.txt'] });
  assert.deepEqual(asked.toSorted(), ['a.txt', 'b.md', 'c.txt']);
  assert.deepEqual(ends, { 'a.txt': 'completed', 'b.md': 'rejected', 'c.txt': 'completed', 'sub/d.txt': 'rejected' });
  assert.deepEqual(await outputsIn(folder.path), ['a.txt.json', 'a.txt.md', 'c.txt.json', 'c.txt.md']);
});

test('a question that was left open is asked by the next process, and costs no further call', async () => {
  await using folder = await folderWith({ 'a.txt': TWO['a.txt'] });
  const stop = new AbortController();
  const leave = async () => {
    stop.abort();
    throw new Error('left');
  };
  const first = await runIn(folder.path, { ask: leave, signal: stop.signal });
  assert.deepEqual([first.ends, first.calls.sent], [{}, 1]);
  const second = await runIn(folder.path, { ask: async () => true });
  assert.deepEqual([second.ends, second.calls.sent], [{ 'a.txt': 'completed' }, 0]);
});

test('what cannot be read fails with its own reason, and the others go on', async () => {
  await using folder = await folderWith({
    'broken.pdf': 'no pdf',
    'empty.txt': '',
    'encrypted.pdf': makeEncryptedPdf(),
    'good.pdf': await makePdf([[textOf(20)]]),
    'picture.png': 'pixels',
  });
  const { ended } = await runIn(folder.path);
  const reasons = ended.map(({ name, outcome }) => [
    name,
    outcome.status === 'failed' ? outcome.reason : outcome.status,
  ]);
  assert.deepEqual(Object.fromEntries(reasons), {
    'broken.pdf': 'broken.pdf is no PDF file: check what was saved under this name',
    'empty.txt': 'empty.txt is empty: it has no bytes at all',
    'encrypted.pdf': 'encrypted.pdf asks for a password: save a copy without one',
    'good.pdf': 'completed',
    'picture.png':
      'picture.png cannot be read: .png is no known format, convert it to one of .txt .md .html .htm .pdf .docx',
  });
});

test('a finished folder is read from history: no call, no worker, the same ends', async () => {
  await using folder = await folderWith({ ...TWO, 'empty.txt': '' });
  const first = await runIn(folder.path);
  const written = await stat(join(folder.path, 'out', 'a.txt.json'));
  await using server = await startModelServer();
  const second = await runIn(folder.path, { baseUrl: server.baseUrl });
  assert.deepEqual(second.ends, first.ends);
  assert.deepEqual([second.calls.sent, server.requests.length], [0, 0]);
  assert.equal((await stat(join(folder.path, 'out', 'a.txt.json'))).mtimeMs, written.mtimeMs);
});

test('outputs that were deleted are written again without a call, and those that were edited stay as they are', async () => {
  await using folder = await folderWith(TWO);
  await runIn(folder.path);
  const before = await readFile(join(folder.path, 'out', 'a.txt.md'), 'utf8');
  await rm(join(folder.path, 'out', 'a.txt.md'));
  await writeFile(join(folder.path, 'out', 'b.md.md'), 'My own words.');
  const { calls, troubles } = await runIn(folder.path);
  assert.deepEqual([calls.sent, troubles], [0, []]);
  assert.equal(await readFile(join(folder.path, 'out', 'a.txt.md'), 'utf8'), before);
  assert.equal(await readFile(join(folder.path, 'out', 'b.md.md'), 'utf8'), 'My own words.');
  await rm(join(folder.path, 'demo.db.files'), { recursive: true });
  await rm(join(folder.path, 'out'), { recursive: true });
  const gone = await runIn(folder.path);
  assert.match(gone.troubles[0] ?? '', /^a\.txt: .* is missing: restore the folder that belongs to the database/);
});

test('an output folder that cannot be one is refused once, not for each document, also by a finished folder', async () => {
  await using folder = await folderWith(TWO);
  await runIn(folder.path);
  await rm(join(folder.path, 'out'), { recursive: true });
  await writeFile(join(folder.path, 'out'), '');
  await assert.rejects(runIn(folder.path), { name: 'OutputFolderError', message: /it is a file/ });
});

test('--again begins anew, and takes away what was saved of a summary that is rejected now', async () => {
  await using folder = await folderWith(TWO);
  await runIn(folder.path);
  const anew = await runIn(folder.path, { args: ['--again', '--reject', 'b.md'] });
  assert.deepEqual(anew.ends, { 'a.txt': 'completed', 'b.md': 'rejected' });
  assert.equal(anew.calls.sent, 2);
  assert.deepEqual(await outputsIn(folder.path), ['a.txt.json', 'a.txt.md']);
});

test('--again that was stopped goes on with what it began', async () => {
  await using folder = await folderWith(TWO);
  await runIn(folder.path);
  const stop = new AbortController();
  const ask = async ({ name }: { readonly name: string }) => {
    if (name === 'a.txt') return true;
    stop.abort();
    throw new Error('left');
  };
  const stopped = await runIn(folder.path, { args: ['--again'], ask, signal: stop.signal });
  const unfinished = 2 - Object.keys(stopped.ends).length;
  assert.ok(unfinished > 0);
  const rest = await runIn(folder.path, { args: ['--again', '--yes'] });
  assert.deepEqual(rest.ends, { 'a.txt': 'completed', 'b.md': 'completed' });
  assert.equal(stopped.calls.sent + rest.calls.sent, 2);
});

test('a changed file is a new document, and what was under way for the old one is stopped', async () => {
  await using folder = await folderWith(TWO);
  await using server = await startModelServer();
  const stop = new AbortController();
  const leave = async () => {
    stop.abort();
    throw new Error('left');
  };
  await runIn(folder.path, { ask: leave, signal: stop.signal, baseUrl: server.baseUrl });
  await writeFile(join(folder.path, 'in', 'a.txt'), 'Quite another text stands here now.');
  await rm(join(folder.path, 'in', 'b.md'));
  const { ends } = await runIn(folder.path, { baseUrl: server.baseUrl });
  assert.deepEqual(ends, { 'a.txt': 'completed' });
  assert.ok(server.requests.at(-1)?.prompt.includes('Quite another text'));
  await using reader = await openReader(join(folder.path, 'demo.db'));
  const runs = await Array.fromAsync(reader.client.workflow.list());
  assert.deepEqual(runs.map(({ status }) => status.name).toSorted(), ['COMPLETED', 'TERMINATED', 'TERMINATED']);
  assert.deepEqual(await outputsIn(folder.path), ['a.txt.json', 'a.txt.md']);
});

test('a document that was ended from outside is begun again by the next command', async () => {
  await using folder = await folderWith({ 'a.txt': TWO['a.txt'] });
  const stop = new AbortController();
  const ask = async () => {
    stop.abort();
    throw new Error('left');
  };
  await runIn(folder.path, { ask, signal: stop.signal });
  {
    await using app = await open({ database: join(folder.path, 'demo.db') });
    const [one] = await Array.fromAsync(app.client.workflow.list());
    await app.client.workflow.getHandle(one?.workflowId ?? '').terminate('by hand');
  }
  assert.deepEqual((await runIn(folder.path)).ends, { 'a.txt': 'completed' });
});

test('a folder leaves the documents of another one in the same database alone', async () => {
  await using folder = await folderWith({ 'one/a.txt': TWO['a.txt'], 'two/a.txt': TWO['b.md'] });
  const stop = new AbortController();
  const ask = async () => {
    stop.abort();
    throw new Error('left');
  };
  await runIn(folder.path, { ask, signal: stop.signal, args: ['--input', 'in/one'] });
  const two = await runIn(folder.path, { args: ['--input', 'in/two'] });
  assert.deepEqual(two.ends, { 'a.txt': 'completed' });
  assert.match(await summaryIn(folder.path, 'a.txt'), /ferry/);
  await using reader = await openReader(join(folder.path, 'demo.db'));
  const open_ = await Array.fromAsync(reader.client.workflow.list({ query: "ExecutionStatus = 'Running'" }));
  assert.equal(open_.length, 1);
});

test('of long documents two are summarised at once, while short ones go on', async () => {
  const long = textOf(5_100);
  await using folder = await folderWith({
    'long-1.txt': `${long} 1`,
    'long-2.txt': `${long} 2`,
    'long-3.txt': `${long} 3`,
    'long-4.txt': `${long} 4`,
    'short-1.txt': TWO['a.txt'],
    'short-2.txt': TWO['b.md'],
  });
  const secondLong = Promise.withResolvers<void>();
  const bothShort = Promise.withResolvers<void>();
  let [underWay, most, arrived, short] = [0, 0, 0, 0];
  await using server = await startModelServer(({ document }): Reply => {
    if (document.startsWith('short')) {
      short += 1;
      if (short === 2) bothShort.resolve();
      return answer;
    }
    arrived += 1;
    underWay += 1;
    most = Math.max(most, underWay);
    if (arrived === 2) secondLong.resolve();
    // The first two wait for each other and for the short documents, which are read after all long ones.
    const until = Promise.all([secondLong.promise, bothShort.promise]).then(() => {
      underWay -= 1;
    });
    return { kind: 'answer', until };
  });
  const { ends } = await runIn(folder.path, { baseUrl: server.baseUrl });
  assert.deepEqual(new Set(Object.values(ends)), new Set(['completed']));
  assert.equal(most, 2);
});

test('histories stay small, however large the documents are', async () => {
  await using folder = await folderWith({ 'large.txt': textOf(60_000) });
  const { ends } = await runIn(folder.path);
  assert.deepEqual(ends, { 'large.txt': 'completed' });
  await using reader = await openReader(join(folder.path, 'demo.db'));
  const [one] = await Array.fromAsync(reader.client.workflow.list());
  assert.ok((one?.historySize ?? 0) > 0 && (one?.historySize ?? 0) < 10_000, `${one?.historySize} bytes`);
});
