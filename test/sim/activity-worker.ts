// A worker that runs attempts of activities. In a storm an attempt may fail, hang, answer too late or twice, or lose its worker; it
// heartbeats with details that no other heartbeat has, so that it can be told later what became of them.

import type { Failure } from '../../src/api/messages/failure.ts';
import type { PollActivityTaskQueueResponse } from '../../src/api/workflow-service.ts';
import type { EngineProcess } from './engine-process.ts';
import { type CallName, isOutage, type Outcome, type RequestOf, type ResponseOf } from './network.ts';
import { OpenPolls } from './open-polls.ts';
import { NAMESPACE, type Scene } from './scene.ts';
import { OTHER_QUEUE, payloadsOf, TASK_QUEUE } from './script.ts';

type Task = PollActivityTaskQueueResponse;

const MOST_CALLS = 5;

export class ActivityWorker {
  readonly name: string;
  readonly #scene: Scene;
  readonly #process: EngineProcess | undefined;
  readonly #polls = new OpenPolls();
  readonly #slots: number;
  #running = 0;
  #alive = true;

  constructor(scene: Scene, process?: EngineProcess) {
    this.#scene = scene;
    this.#process = process;
    this.name = scene.world.newId(process ? 'embedded' : 'remote');
    this.#slots = scene.world.random.pick([1, 3, 100]);
    process?.mourn(() => this.die());
  }

  start(): void {
    const { world } = this.#scene;
    for (const queue of [TASK_QUEUE, OTHER_QUEUE]) world.begin(this.#poll(queue));
    if (world.random.chance(0.5)) world.begin(this.#poll(TASK_QUEUE));
  }

  die(): void {
    this.#alive = false;
    this.#polls.abort();
  }

  get alive(): boolean {
    return this.#alive;
  }

  get #caller() {
    return { name: this.name, process: this.#process };
  }

  get #base() {
    return { namespace: NAMESPACE, identity: this.name };
  }

  async #poll(queue: string): Promise<void> {
    const { world, network, nap } = this.#scene;
    while (this.#alive) {
      if (this.#running >= this.#slots) {
        await world.pause(50, 200);
        continue;
      }
      const request = { ...this.#base, taskQueue: { name: queue }, workerInstanceKey: this.name };
      const outcome = await this.#polls.during(this.#scene, (options) =>
        network.call(this.#caller, 'pollActivityTaskQueue', request, options),
      );
      if (outcome.is !== 'answered') await world.pause(100, 1_000);
      else if (outcome.response.taskToken.length === 0) await nap();
      else world.begin(this.#take(outcome.response));
    }
  }

  async #take(task: Task): Promise<void> {
    const { world, weather } = this.#scene;
    this.#running += 1;
    if (world.random.chance(weather().workerDeathChance)) {
      world.note(`${this.name} dies`);
      this.die();
    }
    if (this.#alive) await this.#run(task);
    this.#running -= 1;
  }

  async #run(task: Task): Promise<void> {
    const { world, weather } = this.#scene;
    const { random } = world;
    const limitMs = task.startToCloseTimeoutMs;
    const isTroubled = random.chance(weather().activityTroubleChance);
    const trouble = isTroubled ? random.pick(['failure', 'failure', 'silence', 'late'] as const) : undefined;
    const isCanceled = await this.#work(task, trouble === 'late' ? limitMs + random.integer(1, 2_000) : undefined);
    if (!this.#alive || trouble === 'silence') return;
    if (trouble === 'failure') return this.#fail(task);
    if (isCanceled && random.chance(0.7)) return this.#cancel(task);
    return this.#complete(task);
  }

  /** Takes its time, heartbeating if that is asked for; says whether it learned that it is to cancel. */
  async #work(task: Task, lateMs: number | undefined): Promise<boolean> {
    const { world } = this.#scene;
    const { random } = world;
    const workMs = lateMs ?? random.integer(0, Math.min(task.startToCloseTimeoutMs / 2, random.pick([20, 20, 3_000])));
    const endMs = world.nowMs + workMs;
    if (task.heartbeatTimeoutMs === 0 && random.chance(0.7)) {
      await world.pause(workMs, workMs);
      return false;
    }
    const everyMs = Math.max(10, Math.floor((task.heartbeatTimeoutMs || 5_000) / 3));
    do {
      const outcome = await this.#beat(task);
      if (outcome.is === 'answered' && outcome.response.cancelRequested) return true;
      if (outcome.is === 'refused' && outcome.error.code === 'NOT_FOUND') return false;
      await world.pause(everyMs, everyMs);
    } while (this.#alive && world.nowMs < endMs);
    return false;
  }

  #beat({ taskToken }: Task): Promise<Outcome<ResponseOf<'recordActivityTaskHeartbeat'>>> {
    const { world, ledger, network } = this.#scene;
    const details = world.newId('beat');
    ledger.sendBeat(taskToken, details);
    const request = { ...this.#base, taskToken, details: payloadsOf(details) };
    return network.call(this.#caller, 'recordActivityTaskHeartbeat', request);
  }

  async #fail(task: Task): Promise<void> {
    const { world, ledger } = this.#scene;
    const { random } = world;
    const { taskToken } = task;
    const details = random.chance(0.3) ? world.newId('beat') : undefined;
    if (details) ledger.sendBeat(taskToken, details);
    const lastHeartbeatDetails = details ? payloadsOf(details) : undefined;
    await this.#insist('respondActivityTaskFailed', {
      ...this.#base,
      taskToken,
      failure: this.#failure(),
      lastHeartbeatDetails,
    });
  }

  #failure(): Failure {
    const { world } = this.#scene;
    const { random } = world;
    return {
      message: world.newId('failure'),
      applicationFailureInfo: {
        type: random.pick(['Passing', 'Passing', 'Hopeless']),
        nonRetryable: random.chance(0.1),
        nextRetryDelayMs: random.chance(0.2) ? random.integer(0, 10_000) : undefined,
      },
    };
  }

  async #cancel({ taskToken }: Task): Promise<void> {
    await this.#insist('respondActivityTaskCanceled', { ...this.#base, taskToken, details: payloadsOf('stopped') });
  }

  async #complete(task: Task): Promise<void> {
    const { world } = this.#scene;
    const { random } = world;
    const result = payloadsOf(world.newId('result'));
    const { workflowId, runId } = task.workflowExecution;
    const ref = random.chance(0.1) ? { workflowId, runId, activityId: task.activityId } : { taskToken: task.taskToken };
    await this.#insist('respondActivityTaskCompleted', { ...this.#base, ...ref, result });
  }

  /** Asks again as long as nobody says yes or no: an answer that costs money is not let go of. */
  async #insist<Name extends CallName>(name: Name, request: RequestOf<Name>): Promise<void> {
    const { world, network } = this.#scene;
    for (let calls = 0; calls < MOST_CALLS && this.#alive; calls += 1) {
      const outcome = await network.call(this.#caller, name, request);
      if (outcome.is === 'answered' || (outcome.is === 'refused' && !isOutage(outcome.error))) return;
      await world.pause(100, 3_000);
    }
  }
}
