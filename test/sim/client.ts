// A client that minds one workflow id. In a storm it does whatever comes to its mind, also twice; when it is calm it sees to it that
// every run gets what it waits for.

import { decodeEvent } from '../../src/api/event.ts';
import { eventBytes } from '../../src/api/history.ts';
import type { StartWorkflowExecutionRequest } from '../../src/api/workflow-service.ts';
import { type CallName, isOutage, type Outcome, type RequestOf, type ResponseOf } from './network.ts';
import { NAMESPACE, type Scene } from './scene.ts';
import { inPayloads, inventScript, MOST_SIGNALS, payloadsOf, SIGNALS, TASK_QUEUE } from './script.ts';

type Deed =
  | 'volley'
  | 'start'
  | 'start again'
  | 'signal'
  | 'signal with start'
  | 'query'
  | 'look'
  | 'follow'
  | 'cancel'
  | 'terminate';

const DEEDS: readonly Deed[] = [
  'volley',
  ...Array<Deed>(3).fill('start'),
  'start again',
  ...Array<Deed>(6).fill('signal'),
  'signal with start',
  ...Array<Deed>(3).fill('query'),
  'look',
  'follow',
  'cancel',
  'terminate',
];

export class Client {
  readonly #scene: Scene;
  readonly #workflowId: string;
  readonly #caller: { readonly name: string };
  /** How many signals a run has taken, by its id. */
  readonly #signals = new Map<string, number>();
  #lastStart: StartWorkflowExecutionRequest | undefined;
  #runId = '';

  constructor(scene: Scene, workflowId: string) {
    this.#scene = scene;
    this.#workflowId = workflowId;
    this.#caller = { name: `client of ${workflowId}` };
  }

  /** Does things until it is calm. */
  async live(): Promise<void> {
    const { world, weather } = this.#scene;
    await world.pause(0, 5_000);
    await this.#start();
    while (!weather().isCalm) {
      await world.pause(0, world.random.pick([10, 1_000, 10_000]));
      if (!weather().isCalm) await this.#do(world.random.pick(DEEDS));
    }
  }

  /** Gives a run all the signals that it can wait for. */
  async satisfy(runId: string): Promise<void> {
    for (const signalName of SIGNALS) {
      for (let count = 0; count < MOST_SIGNALS; count += 1) await this.#signal(runId, signalName);
    }
    await this.#query(runId);
  }

  async #do(deed: Deed): Promise<void> {
    const { random } = this.#scene.world;
    // Sometimes the run is named that was heard of last, sometimes whichever is the current one.
    const runId = random.chance(0.5) ? this.#runId : '';
    switch (deed) {
      case 'volley':
        return this.#doAtOnce();
      case 'start':
        return this.#start();
      case 'start again':
        return this.#startAgain();
      case 'signal':
        return this.#signal(runId, random.pick(SIGNALS));
      case 'signal with start':
        return this.#signalWithStart();
      case 'query':
        return this.#query(runId);
      case 'look':
        return this.#look(runId);
      case 'follow':
        return this.#scene.world.begin(this.#follow(runId));
      case 'cancel':
        return void (await this.#insist('requestCancelWorkflowExecution', this.#ending(runId)));
      case 'terminate':
        if (random.chance(0.3)) await this.#insist('terminateWorkflowExecution', this.#ending(runId));
    }
  }

  /** Several things at the same moment, so that they share a transaction of the engine. */
  async #doAtOnce(): Promise<void> {
    const { random } = this.#scene.world;
    const choices = random.chance(0.3) ? (['start'] as const) : DEEDS.slice(1);
    const deeds = Array.from({ length: random.integer(2, 6) }, () => random.pick(choices));
    await Promise.all(deeds.map((deed) => this.#do(deed)));
  }

  async #start(): Promise<void> {
    const { random } = this.#scene.world;
    const request = {
      ...this.#startRequest(),
      workflowIdReusePolicy: random.pick([
        'ALLOW_DUPLICATE',
        'ALLOW_DUPLICATE',
        'ALLOW_DUPLICATE_FAILED_ONLY',
      ] as const),
      workflowIdConflictPolicy: random.pick(['FAIL', 'USE_EXISTING', 'TERMINATE_EXISTING'] as const),
    };
    this.#lastStart = request;
    this.#hearStarted(await this.#insist('startWorkflowExecution', request));
  }

  async #startAgain(): Promise<void> {
    if (this.#lastStart) this.#hearStarted(await this.#insist('startWorkflowExecution', this.#lastStart));
  }

  async #signalWithStart(): Promise<void> {
    const { world } = this.#scene;
    const signalInput = payloadsOf(world.newId('signal'));
    const signalName = world.random.pick(SIGNALS);
    const request = { ...this.#startRequest(), signalName, signalInput };
    const outcome = await this.#insist('signalWithStartWorkflowExecution', request);
    this.#hearStarted(outcome);
    if (outcome.is === 'answered') this.#count(outcome.response.runId);
  }

  #hearStarted(outcome: Outcome<ResponseOf<'startWorkflowExecution'>>): void {
    if (outcome.is === 'answered') this.#runId = outcome.response.runId;
  }

  #startRequest(): StartWorkflowExecutionRequest {
    const { world } = this.#scene;
    const { random } = world;
    const maybe = (probability: number, least: number, most: number) =>
      random.chance(probability) ? random.integer(least, most) : undefined;
    return {
      namespace: NAMESPACE,
      workflowId: this.#workflowId,
      workflowType: 'scripted',
      taskQueue: { name: TASK_QUEUE },
      requestId: world.newId('request'),
      input: payloadsOf(inventScript(random)),
      workflowTaskTimeoutMs: maybe(0.5, 1_000, 20_000),
      workflowRunTimeoutMs: maybe(0.15, 1_000, 120_000),
      workflowExecutionTimeoutMs: maybe(0.1, 1_000, 300_000),
      workflowStartDelayMs: maybe(0.15, 1, 20_000),
      retryPolicy: random.chance(0.3)
        ? { initialIntervalMs: random.integer(1, 5_000), maximumAttempts: random.integer(1, 3) }
        : undefined,
      memo: random.chance(0.3) ? { note: payloadsOf('memo')[0] as never } : undefined,
    };
  }

  async #signal(runId: string, signalName: string): Promise<void> {
    const { world } = this.#scene;
    const input = payloadsOf(world.newId('signal'));
    const requestId = world.random.chance(0.8) ? world.newId('request') : undefined;
    const request = { namespace: NAMESPACE, workflowExecution: this.#execution(runId), signalName, input, requestId };
    const outcome = await this.#insist('signalWorkflowExecution', request);
    if (outcome.is === 'answered' && runId) this.#count(runId);
  }

  #count(runId: string): void {
    this.#signals.set(runId, (this.#signals.get(runId) ?? 0) + 1);
  }

  /** An answer knows of every signal that was taken before the question was asked. */
  async #query(runId: string): Promise<void> {
    const { world, network, hasOneEngine } = this.#scene;
    const signals = this.#signals.get(runId) ?? 0;
    const request = { namespace: NAMESPACE, execution: this.#execution(runId), query: { queryType: 'signals' } };
    const outcome = await network.call(this.#caller, 'queryWorkflow', request);
    if (outcome.is !== 'answered' || !hasOneEngine) return;
    const answer = inPayloads(outcome.response.queryResult);
    if (typeof answer !== 'number' || answer < signals)
      world.accuse(`a query of run ${runId} was answered with ${answer} signals, and it had taken ${signals} before`);
  }

  async #look(runId: string): Promise<void> {
    const { network } = this.#scene;
    const execution = this.#execution(runId);
    await network.call(this.#caller, 'describeWorkflowExecution', { namespace: NAMESPACE, execution });
    const request = { namespace: NAMESPACE, execution, maximumPageSize: 7 };
    let nextPageToken: Uint8Array | undefined;
    do {
      const outcome = await network.call(this.#caller, 'getWorkflowExecutionHistory', { ...request, nextPageToken });
      if (outcome.is !== 'answered') return;
      this.#see(outcome.response.history, nextPageToken);
      nextPageToken = outcome.response.nextPageToken;
    } while (nextPageToken);
  }

  /** Waits for the end of the run, as somebody does who wants its result. */
  async #follow(runId: string): Promise<void> {
    const { world, network, nap } = this.#scene;
    const request = {
      namespace: NAMESPACE,
      execution: this.#execution(runId),
      waitNewEvent: true,
      historyEventFilterType: 'CLOSE_EVENT' as const,
    };
    let nextPageToken: Uint8Array | undefined;
    do {
      const outcome = await network.call(this.#caller, 'getWorkflowExecutionHistory', { ...request, nextPageToken });
      if (outcome.is === 'refused' && outcome.error.code !== 'CANCELLED') return;
      if (outcome.is !== 'answered') {
        await world.pause(1_000, 5_000);
        continue;
      }
      this.#see(outcome.response.history, nextPageToken);
      nextPageToken = outcome.response.nextPageToken;
      await nap();
    } while (nextPageToken);
  }

  #see(history: Uint8Array, token: Uint8Array | undefined): void {
    const events = [...eventBytes(history)];
    const [first] = events;
    const runId = token ? (JSON.parse(Buffer.from(token).toString()) as { runId: string }).runId : undefined;
    if (first && runId) this.#scene.ledger.seeEvents(runId, decodeEvent(first).eventId, events);
  }

  #ending(runId: string) {
    const workflowExecution = this.#execution(runId);
    return { namespace: NAMESPACE, workflowExecution, reason: this.#scene.world.newId('reason') };
  }

  #execution(runId: string) {
    return { workflowId: this.#workflowId, runId };
  }

  /** Asks again, in the same words, as long as nobody says yes or no. */
  async #insist<Name extends CallName>(name: Name, request: RequestOf<Name>): Promise<Outcome<ResponseOf<Name>>> {
    const { world, network, weather } = this.#scene;
    for (;;) {
      const outcome = await network.call(this.#caller, name, request);
      if (outcome.is === 'answered' || (outcome.is === 'refused' && !isOutage(outcome.error))) return outcome;
      if (!weather().isCalm && world.random.chance(0.2)) return outcome;
      await world.pause(100, 5_000);
    }
  }
}
