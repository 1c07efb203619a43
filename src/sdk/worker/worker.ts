// A worker: polls a task queue, runs workflow tasks in the sandbox and activities in this thread.
//
//   INITIALIZED --run--> RUNNING --shutdown--> DRAINING --all tasks done--> STOPPED
//                          |                                                   ^
//                          `--the service refuses for good: FAILED             |
//
// Shutdown: polls end, workflow tasks finish, activities get the grace period and are then cancelled; run() resolves when
// the last of them has ended.

import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { WorkflowService } from '../../api/workflow-service.ts';
import { workerService } from '../client/service-calls.ts';
import { GracefulShutdownPeriodExpiredError, IllegalStateError } from '../common/errors.ts';
import type { WorkflowLogLine, WorkflowRunner } from '../sandbox/runner.ts';
import { ActivityTasks } from './activity-tasks.ts';
import { pollUntil } from './polling.ts';
import { slots } from './slots.ts';
import { type StuckRuns, stuckRuns } from './stuck-runs.ts';
import { type CompiledWorkerOptions, compileWorkerOptions, type WorkerOptions } from './worker-options.ts';
import { workflowCodec } from './workflow-codec.ts';
import { WorkflowTasks } from './workflow-tasks.ts';

export type WorkerState = 'INITIALIZED' | 'RUNNING' | 'DRAINING' | 'STOPPED' | 'FAILED';

/** Longer than the service lets a poll wait, so that a poll ends by the service's answer. */
const POLL_DEADLINE_MS = 70_000;

/** Node's timers end early, at once, beyond this. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Runs workflows and activities of one task queue. */
export class Worker {
  readonly options: CompiledWorkerOptions;
  readonly #service: WorkflowService;
  readonly #runner: WorkflowRunner | undefined;
  readonly #activityTasks: ActivityTasks;
  readonly #stuck: StuckRuns;
  readonly #instanceKey = randomUUID();
  readonly #stop = new AbortController();
  #workflowTasks: WorkflowTasks | undefined;
  #state: WorkerState = 'INITIALIZED';
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #forced = Promise.withResolvers<never>();

  private constructor(options: CompiledWorkerOptions, runner: WorkflowRunner | undefined) {
    // Each waiting poll listens to it.
    setMaxListeners(0, this.#stop.signal);
    this.options = options;
    this.#service = workerService(options.service);
    this.#runner = runner;
    this.#stuck = stuckRuns(options.logger, options.onStuck);
    this.#activityTasks = new ActivityTasks({
      ...options,
      service: this.#service,
      interceptors: options.activityInterceptors,
    });
  }

  /**
   * Makes a worker; `run` starts it. Bundles the workflow code, and throws where that fails. Throws a TypeError for options
   * that cannot be.
   */
  static async create(options: WorkerOptions): Promise<Worker> {
    const compiled = compileWorkerOptions(options);
    return new Worker(compiled, await runnerFor(compiled));
  }

  getState(): WorkerState {
    return this.#state;
  }

  /** Runs whose workflow task failed last: they wait until their code is put right. */
  get stuckRunIds(): readonly string[] {
    return this.#stuck.runIds;
  }

  /** Works until `shutdown` is called and all tasks are done. Rejects when the service refuses the worker for good. */
  async run(): Promise<void> {
    if (this.#state !== 'INITIALIZED') {
      throw new IllegalStateError(`the worker is ${this.#state}: a worker runs once, create another`);
    }
    this.#state = 'RUNNING';
    try {
      await Promise.race([this.#work(), this.#forced.promise]);
      this.#state = 'STOPPED';
    } catch (error) {
      this.#state = 'FAILED';
      throw error;
    } finally {
      for (const timer of this.#timers) clearTimeout(timer);
      await this.#runner?.close();
    }
  }

  /** Works until the promise has settled, and returns what it resolves to. */
  async runUntil<R>(until: Promise<R> | (() => Promise<R>)): Promise<R> {
    const running = this.run();
    const result = typeof until === 'function' ? until() : until;
    await Promise.race([Promise.allSettled([result]), running]);
    this.#beginShutdown();
    await running;
    return result;
  }

  /** Begins to stop; `run` resolves when it is done. Throws an IllegalStateError when the worker does not run. */
  shutdown(): void {
    if (this.#state !== 'RUNNING') throw new IllegalStateError(`the worker does not run, it is ${this.#state}`);
    this.#beginShutdown();
  }

  #beginShutdown(): void {
    if (this.#state !== 'RUNNING') return;
    this.#state = 'DRAINING';
    this.#workflowTasks?.stop();
    this.#stop.abort();
    const { shutdownGraceTimeMs, shutdownForceTimeMs } = this.options;
    this.#after(shutdownGraceTimeMs, () => this.#activityTasks.cancelAll('WORKER_SHUTDOWN'));
    if (shutdownForceTimeMs !== undefined) {
      this.#after(shutdownForceTimeMs, () => this.#forced.reject(this.#expired(shutdownForceTimeMs)));
    }
    this.#sayGoodbye();
  }

  #after(ms: number, call: () => void): void {
    this.#timers.push(setTimeout(call, Math.min(ms, LONGEST_TIMER_MS)));
  }

  #expired(afterMs: number): GracefulShutdownPeriodExpiredError {
    const running = this.#activityTasks.running;
    return new GracefulShutdownPeriodExpiredError(
      `the worker of '${this.options.taskQueue}' was given up ${afterMs} ms after its shutdown, with ${running} activities that had not ended: let them end when cancellationSignal() is aborted`,
    );
  }

  async #work(): Promise<void> {
    const { capabilities } = await this.#service.getSystemInfo({});
    const loops = [...this.#activityLoops(), ...this.#workflowLoops(!!capabilities.reportEveryWorkflowTaskFailure)];
    const failed = (error: unknown) => {
      this.#beginShutdown();
      throw error;
    };
    const ends = await Promise.allSettled(loops.map((loop) => loop.catch(failed)));
    const refused = ends.find((end) => end.status === 'rejected');
    if (refused) throw refused.reason;
  }

  #activityLoops(): Promise<void>[] {
    const { activities, taskQueue, activityPolls, activitySlots, logger } = this.options;
    if (activities.size === 0) return [];
    const poll = async (signal: AbortSignal) => {
      const queue = { name: taskQueue, kind: 'NORMAL' } as const;
      const task = await this.options.service.pollActivityTaskQueue(this.#pollRequest(queue), pollOptions(signal));
      return task.taskToken.length > 0 ? task : undefined;
    };
    const perform = this.#activityTasks.perform.bind(this.#activityTasks);
    const what = `activities of '${taskQueue}'`;
    return [
      pollUntil(this.#stop.signal, {
        what,
        pollers: activityPolls,
        slots: slots(activitySlots),
        poll,
        perform,
        logger,
      }),
    ];
  }

  /** Half of the polls wait on the sticky queue, where tasks of cached runs come, and the other half on the normal one. */
  #workflowLoops(reportEveryFailure: boolean): Promise<void>[] {
    if (!this.#runner) return [];
    const { taskQueue, workflowPolls, workflowSlots, logger, dataConverter } = this.options;
    const tasks = new WorkflowTasks({
      ...this.options,
      service: this.#service,
      runner: this.#runner,
      codec: workflowCodec(dataConverter),
      stuck: this.#stuck,
      reportEveryFailure,
    });
    if (this.#stop.signal.aborted) tasks.stop();
    this.#workflowTasks = tasks;
    const shared = slots(workflowSlots);
    const normal = { name: taskQueue, kind: 'NORMAL' } as const;
    const sticky = { name: tasks.stickyTaskQueue, kind: 'STICKY', normalName: taskQueue } as const;
    return [normal, sticky].map((queue) => {
      const poll = async (signal: AbortSignal) => {
        const task = await this.options.service.pollWorkflowTaskQueue(this.#pollRequest(queue), pollOptions(signal));
        return task.taskToken.length > 0 ? task : undefined;
      };
      const perform = tasks.perform.bind(tasks);
      const what = `workflow tasks of '${taskQueue}'`;
      const pollers = Math.floor(workflowPolls / 2);
      return pollUntil(this.#stop.signal, { what, pollers, slots: shared, poll, perform, logger });
    });
  }

  #pollRequest<Queue>(taskQueue: Queue) {
    const { namespace, identity } = this.options;
    return { namespace, identity, taskQueue, workerInstanceKey: this.#instanceKey };
  }

  /** Lets the service give what waits on the sticky queue to other workers at once. */
  #sayGoodbye(): void {
    const { namespace, identity, taskQueue, logger } = this.options;
    const stickyTaskQueue = this.#workflowTasks?.stickyTaskQueue;
    this.options.service
      .shutdownWorker({ namespace, identity, workerInstanceKey: this.#instanceKey, taskQueue, stickyTaskQueue })
      .catch((error: unknown) => logger.debug('the service was not told that the worker stops', { error }));
  }
}

function pollOptions(signal: AbortSignal) {
  return { signal, deadlineMs: Date.now() + POLL_DEADLINE_MS };
}

async function runnerFor(options: CompiledWorkerOptions): Promise<WorkflowRunner | undefined> {
  const { workflows, namespace, taskQueue, maxCachedBytes, interruptAfterMs, logger } = options;
  if (!workflows) return undefined;
  const { createWorkflowRunner } = await import('../sandbox/create-runner.ts');
  const onLog = ({ level, message, attributes }: WorkflowLogLine) => logger.log(level, message, attributes);
  return createWorkflowRunner({ namespace, taskQueue, workflows, maxCachedBytes, interruptAfterMs, onLog });
}
