import assert from 'node:assert/strict';
import { test } from 'node:test';
import { change, creation, disposable, eventsFrom, keyOf, plain, seededBelow } from '../fixture.ts';
import { openMemoryStore } from '../memory.ts';
import type { Commit, CurrentRunMove, RunClaim, RunKey, RunStatus, RunWrite, Store } from '../store.ts';
import { temporaryFolder } from './folder.ts';
import { openSqliteStore } from './sqlite.ts';

type Dice = ReturnType<typeof seededBelow>;

const statuses: readonly RunStatus[] = [
  'RUNNING',
  'RUNNING',
  'RUNNING',
  'PAUSED',
  'COMPLETED',
  'FAILED',
  'CONTINUED_AS_NEW',
];
const closedFrom = 4;

/** What the test believes of a run: wrong now and then, on purpose. */
interface Believed {
  readonly key: RunKey;
  version: number;
  historyLength: number;
}

function someWrite(below: Dice, known: Believed): RunWrite {
  const { key, version, historyLength } = known;
  const count = below(4);
  const status = below(statuses.length);
  const mark = (): number | undefined => (below(2) === 0 ? below(50) : undefined);
  const part = () => ({ kind: ['timer', 'activity'][below(2)] as string, id: `${below(4)}` });
  const changes = {
    row: `row ${below(1_000)}`,
    events: count > 0 ? eventsFrom(historyLength + 1, count) : undefined,
    putParts: Array.from({ length: below(3) }, () => ({
      ...part(),
      body: below(2) ? 'text' : new Uint8Array([below(256)]),
    })),
    dropParts: Array.from({ length: below(2) }, part),
    marks: {
      status: statuses[status] as RunStatus,
      closeTimeMs: status >= closedFrom ? below(50) : undefined,
      historyLength: historyLength + count,
      historySizeBytes: below(9_999),
      dueAtMs: mark(),
      readyAtMs: mark(),
      attendedBy: ['me', 'another', undefined][below(3)],
    },
  };
  const birth = { workflowType: `Type${below(3)}`, startTimeMs: below(50), taskQueue: `queue ${below(2)}` };
  const readAtVersion = below(12) === 0 ? version + 1 : version;
  return readAtVersion === 0 ? creation(key, { ...changes, birth }) : change(key, readAtVersion, changes);
}

function someCommit(below: Dice, known: Believed[], current: Map<string, string>): Commit {
  const runs: RunWrite[] = [];
  const currentRuns: CurrentRunMove[] = [];
  for (let n = below(3); n >= 0; n--) {
    const fresh = known.length < 5 || below(4) === 0;
    const key = keyOf(`w${below(6)}`, `run ${known.length}`, `namespace ${below(2)}`);
    const one = fresh ? { key, version: 0, historyLength: 0 } : (known[below(known.length)] as Believed);
    if (runs.some((write) => write.key === one.key)) continue;
    if (fresh) known.push(one);
    runs.push(someWrite(below, one));
    const id = `${one.key.namespace} ${one.key.workflowId}`;
    if (one.version === 0 && !currentRuns.some((move) => `${move.namespace} ${move.workflowId}` === id)) {
      const from = below(15) === 0 ? 'somebody' : current.get(id);
      currentRuns.push({ namespace: one.key.namespace, workflowId: one.key.workflowId, from, to: one.key.runId });
    }
  }
  return { runs, currentRuns };
}

function believe(commit: Commit, known: readonly Believed[], current: Map<string, string>): void {
  for (const { key, readAtVersion, marks } of commit.runs) {
    const one = known.find((believed) => believed.key === key);
    if (one) Object.assign(one, { version: readAtVersion + 1, historyLength: marks.historyLength });
  }
  for (const { namespace, workflowId, to } of commit.currentRuns) current.set(`${namespace} ${workflowId}`, to);
}

/** Everything that can be asked, with the answers in a form that can be compared. */
async function answers(store: Store, below: Dice, known: readonly Believed[]): Promise<unknown> {
  const { key } = known[below(known.length)] as Believed;
  const ready = await store.readyRuns(1 + below(5));
  const claims: RunClaim[] = [];
  if (below(2)) claims.push({ field: 'ExecutionStatus', equals: statuses[below(statuses.length)] as string });
  if (below(2)) claims.push({ field: 'WorkflowType', equals: `Type${below(4)}` });
  if (below(3) === 0) claims.push({ field: 'WorkflowId', equals: key.workflowId });
  const query = { namespace: key.namespace, claims, pageSize: 1 + below(6) };
  const page = await store.listRuns(query);
  const found = {
    run: await store.loadRun(key),
    current: await store.currentRun(key.namespace, key.workflowId),
    history: await store.readHistory(key, 1 + below(10), 1 + below(6)),
    last: await store.lastHistory(key),
    due: await store.dueRuns(below(60), 1 + below(6)),
    nextDue: await store.nextDueMs(),
    ready,
    readyNext: ready.next === undefined ? undefined : await store.readyRuns(3, ready.next),
    attended: (await store.runsAttendedByOthers('me', 1_000)).map(({ runId }) => runId).sort(),
    page,
    pageNext: page.next === undefined ? undefined : await store.listRuns({ ...query, after: page.next }),
    count: await store.countRuns(key.namespace, claims),
  };
  return JSON.parse(JSON.stringify(plain(found)));
}

test('a SQLite store and a memory store answer alike to random commits and questions', async () => {
  for (let seed = 1; seed <= 6; seed++) {
    using folder = temporaryFolder();
    await using sqlite = disposable(await openSqliteStore(folder.file('a.db')));
    await using memory = disposable(openMemoryStore());
    const below = seededBelow(seed);
    const known: Believed[] = [];
    const current = new Map<string, string>();
    for (let step = 0; step < 150; step++) {
      // Several at once, so that they share a transaction; each believes what it could know when it was decided.
      const commits = Array.from({ length: 1 + below(4) }, () => someCommit(below, known, current));
      const [ours, theirs] = await Promise.all([
        Promise.allSettled(commits.map((commit) => sqlite.commit(commit))),
        Promise.allSettled(commits.map((commit) => memory.commit(commit))),
      ]);
      assert.deepEqual(ours.map(outcome), theirs.map(outcome), `seed ${seed}, step ${step}`);
      commits.forEach((commit, at) => {
        if (ours[at]?.status === 'fulfilled') believe(commit, known, current);
      });
      const again = below(2 ** 32);
      assert.deepEqual(
        await answers(sqlite, seededBelow(again), known),
        await answers(memory, seededBelow(again), known),
        `seed ${seed}, step ${step}`,
      );
    }
  }
});

function outcome(result: PromiseSettledResult<void>): string {
  return result.status === 'fulfilled' ? 'stored' : `${result.reason.name}: ${result.reason.message}`;
}
