// Workflow tasks: from what a poll hands over, through the sandbox, to the answer that the service gets.
//
//   task -> whole history -> sandbox -> completed: commands      -> the next task, if the service hands it over at once
//                                    -> failed:    the task fails, the run waits for better code
//                                    -> queried:   the answer to a query
//
// Nothing here rejects. A task that the service has given up meanwhile (NOT_FOUND) is dropped and its run leaves the cache,
// because the cached state is ahead of what history will say.

import { randomUUID } from 'node:crypto';
import { screamingSnake } from '../../api/schema.ts';
import { ServiceError } from '../../api/service-error.ts';
import type { PollWorkflowTaskQueueResponse, WorkflowService } from '../../api/workflow-service.ts';
import { FAILURE_SOURCE } from '../common/failure-converter.ts';
import type { Logger } from '../common/logger.ts';
import { whyTooLarge } from '../common/payload-size.ts';
import type { WorkflowRunner, WorkflowTaskOutcome } from '../sandbox/runner.ts';
import type { StuckRuns } from './stuck-runs.ts';
import type { WorkflowCodec } from './workflow-codec.ts';
import { withAllPages, withFullHistory } from './workflow-history.ts';

export interface WorkflowTasksOptions {
  readonly service: WorkflowService;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly identity: string;
  readonly runner: WorkflowRunner;
  readonly codec: WorkflowCodec;
  readonly logger: Logger;
  readonly stuck: StuckRuns;
  readonly stickyScheduleToStartTimeoutMs: number;
  /** The service takes the failure of every attempt; a Temporal server wants only the first, and times the others out. */
  readonly reportEveryFailure: boolean;
}

type Completed = Extract<WorkflowTaskOutcome, { kind: 'completed' }>;
type Failed = Extract<WorkflowTaskOutcome, { kind: 'failed' }>;

export class WorkflowTasks {
  /** Tasks on it have only the events that the cache does not know. */
  readonly stickyTaskQueue: string;
  readonly #options: WorkflowTasksOptions;
  #stopping = false;

  constructor(options: WorkflowTasksOptions) {
    this.#options = options;
    // Short, because it stands in the row of every run that this worker has; unique, because it is its own.
    this.stickyTaskQueue = `sticky-${randomUUID().slice(0, 13)}`;
  }

  /** From now on runs are left to other workers: no stickiness, no further task in an answer. */
  stop(): void {
    this.#stopping = true;
  }

  async perform(first: PollWorkflowTaskQueueResponse): Promise<void> {
    let task: PollWorkflowTaskQueueResponse | undefined = first;
    while (task) task = await this.#performOne(task);
  }

  async #performOne(task: PollWorkflowTaskQueueResponse): Promise<PollWorkflowTaskQueueResponse | undefined> {
    try {
      return await this.#answer(task, await this.#run(task));
    } catch (error) {
      this.#options.runner.evict(task.workflowExecution.runId);
      this.#report(task, error);
      return undefined;
    }
  }

  async #run(polled: PollWorkflowTaskQueueResponse): Promise<WorkflowTaskOutcome> {
    const { service, namespace, runner, codec } = this.#options;
    const task = await codec.decodeTask(await withAllPages(service, namespace, polled));
    const outcome = await runner.run(task);
    if (outcome.kind !== 'needsHistory') return this.#sendable(task, await codec.encodeOutcome(outcome));
    const full = await codec.decodeTask(await withFullHistory(service, namespace, polled));
    return this.#sendable(full, await codec.encodeOutcome(await runner.run(full)));
  }

  /** A command that no service takes would end the workflow there; failing its task here leaves it to be put right. */
  #sendable({ workflowType }: PollWorkflowTaskQueueResponse, outcome: WorkflowTaskOutcome): WorkflowTaskOutcome {
    if (outcome.kind !== 'completed') return outcome;
    for (const { type, attributes } of outcome.commands) {
      const message = whyTooLarge(attributes, `what workflow '${workflowType}' sends with ${type}`);
      if (message === undefined) continue;
      const applicationFailureInfo = { type: 'PayloadSizeError' };
      return {
        kind: 'failed',
        cause: 'PAYLOADS_TOO_LARGE',
        failure: { message, source: FAILURE_SOURCE, applicationFailureInfo },
      };
    }
    return outcome;
  }

  /** Answers the service. Returns the task that it hands over in turn. */
  async #answer(
    task: PollWorkflowTaskQueueResponse,
    outcome: WorkflowTaskOutcome,
  ): Promise<PollWorkflowTaskQueueResponse | undefined> {
    const { service, namespace, runner } = this.#options;
    switch (outcome.kind) {
      case 'completed':
        return this.#complete(task, outcome);
      case 'failed':
        return void (await this.#fail(task, outcome));
      case 'queried': {
        const { resultType, answer, errorMessage, failure } = outcome.result;
        const to = { namespace, taskToken: task.taskToken };
        const response = { completedType: resultType, queryResult: answer, errorMessage, failure };
        return void (await service.respondQueryTaskCompleted({ ...to, ...response }));
      }
      case 'needsHistory':
        runner.evict(task.workflowExecution.runId);
        throw new Error('the history of the run ends before its workflow task: the service has given the task up');
    }
  }

  async #complete(
    task: PollWorkflowTaskQueueResponse,
    { commands, queryResults, usedFlags }: Completed,
  ): Promise<PollWorkflowTaskQueueResponse | undefined> {
    const { service, namespace, identity, taskQueue, stickyScheduleToStartTimeoutMs, stuck } = this.#options;
    const { taskToken, workflowExecution } = task;
    const sticky = {
      workerTaskQueue: { name: this.stickyTaskQueue, kind: 'STICKY', normalName: taskQueue },
      scheduleToStartTimeoutMs: stickyScheduleToStartTimeoutMs,
    } as const;
    const { workflowTask } = await service.respondWorkflowTaskCompleted({
      namespace,
      identity,
      taskToken,
      commands,
      queryResults,
      returnNewWorkflowTask: !this.#stopping,
      ...(!this.#stopping && { stickyAttributes: sticky }),
      ...(usedFlags.length > 0 && { sdkMetadata: { langUsedFlags: usedFlags } }),
    });
    stuck.wentOn(workflowExecution.runId);
    return workflowTask && workflowTask.taskToken.length > 0 ? workflowTask : undefined;
  }

  async #fail(task: PollWorkflowTaskQueueResponse, { cause, failure }: Failed): Promise<void> {
    const { service, namespace, identity, runner, stuck, reportEveryFailure } = this.#options;
    const { workflowExecution, workflowType, attempt, taskToken } = task;
    runner.evict(workflowExecution.runId);
    stuck.failed({ ...workflowExecution, workflowType, attempt, cause, failure });
    if (attempt > 1 && !reportEveryFailure) return;
    await service.respondWorkflowTaskFailed({ namespace, identity, taskToken, cause, failure });
  }

  #report(task: PollWorkflowTaskQueueResponse, error: unknown): void {
    const { logger, stuck } = this.#options;
    const { workflowExecution, workflowType, attempt } = task;
    if (error instanceof ServiceError && error.code === 'NOT_FOUND') return stuck.wentOn(workflowExecution.runId);
    // New events came while the workflow was ending: the service hands the task over again, with them.
    if (isUnhandledCommand(error)) return;
    if (error instanceof ServiceError && error.code === 'INVALID_ARGUMENT') {
      const failure = { message: error.message, source: 'Server' };
      return stuck.failed({ ...workflowExecution, workflowType, attempt, cause: causeIn(error.message), failure });
    }
    logger.error('the answer of a workflow task did not reach the service, which will hand the task over again', {
      ...workflowExecution,
      workflowType,
      attempt,
      error,
    });
  }
}

/** A refused completion says why first, e.g. `BadStartTimerAttributes: …`, which the history calls BAD_START_TIMER_ATTRIBUTES. */
function causeIn(message: string): Failed['cause'] {
  const [words] = /^[A-Z]\w+(?=: )/.exec(message) ?? [];
  return words === undefined ? 'UNSPECIFIED' : (screamingSnake(words) as Failed['cause']);
}

function isUnhandledCommand(error: unknown): boolean {
  return error instanceof ServiceError && /unhandled ?_?command/i.test(error.message);
}
