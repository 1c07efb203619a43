// Documents whose workflow task keeps failing: their code was edited while they were open, and no longer fits what they did. They
// wait, and go on by themselves once the code is put right; this process says so, and does not wait for them for ever.

import type { StuckRun } from 'perdure/worker';
import type { BegunDocument } from './begin-documents.ts';
import type { Progress } from './progress.ts';

export class StuckDocuments {
  readonly #unfinished: ReadonlyMap<string, BegunDocument>;
  readonly #progress: Progress;
  readonly #stuck = new Map<string, string>();
  readonly #onlyStuckLeft = Promise.withResolvers<void>();

  /** `unfinished`: by workflow id; whoever takes one away calls `review`. */
  constructor(unfinished: ReadonlyMap<string, BegunDocument>, progress: Progress) {
    this.#unfinished = unfinished;
    this.#progress = progress;
  }

  add({ workflowId, failure }: StuckRun): void {
    const one = this.#unfinished.get(workflowId);
    if (!one) return;
    this.#stuck.set(workflowId, failure.message);
    this.#progress.show(one.document.name, 'stuck', 0);
    this.review();
  }

  has(workflowId: string): boolean {
    return this.#stuck.has(workflowId);
  }

  review(): void {
    for (const id of this.#stuck.keys()) if (!this.#unfinished.has(id)) this.#stuck.delete(id);
    if (this.#stuck.size > 0 && this.#stuck.size === this.#unfinished.size) this.#onlyStuckLeft.resolve();
  }

  /** Settles when documents are left, and all of them are stuck. */
  get onlyStuckLeft(): Promise<void> {
    return this.#onlyStuckLeft.promise;
  }

  /** Why each of them is stuck, by the document's name. */
  get reasons(): ReadonlyMap<string, string> {
    return new Map(
      [...this.#stuck].map(([id, reason]) => [this.#unfinished.get(id)?.document.name ?? id, reason] as const),
    );
  }
}
