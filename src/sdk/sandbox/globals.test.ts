import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { WorkflowRunner } from './runner.ts';
import { HistoryBuilder, value } from './testing/history-builder.ts';
import { completed, only, startSandbox } from './testing/sandbox.ts';

let runner: WorkflowRunner;
before(async () => {
  runner = await startSandbox('globals');
});
after(() => runner.close());

async function check(what: string): Promise<unknown> {
  const outcome = await completed(runner, new HistoryBuilder({ workflowType: 'check', args: [what] }).task().poll());
  return value(only(outcome, 'CompleteWorkflowExecution').result);
}

test('Date is the clock of the workflow and otherwise itself', async () => {
  const utc = Date.UTC(2020, 1, 1);
  assert.deepEqual(await check('date'), [true, true, true, true, 'string', utc, 5, '[object Date]', true]);
});

test('Intl formats the time of the workflow where it is given none', async () => {
  const [same, parts, epoch] = (await check('intl')) as unknown[];
  assert.deepEqual([same, parts], [true, true]);
  assert.match(String(epoch), /1\/1\/70/);
});

test('text is encoded and decoded as Node does it', async () => {
  const text = 'grüß €😀';
  assert.deepEqual(await check('text'), [
    true,
    [...new TextEncoder().encode(text).slice(0, 4)],
    text,
    new TextEncoder().encodeInto('aü€😀', new Uint8Array(6)),
    '\ufffd',
    btoa('hällo'),
    'hällo',
    'a',
  ]);
  assert.deepEqual(await check('textErrors'), [
    ['TypeError', true],
    ['RangeError', true],
    ['InvalidCharacterError', true],
    ['InvalidCharacterError', true],
  ]);
});

test("URL and its parameters are what Node makes of them, and its errors are the workflow's", async () => {
  const url = new URL('../b?x=1&y=a+b#top', 'https://user:pw@example.org:8080/a/c');
  const before = [
    url.href,
    url.origin,
    url.host,
    url.hostname,
    url.port,
    url.pathname,
    url.search,
    url.hash,
    url.username,
  ];
  url.searchParams.append('z', 'ü &');
  url.pathname = '/new path';
  url.hash = '';
  const after = [url.href, [...url.searchParams], JSON.stringify(url), true];
  assert.deepEqual(await check('url'), [before, after, '2', true, false, 'a:b']);
  const encoded = new URLSearchParams('?x=%zz&y').toString();
  assert.deepEqual(await check('params'), ['a=3&b=4', ['3'], true, 2, encoded]);
});

test('structuredClone copies what it can and refuses what it cannot', async () => {
  assert.deepEqual(await check('clone'), [true, true, 'gi', [1, 2], 3, false, ['bad', 7], 'DataCloneError']);
});

test('AbortController, signals and events work without a host', async () => {
  assert.deepEqual(await check('abort'), [['on', 'abort', 'ping'], true, true, 'AbortError', 'x']);
});

test('Headers join values and know no case', async () => {
  const headers = new Headers({ 'Content-Type': 'text/plain', b: '2' });
  headers.append('B', '3');
  assert.deepEqual(await check('headers'), [
    [...headers, ['set-cookie', 'a=1, b=2']],
    'text/plain',
    ['a=1', 'b=2'],
    false,
    '2, 3',
  ]);
});

test('queueMicrotask runs what it is given before the workflow waits', async () => {
  assert.deepEqual(await check('scheduling'), ['now', 'microtask']);
});
