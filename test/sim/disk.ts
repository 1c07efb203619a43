// A disk that outlives the processes on it. A commit is handed over, waits for the sync that it shares with others, and is
// acknowledged after that:
//
//   handed over --sync begins--> under way --sync ends--> durable, seen by reads --> acknowledged
//        |                          |                          |
//      crash: lost         crash: the first few are       crash: durable, though
//                          durable, the rest is lost       nobody was told
//
// Every read and every acknowledgement takes its time too, so that other things happen between any two of them. Now and then, if the
// world's faults say so, a commit fails, and changes nothing.

import { openMemoryStore } from '../../src/store/memory.ts';
import { type Commit, type Store, StoreUnusable } from '../../src/store/store.ts';
import type { World } from './world.ts';

/** A process on the disk: what it had under way is lost when it dies, and it is told nothing any more. */
export interface Tenant {
  readonly name: string;
  readonly alive: boolean;
}

export interface DiskFaults {
  /** How long a sync takes at most. */
  readonly syncMs: number;
  readonly readMs: number;
  /** How often a commit fails. */
  readonly failureChance: () => number;
  /** Where a planted bug stands before what is durable. */
  readonly wrapDurable?: ((store: Store) => Store) | undefined;
}

interface Handed {
  readonly tenant: Tenant;
  readonly commit: Commit;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** The calls of a store that only read. */
type Read = Exclude<keyof Store, 'commit' | 'close'>;

export class Disk {
  /** What is durable, for those who look at the disk from outside. */
  readonly durable: Store;
  /** Called when a commit has become durable. */
  onDurable: (commit: Commit) => void = () => {};
  /** How many commits are durable. */
  commits = 0;
  readonly #world: World;
  readonly #faults: DiskFaults;
  #handed: Handed[] = [];
  #underWay: Handed[] = [];
  #busy = 0;
  readonly #onHanded: (() => void)[] = [];

  constructor(world: World, faults: DiskFaults) {
    this.#world = world;
    this.#faults = faults;
    this.durable = faults.wrapDurable?.(openMemoryStore()) ?? openMemoryStore();
  }

  /** Is anybody waiting for an answer of the disk? */
  get busy(): boolean {
    return this.#busy > 0;
  }

  /** The disk as a process sees it. */
  mount(tenant: Tenant): Store {
    const read =
      <Name extends Read>(name: Name) =>
      (...args: Parameters<Store[Name]>) =>
        this.#read(tenant, name, args);
    return {
      commit: (commit) => this.#commit(tenant, commit),
      loadRun: read('loadRun'),
      currentRun: read('currentRun'),
      readHistory: read('readHistory'),
      lastHistory: read('lastHistory'),
      dueRuns: read('dueRuns'),
      nextDueMs: read('nextDueMs'),
      readyRuns: read('readyRuns'),
      runsAttendedByOthers: read('runsAttendedByOthers'),
      listRuns: read('listRuns'),
      countRuns: read('countRuns'),
      close: async () => {
        while (this.#isWriting(tenant)) await this.#world.pause(1, 5);
      },
    } as Store;
  }

  /** Calls when something is handed over to be written next. */
  onceWriting(call: () => void): void {
    this.#onHanded.push(call);
  }

  /** Power is gone from a process. Some of what was being written may have reached the platter, in order. */
  crash(tenant: Tenant): void {
    const ofTenant = (handed: Handed) => handed.tenant === tenant;
    const underWay = this.#underWay.filter(ofTenant);
    const kept = this.#world.random.integer(0, underWay.length);
    for (const { commit } of underWay.slice(0, kept)) void this.#apply(commit).catch(() => {});
    const lost = this.#handed.filter(ofTenant).length + underWay.length - kept;
    if (underWay.length + lost > 0)
      this.#world.note(`${tenant.name} disk: crash keeps ${kept} unsynced, loses ${lost}`);
    this.#busy -= this.#handed.filter(ofTenant).length + underWay.length;
    this.#handed = this.#handed.filter((handed) => !ofTenant(handed));
    this.#underWay = this.#underWay.filter((handed) => !ofTenant(handed));
  }

  #isWriting(tenant: Tenant): boolean {
    return [...this.#handed, ...this.#underWay].some((handed) => handed.tenant === tenant);
  }

  #commit(tenant: Tenant, commit: Commit): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#busy += 1;
      this.#handed.push({ tenant, commit, resolve, reject });
      for (const call of this.#onHanded.splice(0)) call();
      this.#beginSync();
    });
  }

  #beginSync(): void {
    if (this.#underWay.length > 0 || this.#handed.length === 0) return;
    this.#underWay = this.#handed;
    this.#handed = [];
    this.#world.after(1, this.#faults.syncMs, () => this.#endSync());
  }

  #endSync(): void {
    const batch = this.#underWay;
    this.#underWay = [];
    for (const handed of batch) this.#finish(handed);
    this.#beginSync();
  }

  #finish({ tenant, commit, resolve, reject }: Handed): void {
    const fails = this.#world.random.chance(this.#faults.failureChance());
    const outcome = fails ? Promise.reject(this.#failure()) : this.#apply(commit);
    const tell = (call: () => void) => {
      this.#world.after(0, 2, () => {
        this.#busy -= 1;
        if (tenant.alive) call();
      });
    };
    outcome.then(
      () => tell(resolve),
      (error: unknown) => {
        this.#world.note(
          `${tenant.name} disk: commit refused: ${error instanceof Error ? error.message : String(error)}`,
        );
        tell(() => reject(error));
      },
    );
  }

  #failure(): Error {
    const message = 'the simulated disk is full';
    return this.#world.random.chance(0.5) ? new StoreUnusable(message) : new Error(message);
  }

  /** The memory store applies a commit in the call itself. */
  async #apply(commit: Commit): Promise<void> {
    const applied = this.durable.commit(commit);
    await applied;
    this.commits += 1;
    this.onDurable(commit);
  }

  async #read<Name extends Read>(tenant: Tenant, name: Name, args: Parameters<Store[Name]>): Promise<unknown> {
    this.#busy += 1;
    try {
      await this.#world.pause(0, this.#faults.readMs);
      const read = this.durable[name] as (...args: Parameters<Store[Name]>) => Promise<unknown>;
      const result = await read(...args);
      await this.#world.pause(0, this.#faults.readMs);
      if (tenant.alive) return result;
    } finally {
      this.#busy -= 1;
    }
    return new Promise(() => {});
  }
}
