// A process with an engine in it. When it dies, nothing of it goes on: its store answers no more, its clock calls no more, and who
// waits for an answer of it learns that there will be none.

import type { WorkflowService } from '../../src/api/workflow-service.ts';
import { type OpenEngine, openEngine } from '../../src/engine/open.ts';
import { serve } from '../../src/server/service.ts';
import type { Store } from '../../src/store/store.ts';
import type { Disk } from './disk.ts';
import { type Climate, isErrorExpected } from './weather.ts';
import type { World } from './world.ts';

export interface ProcessOptions {
  readonly world: World;
  readonly disk: Disk;
  readonly climate: Climate;
  /** Where a planted bug stands between engine and disk. */
  readonly wrapStore: (store: Store) => Store;
}

export class EngineProcess {
  readonly name: string;
  #alive = true;
  #open: OpenEngine | undefined;
  #recovered = false;
  #services: { readonly embedded: WorkflowService; readonly remote: WorkflowService } | undefined;
  readonly #mourners = new Set<() => void>();
  readonly #options: ProcessOptions;

  constructor(options: ProcessOptions) {
    this.#options = options;
    this.name = options.world.newId('process');
  }

  get alive(): boolean {
    return this.#alive;
  }

  get ready(): boolean {
    return this.#alive && this.#services !== undefined;
  }

  /** Is everything under way again that a process before this one left? */
  get recovered(): boolean {
    return this.#recovered;
  }

  get engine(): OpenEngine['engine'] | undefined {
    return this.#open?.engine;
  }

  async open(): Promise<void> {
    const { world, disk, climate, wrapStore } = this.#options;
    const open = await openEngine({
      store: wrapStore(disk.mount(this)),
      clock: { now: () => world.nowMs, at: (atMs, call) => this.#at(atMs, call) },
      newId: () => world.newId('id'),
      random: world.random.fraction,
      log: (level, message) => this.#log(level, message),
      settings: climate.settings,
      maxCachedRuns: climate.maxCachedRuns,
    });
    this.#open = open;
    // A worker that calls through `remote` lives in no process that the engine knows of, as one behind a network does.
    const elsewhere = { ...open.engine, processId: undefined as unknown as string };
    this.#services = { embedded: serve(open.engine), remote: serve(elsewhere) };
    const recovered = open.recovered.then(() => {
      this.#recovered = true;
      world.note(`${this.name} has recovered`);
    });
    world.begin(recovered);
    world.note(`${this.name} is open`);
  }

  service(caller: 'embedded' | 'remote'): WorkflowService | undefined {
    return this.#services?.[caller];
  }

  /** Calls once when the process dies. Answers with what takes the call back. */
  mourn(call: () => void): () => void {
    this.#mourners.add(call);
    return () => this.#mourners.delete(call);
  }

  kill(): void {
    if (!this.#alive) return;
    this.#alive = false;
    this.#options.disk.crash(this);
    for (const call of [...this.#mourners]) call();
  }

  /** Ends as a program does that is asked to. */
  async close(): Promise<void> {
    await this.#open?.close();
    this.kill();
  }

  /** A call of the clock comes late as a rule, and never early. */
  #at(atMs: number, call: () => void): () => void {
    const { world } = this.#options;
    const dueMs = Math.max(atMs, world.nowMs);
    return world.after(dueMs - world.nowMs, dueMs - world.nowMs + 3, () => {
      if (this.#alive) call();
    });
  }

  #log(level: string, message: string): void {
    const { world, climate } = this.#options;
    if (level === 'error' && this.#alive && !isErrorExpected(climate)) world.accuse(`${this.name} says: ${message}`);
    else world.note(`${this.name} ${level}: ${message}`);
  }
}
