// The polls that a worker has open: in a storm it gives some of them up, and when it dies all of them end. A poll that is given up
// must not take a task with it.

import type { CallOptions } from '../../src/api/workflow-service.ts';
import type { Scene } from './scene.ts';

export class OpenPolls {
  readonly #open = new Set<AbortController>();

  async during<Result>({ world, weather }: Scene, poll: (options: CallOptions) => Promise<Result>): Promise<Result> {
    const controller = new AbortController();
    this.#open.add(controller);
    const isImpatient = !weather().isCalm && world.random.chance(0.3);
    const givesUpBy = isImpatient ? world.random.pick(['deadline', 'abort'] as const) : undefined;
    if (givesUpBy === 'abort') world.after(0, 10_000, () => controller.abort());
    const deadlineMs = givesUpBy === 'deadline' ? world.nowMs + world.random.integer(500, 20_000) : undefined;
    const result = await poll({ signal: controller.signal, deadlineMs });
    this.#open.delete(controller);
    return result;
  }

  abort(): void {
    for (const controller of this.#open) controller.abort();
  }
}
