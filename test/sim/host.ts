// The machine that the engine runs on: processes start there, die at any moment, are asked to end, and start again. Sometimes one
// that is thought dead goes on for a while beside the next, on the same disk; then both die.

import { EngineProcess, type ProcessOptions } from './engine-process.ts';
import type { Climate } from './weather.ts';
import type { World } from './world.ts';

export interface HostOptions {
  readonly world: World;
  readonly climate: Climate;
  readonly process: ProcessOptions;
  /** Called when a process has opened its engine: what is embedded in it starts. */
  readonly opened: (process: EngineProcess) => void;
}

export class Host {
  readonly #options: HostOptions;
  #current: EngineProcess | undefined;
  #undead: EngineProcess | undefined;

  constructor(options: HostOptions) {
    this.#options = options;
  }

  get current(): EngineProcess | undefined {
    return this.#current;
  }

  /** Is there one engine, as there should be, and is it done with what others left? */
  get isOrderly(): boolean {
    return !this.#undead && (this.#current?.ready ?? false) && (this.#current?.recovered ?? false);
  }

  /** A process that answers callers from elsewhere. */
  reachable(): EngineProcess | undefined {
    const ready = [this.#current, this.#undead].filter((process) => process?.ready);
    return ready.length > 0 ? this.#options.world.random.pick(ready) : undefined;
  }

  start(): void {
    const process = new EngineProcess(this.#options.process);
    this.#current = process;
    this.#options.world.begin(process.open().then(() => this.#options.opened(process)));
  }

  /** The process dies, or does not quite. The next one starts at once, or after a while. */
  crash(): void {
    const { world, climate } = this.#options;
    const dying = this.#current;
    if (!dying?.alive) return;
    if (!this.#undead && dying.ready && world.random.chance(climate.undeadChance)) {
      world.note(`${dying.name} is thought dead`);
      this.#undead = dying;
      this.start();
      world.after(0, 20_000, () => this.restart());
      return;
    }
    world.note(`${dying.name} crashes`);
    dying.kill();
    world.after(0, world.random.pick([1, 500, 20_000]), () => this.#startUnlessStarted());
  }

  /** Asks the process to end, and starts the next one when it has. */
  async replace(): Promise<void> {
    const ending = this.#current;
    if (!ending?.ready || this.#undead) return;
    this.#options.world.note(`${ending.name} is asked to end`);
    await ending.close();
    this.#startUnlessStarted();
  }

  /** Nothing of what runs now goes on, and a new process starts. */
  restart(): void {
    this.#undead?.kill();
    this.#undead = undefined;
    this.#current?.kill();
    this.start();
  }

  #startUnlessStarted(): void {
    if (!this.#current?.alive) this.start();
  }
}
