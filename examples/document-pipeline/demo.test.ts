// The command as its users give it: arguments in, lines and an exit code out.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type DemoSettings, reportOf, runDemo, startDemo, watch } from './test/demo-process.ts';
import { type ModelServer, startModelServer } from './test/model-server.ts';
import { textOf, writeDocuments } from './test/short-documents.ts';
import { temporaryFolder } from './test/temporary-folder.ts';

const DOCUMENTS = { 'a.txt': textOf(40, 'harbour'), 'b.md': textOf(40, 'ferry'), 'empty.txt': '' };

/** A folder with documents, in which the command is given. */
async function folderWith(documents: Readonly<Record<string, string>> = DOCUMENTS) {
  const folder = await temporaryFolder();
  await writeDocuments(join(folder.path, 'in'), documents);
  const settings = (server?: ModelServer): DemoSettings => ({
    cwd: folder.path,
    env: server === undefined ? {} : { OPENAI_BASE_URL: server.baseUrl },
  });
  return Object.assign(folder, { settings });
}

test('without a terminal everything is approved, and the report says what it cost', async () => {
  await using folder = await folderWith();
  const { code, stdout, stderr } = await runDemo(['--input', 'in', '--reject', 'b'], folder.settings());
  assert.equal(code, 0);
  assert.equal(stderr, '');
  assert.match(
    stdout,
    /^3 documents in .*in, summarised by local:lexrank\nwhat survives a crash is in .*document-pipeline\.db\n/,
  );
  assert.match(stdout, /^completed a\.txt$/m);
  assert.match(stdout, /^3 documents: 1 completed, 1 rejected, 1 failed, in \d+\.\d s$/m);
  assert.match(stdout, /^ {2}failed: empty\.txt: empty\.txt is empty: it has no bytes at all$/m);
  assert.match(stdout, /^model calls: 2 made now, 0 answered from history$/m);
  assert.deepEqual((await readdir(join(folder.path, 'out'))).sort(), ['a.txt.json', 'a.txt.md']);
});

test('with --json the report is all there is on standard output, also of a finished folder', async () => {
  await using folder = await folderWith();
  await using server = await startModelServer();
  const args = ['--json', '--input', 'in', '--output', 'summaries', '--db', 'work.db', '--model', 'small'];
  const first = await runDemo(args, folder.settings(server));
  assert.equal(first.code, 0, first.stderr);
  const { wallMs, ...report } = reportOf(first);
  const words = server.requests.map(({ prompt }) => prompt.split(/\s+/).length).reduce((sum, count) => sum + count, 0);
  assert.deepEqual(report, {
    documents: 3,
    completed: 2,
    rejected: 0,
    failed: 1,
    modelCalls: 2,
    modelCallsFromHistory: 0,
    modelCallsUnknown: 0,
    inputTokens: words,
    outputTokens: 12,
  });
  assert.ok((wallMs ?? 0) > 0);
  assert.deepEqual(new Set(server.requests.map(({ model }) => model)), new Set(['small']));
  const second = await runDemo(args, folder.settings(server));
  const again = reportOf(second);
  assert.deepEqual(
    [second.code, again.completed, again.modelCalls, again.modelCallsFromHistory, again.inputTokens],
    [0, 2, 0, 2, 0],
  );
  assert.equal(server.requests.length, 2);
});

test('the files have what the model said', async () => {
  await using folder = await folderWith({ 'a.txt': DOCUMENTS['a.txt'] });
  await using server = await startModelServer();
  await runDemo(['--input', 'in'], folder.settings(server));
  const saved = JSON.parse(await readFile(join(folder.path, 'out', 'a.txt.json'), 'utf8'));
  assert.equal(saved.summary, 'The document a.txt is about itself.');
  assert.equal(saved.path, join(folder.path, 'in', 'a.txt'));
  assert.match(await readFile(join(folder.path, 'out', 'a.txt.md'), 'utf8'), /^# a\.txt\n\nThe document a\.txt is/);
});

test('wrong arguments end with 2 and what is wrong with them', async () => {
  await using folder = await folderWith();
  const refused = async (args: readonly string[], message: RegExp, env: Readonly<Record<string, string>> = {}) => {
    const { code, stdout, stderr } = await runDemo(args, { cwd: folder.path, env });
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, message);
  };
  await Promise.all([
    refused(['--quick'], /^demo: Unknown option '--quick'[\s\S]*usage: npm run demo/),
    refused(['--input', 'none'], /^demo: .*none does not exist/),
    refused(['--input', 'in', '--reject', 'c.txt', '--json'], /^demo: --reject c\.txt: there is no such document in/),
    refused(['--input', 'in', '--model', 'gpt'], /^demo: --model gpt needs an endpoint/),
    refused(['--input', 'in', '--json', '--output', 'in/a.txt'], /demo: .*a\.txt cannot be written: it is a file/),
    refused(['--input', 'in'], /^demo: OPENAI_BASE_URL is no http\(s\) URL/, { OPENAI_BASE_URL: 'here' }),
  ]);
  assert.equal((await runDemo(['--help'])).code, 0);
});

test('what lies in the input folder because of the command itself is no document', async () => {
  await using folder = await folderWith({ 'a.txt': DOCUMENTS['a.txt'] });
  const args = ['--input', 'in', '--output', 'in/out', '--db', 'in/work.db', '--json'];
  assert.equal(reportOf(await runDemo(args, folder.settings())).documents, 1);
  assert.equal(reportOf(await runDemo(args, folder.settings())).documents, 1);
});

test('a database that another process has open is left alone, and the message names that process', async () => {
  await using folder = await folderWith();
  const { promise: never } = Promise.withResolvers<void>();
  await using server = await startModelServer(() => ({ kind: 'answer', until: never }));
  const first = startDemo(['--input', 'in'], folder.settings(server));
  await first.line(/empty/);
  const { code, stderr } = await runDemo(['--input', 'in'], folder.settings(server));
  assert.equal(code, 1);
  assert.match(
    stderr,
    new RegExp(`document-pipeline\\.db is in use by process ${first.child.pid} .*: close that process`),
  );
  first.child.kill('SIGKILL');
  await first.ended;
});

test('stopped by a signal, it waits for the answers that are on their way, and says how to go on', async () => {
  await using folder = await folderWith({ 'a.txt': DOCUMENTS['a.txt'], 'b.md': DOCUMENTS['b.md'] });
  const [bothSent, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  await using server = await startModelServer(({ nth }) => {
    if (nth === 2) bothSent.resolve();
    return { kind: 'answer', until: goOn.promise };
  });
  const stopped = startDemo(['--input', 'in'], folder.settings(server));
  await bothSent.promise;
  stopped.child.kill('SIGINT');
  await stopped.line(/^stopping; answers of the model that are on their way are waited for/);
  goOn.resolve();
  const { code, stdout } = await stopped.ended;
  assert.equal(code, 1);
  assert.match(stdout, /^model calls: 2 made now/m);
  assert.match(stdout, /^not every document reached an end: run the same command again to go on$/m);
  const rest = await runDemo(['--input', 'in', '--json'], folder.settings(server));
  const { completed, modelCalls, modelCallsFromHistory, modelCallsUnknown } = reportOf(rest);
  assert.deepEqual([rest.code, completed, modelCalls, modelCallsFromHistory, modelCallsUnknown], [0, 2, 0, 2, 0]);
});

test('--crash kills the process midway and shows that nothing is paid for twice', async () => {
  await using folder = await folderWith({
    'a.txt': DOCUMENTS['a.txt'],
    'b.md': DOCUMENTS['b.md'],
    'c.txt': textOf(40, 'light'),
    'd.txt': textOf(40, 'school'),
  });
  await using server = await startModelServer();
  const { code, stdout } = await runDemo(['--crash', '--input', 'in'], folder.settings(server));
  assert.equal(code, 0, stdout);
  assert.match(stdout, /^2 of 4 documents have been through the model: kill -9 \d+$/m);
  assert.match(stdout, /^killed with SIGKILL\. The same command again:$/m);
  const [, now, history, unknown = '0'] =
    /^model calls: (\d+) made now, (\d+) answered from history(?:, (\d+) in flight)?/m.exec(stdout) ?? [];
  assert.equal(Number(now) + Number(history), 4);
  assert.ok(Number(history) >= 2);
  assert.ok(server.requests.length <= 4 + Number(unknown));
  const again = await runDemo(['--crash', '--json', '--input', 'in'], folder.settings(server));
  assert.equal(reportOf(again).modelCalls, 0);
  assert.match(again.stderr, /nothing was left to do, and so nothing to be killed at: begin anew with --again --crash/);
});

test('killing npm ends the command, which would otherwise keep the database', async () => {
  await using folder = await folderWith();
  const { promise: never } = Promise.withResolvers<void>();
  await using server = await startModelServer(() => ({ kind: 'answer', until: never }));
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  const shell = `"${process.execPath}" "${main}" --input in --output out --db work.db; true`;
  // npm, the shell that it starts, and in that the command. Who is above the shell is known on Linux only.
  const npm = spawn('sh', ['-c', process.platform === 'linux' ? `sh -c '${shell}'; true` : shell], {
    cwd: folder.path,
    env: { ...process.env, npm_lifecycle_event: 'demo', INIT_CWD: folder.path, OPENAI_BASE_URL: server.baseUrl },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const command = watch(npm);
  await command.line(/empty/);
  npm.kill('SIGKILL');
  // All that wrote into the pipe is gone.
  await command.ended;
  await using free = await startModelServer();
  const rest = await runDemo(['--input', 'in', '--db', 'work.db', '--json'], folder.settings(free));
  assert.equal(reportOf(rest).completed, 2);
});
