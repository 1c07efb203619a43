// Between those who call and the engine's process: requests and answers take their time, overtake each other, arrive twice, or are
// lost with the process that was to answer.

import { ServiceError } from '../../src/api/service-error.ts';
import type { CallOptions, WorkflowService } from '../../src/api/workflow-service.ts';
import type { EngineProcess } from './engine-process.ts';
import type { Host } from './host.ts';
import type { Heard, Ledger } from './ledger.ts';
import { type Climate, isErrorExpected, type Weather } from './weather.ts';
import type { World } from './world.ts';

export type CallName = keyof WorkflowService;
export type RequestOf<Name extends CallName> = Parameters<WorkflowService[Name]>[0];
export type ResponseOf<Name extends CallName> = Awaited<ReturnType<WorkflowService[Name]>>;

export type Outcome<Response> =
  | { readonly is: 'answered'; readonly response: Response }
  | { readonly is: 'refused'; readonly error: ServiceError }
  /** Nobody knows whether the request was carried out. */
  | { readonly is: 'lost' };

/** Who calls: something in the engine's own process, which dies with it, or something elsewhere. */
export interface Caller {
  readonly name: string;
  readonly process?: EngineProcess | undefined;
}

/** Calls that change a run: one of them that arrives twice must not change it twice. (A heartbeat may: the last one counts.) */
const REPEATABLE: ReadonlySet<CallName> = new Set<CallName>([
  'startWorkflowExecution',
  'signalWorkflowExecution',
  'signalWithStartWorkflowExecution',
  'requestCancelWorkflowExecution',
  'respondWorkflowTaskCompleted',
  'respondWorkflowTaskFailed',
  'respondActivityTaskCompleted',
  'respondActivityTaskFailed',
  'respondActivityTaskCanceled',
]);

export interface NetworkOptions {
  readonly world: World;
  readonly climate: Climate;
  readonly host: Host;
  readonly ledger: Ledger;
  readonly weather: () => Weather;
  /** Where a planted bug stands between callers and engine. */
  readonly wrapService: (service: WorkflowService) => WorkflowService;
}

export class Network {
  readonly #options: NetworkOptions;
  readonly #services = new WeakMap<WorkflowService, WorkflowService>();
  /** How many calls have arrived. */
  calls = 0;
  readonly #waiting = new Map<EngineProcess, Map<string, number>>();

  constructor(options: NetworkOptions) {
    this.#options = options;
  }

  async call<Name extends CallName>(
    caller: Caller,
    name: Name,
    request: RequestOf<Name>,
    options: CallOptions = {},
  ): Promise<Outcome<ResponseOf<Name>>> {
    const { world, host } = this.#options;
    const weather = this.#options.weather();
    if (caller.process) return this.#deliver(caller, caller.process, name, request, options);
    await world.pause(0, weather.latencyMs);
    const process = host.reachable();
    if (process && REPEATABLE.has(name) && world.random.chance(weather.duplicateChance)) {
      world.after(0, 5_000, () => this.#deliverAgain(caller, name, request));
    }
    const outcome = process ? await this.#deliver(caller, process, name, request, options) : lost;
    await world.pause(0, weather.latencyMs);
    return outcome;
  }

  /** How many polls of a task queue wait in a process. */
  waitingPolls(process: EngineProcess, kind: 'workflow' | 'activity', queue: string): number {
    return this.#waiting.get(process)?.get(`${kind} ${queue}`) ?? 0;
  }

  /** Does anybody wait in a process for a run to end? */
  awaitsEnd(process: EngineProcess, runId: string): boolean {
    return (this.#waiting.get(process)?.get(`end ${runId}`) ?? 0) > 0;
  }

  #deliverAgain<Name extends CallName>(caller: Caller, name: Name, request: RequestOf<Name>): void {
    const process = this.#options.host.reachable();
    if (!process) return;
    const again = { ...caller, name: `${caller.name} (again)` };
    this.#options.world.begin(this.#deliver(again, process, name, request, {}));
  }

  async #deliver<Name extends CallName>(
    caller: Caller,
    process: EngineProcess,
    name: Name,
    request: RequestOf<Name>,
    options: CallOptions,
  ): Promise<Outcome<ResponseOf<Name>>> {
    const { world, ledger, climate } = this.#options;
    const service = this.#serviceOf(process, caller);
    if (!service) return lost;
    this.calls += 1;
    const arrivedMs = world.nowMs;
    const left = this.#wait(process, name, request);
    const outcome = await outcomeOf(process, service[name] as Call<Name>, request, options);
    left();
    if (outcome.is === 'bug') {
      world.accuse(`${name} of ${caller.name} met a bug: ${outcome.error.stack ?? outcome.error.message}`);
      return lost;
    }
    if (outcome.is === 'refused' && isOutage(outcome.error) && !isErrorExpected(climate))
      world.accuse(`${name} of ${caller.name} was refused, and no commit fails here: ${outcome.error.message}`);
    if (outcome.is !== 'lost')
      ledger.hear({ caller: caller.name, name, request, outcome, arrivedMs } as unknown as Heard);
    return outcome;
  }

  #serviceOf(process: EngineProcess, caller: Caller): WorkflowService | undefined {
    const service = process.alive ? process.service(caller.process ? 'embedded' : 'remote') : undefined;
    if (!service) return undefined;
    let wrapped = this.#services.get(service);
    if (!wrapped) {
      wrapped = this.#options.wrapService(service);
      this.#services.set(service, wrapped);
    }
    return wrapped;
  }

  #wait<Name extends CallName>(process: EngineProcess, name: Name, request: RequestOf<Name>): () => void {
    const subject = waitsFor(name, request);
    if (!subject) return () => {};
    const ofProcess = this.#waiting.get(process) ?? new Map<string, number>();
    this.#waiting.set(process, ofProcess);
    const count = (difference: number) => ofProcess.set(subject, (ofProcess.get(subject) ?? 0) + difference);
    count(1);
    return () => count(-1);
  }
}

/** What a long poll waits for: a task of a queue, or the end of a run. */
function waitsFor<Name extends CallName>(name: Name, request: RequestOf<Name>): string | undefined {
  if (name === 'pollWorkflowTaskQueue' || name === 'pollActivityTaskQueue') {
    const { taskQueue } = request as RequestOf<'pollActivityTaskQueue'>;
    return `${name === 'pollWorkflowTaskQueue' ? 'workflow' : 'activity'} ${taskQueue.name}`;
  }
  if (name !== 'getWorkflowExecutionHistory') return undefined;
  const { execution, waitNewEvent } = request as RequestOf<'getWorkflowExecutionHistory'>;
  return waitNewEvent && execution.runId ? `end ${execution.runId}` : undefined;
}

/** Neither yes nor no: the disk failed, and perhaps does not the next time. */
export function isOutage({ code, detail }: ServiceError): boolean {
  return code === 'UNAVAILABLE' || (code === 'FAILED_PRECONDITION' && detail === undefined);
}

const lost = { is: 'lost' } as const;

type Call<Name extends CallName> = (request: RequestOf<Name>, options: CallOptions) => Promise<ResponseOf<Name>>;

/** The answer, or none as soon as the process has died. */
function outcomeOf<Name extends CallName>(
  process: EngineProcess,
  call: Call<Name>,
  request: RequestOf<Name>,
  options: CallOptions,
): Promise<Outcome<ResponseOf<Name>> | { readonly is: 'bug'; readonly error: Error }> {
  return new Promise((resolve) => {
    const forget = process.mourn(() => resolve(lost));
    call(request, options).then(
      (response) => {
        forget();
        resolve(process.alive ? { is: 'answered', response } : lost);
      },
      (error: Error) => {
        forget();
        if (!process.alive) resolve(lost);
        else resolve(error instanceof ServiceError ? { is: 'refused', error } : { is: 'bug', error });
      },
    );
  });
}
