// One world from its seed: a storm in which everything goes wrong, then calm, in which every run must come to its end; then what is
// left on the disk is held against what everybody was told.

import type { WorkflowService } from '../../src/api/workflow-service.ts';
import type { Store } from '../../src/store/store.ts';
import { acknowledgedProblems } from './checks/acknowledged.ts';
import { chainProblems, overlapProblems } from './checks/chain.ts';
import { earlyProblems } from './checks/deadlines.ts';
import { type FinalRun, readAllRuns } from './checks/final-run.ts';
import { orderProblems, timeProblems } from './checks/history-order.ts';
import { shapeProblems } from './checks/history-shape.ts';
import { markProblems, rebuildProblems } from './checks/rebuild.ts';
import { Client } from './client.ts';
import { Disk } from './disk.ts';
import type { EngineProcess } from './engine-process.ts';
import { Host } from './host.ts';
import { Ledger } from './ledger.ts';
import { Network } from './network.ts';
import { Watch } from './watch.ts';
import { CALM, type Climate, inventClimate, patienceMs, type Weather } from './weather.ts';
import { Workforce } from './workforce.ts';
import { World } from './world.ts';

/** A bug put between the parts from outside, to see whether it is found. */
export interface Plant {
  readonly wrapStore?: ((store: Store, world: World) => Store) | undefined;
  /** Around the disk itself, beneath all processes. */
  readonly wrapDurable?: ((store: Store) => Store) | undefined;
  readonly wrapService?: ((service: WorkflowService, world: World) => WorkflowService) | undefined;
}

export interface Result {
  readonly seed: number;
  readonly problems: readonly string[];
  readonly trace: readonly string[];
  readonly steps: number;
}

/** Longer than anything that a script waits for. */
const LONGEST_CALM_MS = 20 * 86_400_000;
/** By then every call of the storm has arrived, also for the second time. */
const LAST_ARRIVAL_MS = 10_000;
const LONGEST_NAP_MS = 3_600_000;
const MOST_CALM_STEPS = 400_000;

export async function simulate(seed: number, plant: Plant = {}): Promise<Result> {
  const simulation = new Simulation(new World(seed), plant);
  const { world } = simulation;
  const accuse = (error: unknown) => world.accuse(`nobody handles ${error instanceof Error ? error.stack : error}`);
  process.on('unhandledRejection', accuse);
  try {
    await simulation.storm();
    await simulation.calm();
    await simulation.judge();
  } finally {
    process.off('unhandledRejection', accuse);
  }
  const { problems, trace, steps } = world;
  return { seed, problems, trace, steps };
}

class Simulation {
  readonly world: World;
  readonly #climate: Climate;
  readonly #disk: Disk;
  readonly #ledger: Ledger;
  readonly #host: Host;
  readonly #watch: Watch;
  readonly #workforce: Workforce;
  readonly #clients: ReadonlyMap<string, Client>;
  readonly #satisfied = new Set<string>();
  #livingClients = 0;
  #commitsSeen = -1;
  #changedMs = 0;
  #weather: Weather;

  constructor(world: World, plant: Plant) {
    const { random } = world;
    const climate = inventClimate(random);
    const weather = () => this.#weather;
    this.world = world;
    this.#climate = climate;
    this.#weather = climate.storm;
    this.#disk = new Disk(world, {
      syncMs: climate.syncMs,
      readMs: climate.readMs,
      failureChance: () => weather().commitFailureChance,
      wrapDurable: plant.wrapDurable,
    });
    const wrapStore = (store: Store) => plant.wrapStore?.(store, world) ?? store;
    const wrapService = (service: WorkflowService) => plant.wrapService?.(service, world) ?? service;
    const ledger = new Ledger(world);
    const process = { world, climate, disk: this.#disk, wrapStore };
    const opened = (one: EngineProcess) => this.#workforce.startIn(one);
    const host = new Host({ world, climate, process, opened });
    const network = new Network({ world, climate, host, ledger, weather, wrapService });
    this.#ledger = ledger;
    this.#host = host;
    this.#watch = new Watch({ world, disk: this.#disk, host, network, patienceMs: patienceMs(climate) });
    this.#disk.onDurable = (commit) => this.#watch.seeCommit(commit);
    const hasOneEngine = climate.undeadChance === 0;
    const scene = { world, network, ledger, weather, hasOneEngine, nap: () => this.#nap() };
    this.#workforce = new Workforce(scene);
    const ids = Array.from({ length: random.integer(1, 5) }, (_, index) => `workflow-${index + 1}`);
    this.#clients = new Map(ids.map((id) => [id, new Client(scene, id)]));
  }

  async storm(): Promise<void> {
    const { world } = this;
    const { stormMs, crashes } = this.#climate;
    world.note(`the climate is ${JSON.stringify(this.#climate)}`);
    this.#host.start();
    this.#workforce.start();
    this.#livingClients = this.#clients.size;
    for (const client of this.#clients.values()) world.begin(client.live().then(() => this.#livingClients--));
    const endMs = world.nowMs + stormMs;
    for (let crash = 0; crash < crashes; crash += 1) {
      const kind = world.random.pick([
        'crash',
        'crash',
        'crash while writing',
        'crash while writing',
        'replace',
      ] as const);
      world.after(0, stormMs, () => this.#strike(kind));
    }
    while (world.nowMs < endMs && (await this.#step()));
  }

  #strike(kind: 'crash' | 'crash while writing' | 'replace'): void {
    if (kind === 'replace') this.world.begin(this.#host.replace());
    else if (kind === 'crash') this.#host.crash();
    // Between any two steps of the next write.
    else this.#disk.onceWriting(() => this.world.after(0, this.#climate.syncMs + 2, () => this.#host.crash()));
  }

  /** Faults stop, workers live, and everybody gets what he waits for: so every run must end. */
  async calm(): Promise<void> {
    const { world } = this;
    world.note('the storm is over');
    this.#weather = CALM;
    if (!this.#host.isOrderly || world.random.chance(0.5)) this.#host.restart();
    const calmSinceMs = world.nowMs;
    const lastStep = world.steps + MOST_CALM_STEPS;
    const isOver = () =>
      this.#watch.running.length === 0 && this.#livingClients === 0 && world.nowMs - calmSinceMs > LAST_ARRIVAL_MS;
    this.#satisfyAll();
    while (!isOver() && (await this.#step())) {
      if (world.nowMs - calmSinceMs > LONGEST_CALM_MS || world.steps > lastStep) break;
      if (this.#stillMs > 3 * LONGEST_NAP_MS && (await this.#disk.durable.nextDueMs()) === undefined) break;
    }
  }

  async judge(): Promise<void> {
    const { world } = this;
    if (world.problems.length > 0) return;
    const all = await readAllRuns(this.#disk.durable);
    const runs = new Map(all.map((final) => [final.run.key.runId, final]));
    for (const { run } of all)
      if (run.status === 'RUNNING') world.accuse(`run ${run.key.runId} of ${run.key.workflowId} never ends`);
    for (const final of all) this.#judgeRun(final);
    const overlaps = this.#climate.undeadChance > 0 ? [] : overlapProblems(runs);
    const acknowledged = acknowledgedProblems({ ledger: this.#ledger, runs });
    for (const problem of [...chainProblems(runs), ...overlaps, ...acknowledged]) world.accuse(problem);
  }

  #judgeRun(final: FinalRun): void {
    const { world } = this;
    const what = `run ${final.run.key.runId} of ${final.run.key.workflowId}`;
    // Two engines that take turns on one run take their times from two clocks.
    const times = this.#climate.undeadChance > 0 ? [] : timeProblems(final.events);
    const inHistory = [
      ...shapeProblems(final.events),
      ...orderProblems(final.events),
      ...earlyProblems(final.events),
      ...times,
    ];
    for (const problem of inHistory) world.accuse(`${what}: ${problem}`);
    if (inHistory.length > 0) {
      for (const { eventId, type, eventTimeMs } of final.events)
        world.note(`${what}: event ${eventId} ${type} of ${world.secondsOf(eventTimeMs)}`);
      return;
    }
    for (const problem of [...rebuildProblems(final), ...markProblems(final, final.summary)]) world.accuse(problem);
  }

  /** One thing happens; says whether the world goes on. */
  async #step(): Promise<boolean> {
    const { world } = this;
    await this.#watch.look();
    return world.problems.length === 0 && (await world.step());
  }

  /** Every run that is there now, or begins later, gets all signals that it can wait for. */
  #satisfyAll(): void {
    for (const [workflowId, runId] of this.#watch.running) {
      if (this.#satisfied.has(runId)) continue;
      this.#satisfied.add(runId);
      const client = this.#clients.get(workflowId);
      if (client) this.world.begin(client.satisfy(runId));
    }
    this.world.after(1_000, this.#isStill ? LONGEST_NAP_MS : 60_000, () => this.#satisfyAll());
  }

  async #nap(): Promise<void> {
    if (this.#isStill) await this.world.pause(0, LONGEST_NAP_MS);
  }

  /** Has nothing changed on the disk for minutes? Then it is time alone that is waited for. */
  get #isStill(): boolean {
    return this.#weather.isCalm && this.#stillMs > 300_000;
  }

  /** How long nothing has changed on the disk. */
  get #stillMs(): number {
    const { world } = this;
    if (this.#commitsSeen !== this.#disk.commits) {
      this.#commitsSeen = this.#disk.commits;
      this.#changedMs = world.nowMs;
    }
    return world.nowMs - this.#changedMs;
  }
}
