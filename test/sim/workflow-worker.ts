// A worker that runs the code of workflows (decide.ts): it polls, keeps the histories of the runs that stick to it, answers, and
// in a storm does everything wrong that a worker can do: it dies with a task in its hands, answers late or not at all, fails tasks,
// asks for what cannot be done, forgets its cache.

import type { Command } from '../../src/api/command.ts';
import type { HistoryEvent } from '../../src/api/event.ts';
import { decodeHistory } from '../../src/api/history.ts';
import type { PollWorkflowTaskQueueResponse, WorkflowQueryResult } from '../../src/api/workflow-service.ts';
import { decide, factsOf } from './decide.ts';
import type { EngineProcess } from './engine-process.ts';
import { OpenPolls } from './open-polls.ts';
import type { Scene } from './scene.ts';
import { NAMESPACE } from './scene.ts';
import { payloadsOf, TASK_QUEUE } from './script.ts';

type Task = PollWorkflowTaskQueueResponse;

export class WorkflowWorker {
  readonly name: string;
  readonly #scene: Scene;
  /** The engine's process, if the worker lives in it. */
  readonly #process: EngineProcess | undefined;
  readonly #stickyQueue: string | undefined;
  readonly #stickyTimeoutMs: number;
  readonly #asksForNext: boolean;
  readonly #cache = new Map<string, HistoryEvent[]>();
  readonly #polls = new OpenPolls();
  #alive = true;

  constructor(scene: Scene, process?: EngineProcess) {
    const { random } = scene.world;
    this.#scene = scene;
    this.#process = process;
    this.name = scene.world.newId(process ? 'embedded' : 'remote');
    this.#stickyQueue = random.chance(0.7) ? `sticky ${this.name}` : undefined;
    this.#stickyTimeoutMs = random.pick([1_000, 5_000, 10_000]);
    this.#asksForNext = random.chance(0.5);
    process?.mourn(() => this.die());
  }

  start(): void {
    const sticky = this.#stickyQueue ? [this.#stickyQueue] : [];
    for (const queue of [TASK_QUEUE, TASK_QUEUE, ...sticky]) this.#scene.world.begin(this.#poll(queue));
  }

  /** Its connection is gone with it, and so are its polls. */
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

  async #poll(queue: string): Promise<void> {
    const { world, network, nap } = this.#scene;
    while (this.#alive) {
      const request = {
        namespace: NAMESPACE,
        taskQueue: { name: queue },
        identity: this.name,
        workerInstanceKey: this.name,
      };
      const outcome = await this.#polls.during(this.#scene, (options) =>
        network.call(this.#caller, 'pollWorkflowTaskQueue', request, options),
      );
      if (outcome.is !== 'answered') await world.pause(100, 1_000);
      else if (outcome.response.taskToken.length === 0) await nap();
      else if (this.#alive) await this.#take(outcome.response, queue === this.#stickyQueue);
    }
  }

  async #take(first: Task, isSticky: boolean): Promise<void> {
    const { world, weather } = this.#scene;
    for (let task: Task | undefined = first; task && this.#alive; ) {
      this.#checkDelivered(task, decodeHistory(task.history), isSticky || task !== first);
      const { random } = world;
      if (random.chance(weather().workerDeathChance)) return this.#dieSuddenly();
      if (random.chance(weather().workerDeathChance)) await this.#leaveStickyQueue();
      const events = await this.#historyOf(task);
      if (!events) return;
      await world.pause(0, random.chance(weather().taskTroubleChance) ? 15_000 : 20);
      if (!this.#alive) return;
      if (task.query) return this.#answerQuery(task, events);
      task = await this.#answer(task, events);
    }
  }

  #dieSuddenly(): void {
    this.#scene.world.note(`${this.name} dies`);
    this.die();
  }

  async #leaveStickyQueue(): Promise<void> {
    this.#cache.clear();
    const request = { namespace: NAMESPACE, identity: this.name, stickyTaskQueue: this.#stickyQueue };
    await this.#scene.network.call(this.#caller, 'shutdownWorker', request);
  }

  /** The events of the run up to this task; undefined when they cannot be had. */
  async #historyOf(task: Task): Promise<HistoryEvent[] | undefined> {
    const { runId } = task.workflowExecution;
    const delivered = decodeHistory(task.history);
    for (let token = task.nextPageToken; token; ) {
      const page = await this.#page(task, token);
      if (!page) return undefined;
      delivered.push(...decodeHistory(page.history));
      token = page.nextPageToken;
    }
    const first = delivered[0]?.eventId ?? task.previousStartedEventId + 1;
    let known = first === 1 ? [] : this.#cache.get(runId)?.slice(0, first - 1);
    if (!known || known.length < first - 1) {
      known = (await this.#readFromStart(task))?.slice(0, first - 1);
      if (!known) return undefined;
    }
    return [...known, ...delivered];
  }

  /** The whole history up to the task, or what is new in it for the worker that knows the rest. */
  #checkDelivered(task: Task, events: readonly HistoryEvent[], knowsTheRest: boolean): void {
    const { world } = this.#scene;
    const { workflowId, runId } = task.workflowExecution;
    const what = `the history of a task of ${workflowId} ${runId}`;
    const first = events[0]?.eventId;
    events.forEach((event, index) => {
      if (event.eventId !== (first ?? 0) + index) world.accuse(`${what} has a gap at event ${event.eventId}`);
    });
    if (task.query) return;
    if (task.nextPageToken) return;
    if (first !== 1 && (!knowsTheRest || first !== task.previousStartedEventId + 1))
      world.accuse(
        `${what} begins with event ${first}, and the last completed task started with ${task.previousStartedEventId}`,
      );
    const last = events.at(-1);
    if (last?.type !== 'WorkflowTaskStarted' || last.eventId !== task.startedEventId)
      world.accuse(
        `${what} ends with ${last?.type} ${last?.eventId}, and the task started with ${task.startedEventId}`,
      );
  }

  async #readFromStart(task: Task): Promise<HistoryEvent[] | undefined> {
    const events: HistoryEvent[] = [];
    let token: Uint8Array | undefined;
    do {
      const page = await this.#page(task, token);
      if (!page) return undefined;
      events.push(...decodeHistory(page.history));
      token = page.nextPageToken;
    } while (token);
    return events;
  }

  async #page(task: Task, nextPageToken: Uint8Array | undefined) {
    const request = { namespace: NAMESPACE, execution: task.workflowExecution, nextPageToken };
    const outcome = await this.#scene.network.call(this.#caller, 'getWorkflowExecutionHistory', request);
    return outcome.is === 'answered' ? outcome.response : undefined;
  }

  async #answer(task: Task, events: HistoryEvent[]): Promise<Task | undefined> {
    const { world, network, weather } = this.#scene;
    const { random } = world;
    const { runId } = task.workflowExecution;
    const { taskToken } = task;
    if (random.chance(weather().taskTroubleChance)) return this.#answerBadly(task, events);
    const request = {
      namespace: NAMESPACE,
      taskToken,
      identity: this.name,
      commands: decide(events),
      queryResults: this.#queryResults(task, events),
      returnNewWorkflowTask: this.#asksForNext,
      forceCreateNewWorkflowTask: random.chance(weather().taskTroubleChance / 2),
      ...this.#stickiness(),
    };
    const outcome = await network.call(this.#caller, 'respondWorkflowTaskCompleted', request);
    if (outcome.is !== 'answered') {
      this.#cache.delete(runId);
      return undefined;
    }
    this.#cache.set(runId, events);
    return outcome.response.workflowTask;
  }

  #stickiness() {
    if (!this.#stickyQueue) return {};
    const workerTaskQueue = { name: this.#stickyQueue, kind: 'STICKY', normalName: TASK_QUEUE } as const;
    return { stickyAttributes: { workerTaskQueue, scheduleToStartTimeoutMs: this.#stickyTimeoutMs } };
  }

  async #answerBadly({ taskToken }: Task, events: readonly HistoryEvent[]): Promise<undefined> {
    const { world, network } = this.#scene;
    const base = { namespace: NAMESPACE, taskToken, identity: this.name };
    const kind = world.random.pick(['silence', 'failure', 'bad command'] as const);
    if (kind === 'failure') {
      const failure = { message: 'the worker cannot run this workflow', applicationFailureInfo: {} };
      const cause = 'NON_DETERMINISTIC_ERROR';
      await network.call(this.#caller, 'respondWorkflowTaskFailed', { ...base, cause, failure });
    }
    if (kind === 'bad command') {
      const timer: Command = { type: 'CancelTimer', attributes: { timerId: 'there is none' } };
      const commands = [...decide(events).filter(({ type }) => !isClosing(type)), timer];
      await network.call(this.#caller, 'respondWorkflowTaskCompleted', { ...base, commands });
    }
    return undefined;
  }

  #queryResults({ queries }: Task, events: readonly HistoryEvent[]): Record<string, WorkflowQueryResult> {
    const answer = answerOf(events);
    return Object.fromEntries(Object.keys(queries).map((id) => [id, { resultType: 'ANSWERED' as const, answer }]));
  }

  async #answerQuery({ taskToken }: Task, events: readonly HistoryEvent[]): Promise<void> {
    const request = {
      namespace: NAMESPACE,
      taskToken,
      completedType: 'ANSWERED' as const,
      queryResult: answerOf(events),
    };
    await this.#scene.network.call(this.#caller, 'respondQueryTaskCompleted', request);
  }
}

function isClosing(type: Command['type']): boolean {
  return type.endsWith('WorkflowExecution');
}

/** What every query asks for: how many signals the workflow has seen. */
function answerOf(events: readonly HistoryEvent[]) {
  return payloadsOf([...factsOf(events).signals.values()].reduce((sum, count) => sum + count, 0));
}
