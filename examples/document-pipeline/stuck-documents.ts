// Documents whose workflow task keeps failing: their code was edited while they were open, and no longer fits what they did. They
// wait, and go on by themselves once the code is put right; this process says so, and does not wait for them for ever.

import type { StuckRun } from 'perdure/worker';
import type { Progress } from './progress.ts';
import type { StartedDocument } from './run-pipeline.ts';

export class StuckDocuments {
  readonly #ids = new Set<string>();
  readonly #progress: Progress;
  #review = () => {};

  constructor(progress: Progress) {
    this.#progress = progress;
  }

  add({ workflowId, failure }: StuckRun): void {
    this.#progress.say(`stuck: ${workflowId}: ${failure.message}`);
    this.#ids.add(workflowId);
    this.#review();
  }

  review(unfinished: ReadonlyMap<string, StartedDocument>): void {
    for (const id of this.#ids) if (!unfinished.has(id)) this.#ids.delete(id);
    this.#review();
  }

  /** Settles when documents are left, and all of them are stuck. */
  onlyStuckLeft(unfinished: ReadonlyMap<string, StartedDocument>): Promise<void> {
    return new Promise((resolve) => {
      this.#review = () => {
        if (unfinished.size === 0 || ![...unfinished.keys()].every((id) => this.#ids.has(id))) return;
        for (const { document } of unfinished.values()) this.#progress.show(document.name, 'stuck', 0);
        resolve();
      };
      this.#review();
    });
  }
}
