// The part of the store suite that is about lists: order, claims, counts, and paging while rows change.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { change, commitOf, creation, disposable, keyOf, type OpenStore } from './fixture.ts';
import { type RunClaim, type RunKey, type RunMarks, type RunStatus, type Store, UnknownCursor } from './store.ts';

export function listSuite(open: OpenStore): void {
  orderTests(open);
  claimTests(open);
  pagingTests(open);
}

interface Listed {
  readonly id: string;
  readonly startMs: number;
  readonly type?: string;
  readonly status?: RunStatus;
  readonly closeMs?: number;
}

function written({ id, startMs, type = 'Order', status = 'RUNNING', closeMs }: Listed) {
  return creation(keyOf(id), {
    birth: { workflowType: type, startTimeMs: startMs },
    marks: { status, closeTimeMs: closeMs },
  });
}

function closing(key: RunKey, readAtVersion: number, status: RunStatus, closeTimeMs: number) {
  const marks: Partial<RunMarks> = { status, closeTimeMs };
  return change(key, readAtVersion, { marks });
}

async function idsOf(store: Store, claims: readonly RunClaim[] = [], pageSize = 100): Promise<readonly string[]> {
  return (await pagesOf(store, claims, pageSize)).flat();
}

async function pagesOf(store: Store, claims: readonly RunClaim[], pageSize: number): Promise<readonly string[][]> {
  const pages: string[][] = [];
  let after: string | undefined;
  do {
    const page = await store.listRuns({ namespace: 'default', claims, pageSize, after });
    pages.push(page.runs.map(({ key }) => key.workflowId));
    after = page.next;
  } while (after !== undefined);
  return pages;
}

const mixed: readonly Listed[] = [
  { id: 'open-early', startMs: 10 },
  { id: 'failed', startMs: 50, status: 'FAILED', closeMs: 70 },
  { id: 'open-late', startMs: 40, type: 'Refund' },
  { id: 'paused', startMs: 20, status: 'PAUSED' },
  { id: 'completed-first', startMs: 1, status: 'COMPLETED', closeMs: 60 },
  { id: 'completed-last', startMs: 2, status: 'COMPLETED', closeMs: 80, type: 'Refund' },
  { id: 'open-early-twin', startMs: 10 },
  { id: 'failed-twin', startMs: 51, status: 'TERMINATED', closeMs: 70 },
];
const inOrder = [
  'open-late',
  'paused',
  'open-early-twin',
  'open-early',
  'completed-last',
  'failed-twin',
  'failed',
  'completed-first',
];

function orderTests(open: OpenStore): void {
  test('lists show open runs first, newest start first, then closed runs, newest close first', async () => {
    await using store = disposable(await open());
    assert.deepEqual(await store.listRuns({ namespace: 'default', claims: [], pageSize: 5 }), { runs: [] });
    await store.commit(commitOf(...mixed.map(written)));
    assert.deepEqual(await idsOf(store), inOrder);

    await store.commit(commitOf(closing(keyOf('open-late'), 1, 'CANCELED', 75)));
    const [late, ...others] = inOrder;
    assert.deepEqual(await idsOf(store), [...others.slice(0, 4), late, ...others.slice(4)]);
  });

  test('a list shows what each run is and when it next does something, in its own namespace alone', async () => {
    await using store = disposable(await open());
    const birth = {
      workflowType: 'Order',
      taskQueue: 'orders',
      startTimeMs: 1_000,
      executionTimeMs: 4_000,
      memo: new Uint8Array([1, 2]),
    };
    const marks: RunMarks = {
      status: 'TIMED_OUT',
      closeTimeMs: 9_000,
      historyLength: 0,
      historySizeBytes: 700,
      dueAtMs: 11_000,
      readyAtMs: 12_000,
      attendedBy: 'me',
    };
    const [full, bare] = [keyOf('w', 'a', 'full'), keyOf('w', 'a', 'bare')];
    await store.commit(commitOf(creation(full, { birth, marks }), creation(bare)));
    const [shown, ...rest] = (await store.listRuns({ namespace: 'full', claims: [], pageSize: 5 })).runs;
    assert.deepEqual(rest, []);
    assert.deepEqual({ ...shown, memo: new Uint8Array(shown?.memo ?? []) }, { ...birth, ...marks, key: full });

    const [plainOne] = (await store.listRuns({ namespace: 'bare', claims: [], pageSize: 5 })).runs;
    assert.equal(plainOne?.closeTimeMs ?? plainOne?.memo ?? plainOne?.dueAtMs ?? plainOne?.readyAtMs, undefined);
    assert.equal(await store.countRuns('bare', []), 1);
    assert.equal(await store.countRuns('unknown', []), 0);
    assert.deepEqual((await store.listRuns({ namespace: 'unknown', claims: [], pageSize: 5 })).runs, []);
  });
}

function claimTests(open: OpenStore): void {
  test('a filter shows the runs that all of its claims are true of, and the count agrees', async () => {
    await using store = disposable(await open());
    await store.commit(commitOf(...mixed.map(written)));
    const claim = (field: RunClaim['field'], equals: string): RunClaim => ({ field, equals });
    const completed = claim('ExecutionStatus', 'COMPLETED');
    const refund = claim('WorkflowType', 'Refund');
    const cases: readonly (readonly [readonly RunClaim[], readonly string[]])[] = [
      [[claim('ExecutionStatus', 'RUNNING')], ['open-late', 'open-early-twin', 'open-early']],
      [[completed], ['completed-last', 'completed-first']],
      [[claim('ExecutionStatus', 'PAUSED')], ['paused']],
      [[claim('ExecutionStatus', 'CANCELED')], []],
      [[claim('ExecutionStatus', 'toString')], []],
      [[refund], ['open-late', 'completed-last']],
      [[claim('WorkflowType', 'unknown')], []],
      [[claim('WorkflowId', 'failed')], ['failed']],
      [[claim('WorkflowId', 'unknown')], []],
      [[completed, refund], ['completed-last']],
      [
        [completed, completed],
        ['completed-last', 'completed-first'],
      ],
      [[completed, claim('ExecutionStatus', 'RUNNING')], []],
      [[refund, claim('WorkflowId', 'open-late'), claim('ExecutionStatus', 'RUNNING')], ['open-late']],
      [[refund, claim('WorkflowId', 'open-early')], []],
    ];
    for (const [claims, ids] of cases) {
      assert.deepEqual(await idsOf(store, claims), ids, JSON.stringify(claims));
      assert.deepEqual(await idsOf(store, claims, 1), ids, JSON.stringify(claims));
      assert.equal(await store.countRuns('default', claims), ids.length);
    }
  });

  test('the runs of one workflow id are listed in the order of all lists, page by page', async () => {
    await using store = disposable(await open());
    const runs = Array.from({ length: 7 }, (_, at) => keyOf('w', `run-${at}`));
    for (const [at, key] of runs.entries()) {
      const closed: Partial<RunMarks> = { status: 'CONTINUED_AS_NEW', closeTimeMs: 100 - at };
      await store.commit(commitOf(creation(key, at === 3 ? {} : { marks: closed }), creation(keyOf(`other-${at}`))));
    }
    const shown: string[] = [];
    let after: string | undefined;
    do {
      const claims: readonly RunClaim[] = [{ field: 'WorkflowId', equals: 'w' }];
      const page = await store.listRuns({ namespace: 'default', claims, pageSize: 2, after });
      shown.push(...page.runs.map(({ key }) => key.runId));
      after = page.next;
    } while (after !== undefined);
    assert.deepEqual(shown, ['run-3', 'run-0', 'run-1', 'run-2', 'run-4', 'run-5', 'run-6']);
  });
}

function pagingTests(open: OpenStore): void {
  test('pages of any size show each run once, also where their times are equal', async () => {
    await using store = disposable(await open());
    const runs = Array.from({ length: 40 }, (_, at): Listed => {
      const open = { id: `w${at}`, startMs: Math.floor(at / 10) };
      return at % 3 === 0 ? { ...open, status: at % 2 ? 'FAILED' : 'COMPLETED', closeMs: Math.floor(at / 20) } : open;
    });
    await store.commit(commitOf(...runs.map(written)));
    const whole = await idsOf(store);
    assert.equal(new Set(whole).size, 40);
    for (const pageSize of [1, 2, 3, 7, 13, 26, 27, 39, 40]) {
      const pages = await pagesOf(store, [], pageSize);
      assert.deepEqual(pages.flat(), whole);
      assert.equal(pages.length, Math.ceil(40 / pageSize));
    }
  });

  test('no run is missed when runs start and close between two pages', async () => {
    await using store = disposable(await open());
    const runs = Array.from({ length: 30 }, (_, at): Listed => ({ id: `w${at}`, startMs: at }));
    await store.commit(commitOf(...runs.map(written)));
    const seen = new Set<string>();
    let after: string | undefined;
    let turn = 0;
    do {
      const page = await store.listRuns({ namespace: 'default', claims: [], pageSize: 4, after });
      for (const { key } of page.runs) seen.add(key.workflowId);
      after = page.next;
      // One that was shown closes, one that was not shown yet closes, and a new one starts.
      const [shown, hidden] = [keyOf(`w${29 - turn * 4}`), keyOf(`w${turn}`)];
      if (turn < 3) {
        const started = written({ id: `new${turn}`, startMs: 100 });
        await store.commit(
          commitOf(closing(shown, 1, 'COMPLETED', 200), closing(hidden, 1, 'FAILED', 200 + turn), started),
        );
      }
      turn++;
    } while (after !== undefined);
    for (const { id } of runs) assert.ok(seen.has(id), `${id} was missed`);
  });

  test('a cursor that no page gave is refused by name', async () => {
    await using store = disposable(await open());
    for (const after of ['', 'nonsense', 'open.1', '1.2', 'open.-1.2']) {
      const page = store.listRuns({ namespace: 'default', claims: [], pageSize: 4, after });
      await assert.rejects(page, (error: Error) => error instanceof UnknownCursor && /first page/.test(error.message));
    }
  });
}
