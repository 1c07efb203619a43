/** Long polls that wait for a run to change. */
export class Waiters {
  readonly #waiting = new Map<string, Set<() => void>>();
  #ended = false;

  /** The engine is closed: nothing will change any more, so there is nothing to wait for. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Calls once when the run changes next. Answers with what takes the call back. */
  wait(runId: string, call: () => void): () => void {
    let calls = this.#waiting.get(runId);
    if (!calls) {
      calls = new Set();
      this.#waiting.set(runId, calls);
    }
    calls.add(call);
    return () => {
      calls.delete(call);
      if (calls.size === 0 && this.#waiting.get(runId) === calls) this.#waiting.delete(runId);
    };
  }

  tell(runId: string): void {
    const calls = this.#waiting.get(runId);
    if (!calls) return;
    this.#waiting.delete(runId);
    for (const call of calls) call();
  }

  /** For good: the engine closes. */
  tellAll(): void {
    this.#ended = true;
    for (const runId of [...this.#waiting.keys()]) this.tell(runId);
  }
}
