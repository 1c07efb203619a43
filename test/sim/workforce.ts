// The workers of a world: those embedded in the engine's process, which come and go with it, and those elsewhere, which are replaced
// some time after they died.

import { ActivityWorker } from './activity-worker.ts';
import type { EngineProcess } from './engine-process.ts';
import type { Scene } from './scene.ts';
import { WorkflowWorker } from './workflow-worker.ts';

type Worker = WorkflowWorker | ActivityWorker;
type MakeWorker = (process?: EngineProcess) => Worker;

export class Workforce {
  readonly #scene: Scene;
  readonly #embedded: readonly MakeWorker[];
  readonly #remote: readonly MakeWorker[];
  #posts: { readonly make: MakeWorker; worker: Worker }[] = [];

  constructor(scene: Scene) {
    const { random } = scene.world;
    const workflows: MakeWorker = (process) => new WorkflowWorker(scene, process);
    const activities: MakeWorker = (process) => new ActivityWorker(scene, process);
    const some = (least: number, most: number, make: MakeWorker) =>
      Array<MakeWorker>(random.integer(least, most)).fill(make);
    const where = random.pick(['embedded', 'remote', 'both'] as const);
    this.#scene = scene;
    this.#embedded = where === 'remote' ? [] : [workflows, activities, ...some(0, 1, activities)];
    this.#remote =
      where === 'embedded' ? [] : [workflows, activities, ...some(0, 1, workflows), ...some(0, 2, activities)];
  }

  /** Begins what is elsewhere, and fills the posts of the dead from time to time. */
  start(): void {
    this.#posts = this.#remote.map((make) => ({ make, worker: begin(make) }));
    this.#fillPosts();
  }

  /** A process has started: what is embedded in it starts too. */
  startIn(process: EngineProcess): void {
    const posts = this.#embedded.map((make) => ({ make: () => make(process), worker: begin(make, process) }));
    this.#posts.push(...posts);
    process.mourn(() => {
      this.#posts = this.#posts.filter((post) => !posts.includes(post));
    });
  }

  #fillPosts(): void {
    for (const post of this.#posts) if (!post.worker.alive) post.worker = begin(post.make);
    this.#scene.world.after(1_000, 10_000, () => void this.#scene.nap().then(() => this.#fillPosts()));
  }
}

function begin(make: MakeWorker, process?: EngineProcess): Worker {
  const worker = make(process);
  worker.start();
  return worker;
}
