// Asks the documents that are under way how far they are: to draw it, and to learn whose summary waits for a person.

import type { BegunDocument } from './begin-documents.ts';
import { isRejected } from './command-line.ts';
import type { InputDocument } from './find-documents.ts';
import type { PipelineRun } from './run-pipeline.ts';
import { approveSummary, type DocumentStatus, getStatus } from './workflows.ts';

/** Asks a person about a summary, which is in the blob of this hash. */
export type Approve = (document: InputDocument, summaryHash: string) => Promise<boolean>;

const ROUND_MS = 150;
const ASKED_AT_ONCE = 8;
/** In a round. A folder may hold thousands, and each question costs some of the time in which they could be worked on. */
const MOST_ASKED = 48;

/** Goes on until it is stopped. Where nobody watches and nobody decides, nobody is asked. */
export function followStages(
  unfinished: ReadonlyMap<string, BegunDocument>,
  run: PipelineRun,
  isStuck: (workflowId: string) => boolean,
): { stop(): void } {
  const asked = new Set<string>();
  let stopped = !run.ask && !run.progress.live;
  let timer: NodeJS.Timeout | undefined;
  let passed = 0;

  const follow = async (one: BegunDocument) => {
    const status = await one.handle.query(getStatus).catch(() => undefined);
    // By now it may have ended, and that is shown already.
    if (!status || stopped || !unfinished.has(one.document.workflowId)) return;
    run.progress.show(one.document.name, status.status, status.progress);
    considerApproval(one, status);
  };

  const considerApproval = ({ document, handle }: BegunDocument, { status, summary }: DocumentStatus) => {
    if (status !== 'waiting_for_approval' || !run.ask || !summary || asked.has(document.workflowId)) return;
    asked.add(document.workflowId);
    const answer = isRejected(run.options, document.name) ? Promise.resolve(false) : run.ask(document, summary.hash);
    // Without an answer it goes on waiting; the process was told to stop, or a day has passed.
    void answer.then((approved) => handle.signal(approveSummary, approved)).catch(() => {});
  };

  const round = async () => {
    const open = [...unfinished.values()].filter(({ document }) => !isStuck(document.workflowId));
    if (passed >= open.length) passed = 0;
    const some = open.slice(passed, passed + MOST_ASKED);
    passed += some.length;
    for (let at = 0; at < some.length && !stopped; at += ASKED_AT_ONCE) {
      await Promise.all(some.slice(at, at + ASKED_AT_ONCE).map(follow));
    }
    if (!stopped) timer = setTimeout(() => void round(), ROUND_MS);
  };
  if (!stopped) void round();

  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
