// Asks the documents that are under way how far they are: to draw it, and to learn whose summary waits for a person.

import { isRejected } from './command-line.ts';
import type { InputDocument } from './find-documents.ts';
import type { PipelineRun, StartedDocument } from './run-pipeline.ts';
import { approveSummary, type DocumentStatus, getStatus } from './workflows.ts';

/** Asks a person about a summary, which is in the blob of this hash. */
export type Approve = (document: InputDocument, summaryHash: string) => Promise<boolean>;

const ROUND_MS = 150;
const ASKED_AT_ONCE = 8;

export function followStages(unfinished: ReadonlyMap<string, StartedDocument>, run: PipelineRun): { stop(): void } {
  const asked = new Set<string>();
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  const follow = async (one: StartedDocument) => {
    const status = await one.handle.query(getStatus).catch(() => undefined);
    // By now it may have ended, and that is shown already.
    if (!status || stopped || !unfinished.has(one.document.workflowId)) return;
    run.progress.show(one.document.name, status.status, status.progress);
    await considerApproval(one, status);
  };

  const considerApproval = async ({ document, handle }: StartedDocument, { status, summary }: DocumentStatus) => {
    if (status !== 'waiting_for_approval' || !run.ask || !summary || asked.has(document.workflowId)) return;
    asked.add(document.workflowId);
    const answer = isRejected(run.options, document.name) ? Promise.resolve(false) : run.ask(document, summary.hash);
    void answer.then((approved) => handle.signal(approveSummary, approved)).catch(() => {});
  };

  const round = async () => {
    const documents = [...unfinished.values()];
    for (let at = 0; at < documents.length && !stopped; at += ASKED_AT_ONCE) {
      await Promise.all(documents.slice(at, at + ASKED_AT_ONCE).map(follow));
    }
    if (!stopped) timer = setTimeout(() => void round(), ROUND_MS);
  };
  void round();

  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
