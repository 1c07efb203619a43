// Histories by hand, for the tests of the sandbox: the events as the service writes them, one method for each thing that happens.

import type { Command } from '../../../api/command.ts';
import type { EventAttributes, EventType, HistoryEvent } from '../../../api/event.ts';
import { encodeHistory } from '../../../api/history.ts';
import type { Payload, Payloads } from '../../../api/messages/common.ts';
import type { Failure } from '../../../api/messages/failure.ts';
import type { PollWorkflowTaskQueueResponse, WorkflowQuery } from '../../../api/workflow-service.ts';
import { defaultPayloadConverter } from '../../common/payload-converter.ts';

export function payload(value: unknown): Payload {
  return defaultPayloadConverter.toPayload(value);
}

export function value(payloads: Payloads | undefined): unknown {
  return payloads?.[0] && defaultPayloadConverter.fromPayload(payloads[0]);
}

export interface StartOptions {
  readonly workflowType: string;
  readonly args?: readonly unknown[];
  readonly workflowId?: string;
  readonly runId?: string;
  readonly startTimeMs?: number;
  readonly started?: Partial<EventAttributes<'WorkflowExecutionStarted'>>;
}

let runs = 0;

/** A history that grows; each event is a second after the one before. */
export class HistoryBuilder {
  readonly events: HistoryEvent[] = [];
  readonly workflowId: string;
  readonly runId: string;
  readonly workflowType: string;
  #time: number;
  #lastCompletedStart = 0;

  constructor({ workflowType, args = [], workflowId, runId, startTimeMs = 1_700_000_000_000, started }: StartOptions) {
    this.workflowType = workflowType;
    this.workflowId = workflowId ?? `workflow-${++runs}`;
    this.runId = runId ?? `run-${this.workflowId}`;
    this.#time = startTimeMs;
    this.add('WorkflowExecutionStarted', {
      workflowType,
      taskQueue: { name: 'documents' },
      input: args.map(payload),
      originalExecutionRunId: this.runId,
      firstExecutionRunId: this.runId,
      attempt: 1,
      workflowId: this.workflowId,
      workflowTaskTimeoutMs: 10_000,
      ...started,
    });
  }

  get lastEventId(): number {
    return this.events.length;
  }

  add<T extends EventType>(type: T, attributes: EventAttributes<T>): number {
    const eventId = this.events.length + 1;
    this.#time += 1_000;
    this.events.push({ eventId, eventTimeMs: this.#time, type, attributes } as unknown as HistoryEvent);
    return eventId;
  }

  /** Scheduled and started: the history ends where a worker would be given it. */
  task(started: Partial<EventAttributes<'WorkflowTaskStarted'>> = {}): this {
    const scheduledEventId = this.add('WorkflowTaskScheduled', { taskQueue: { name: 'documents' }, attempt: 1 });
    this.add('WorkflowTaskStarted', { scheduledEventId, historySizeBytes: this.lastEventId * 100, ...started });
    return this;
  }

  /** The last task was completed with these commands. */
  completed(...commands: readonly Command[]): this {
    const startedEventId = this.lastEventId;
    this.#lastCompletedStart = startedEventId;
    const workflowTaskCompletedEventId = this.add('WorkflowTaskCompleted', {
      scheduledEventId: startedEventId - 1,
      startedEventId,
    });
    for (const command of commands) this.#command(command, workflowTaskCompletedEventId);
    return this;
  }

  #command(command: Command, workflowTaskCompletedEventId: number): void {
    const types = {
      ScheduleActivityTask: 'ActivityTaskScheduled',
      RequestCancelActivityTask: 'ActivityTaskCancelRequested',
      StartTimer: 'TimerStarted',
      CancelTimer: 'TimerCanceled',
      CompleteWorkflowExecution: 'WorkflowExecutionCompleted',
      FailWorkflowExecution: 'WorkflowExecutionFailed',
      CancelWorkflowExecution: 'WorkflowExecutionCanceled',
      ContinueAsNewWorkflowExecution: 'WorkflowExecutionContinuedAsNew',
    } as const;
    const type = types[command.type as keyof typeof types];
    this.add(type, { ...command.attributes, workflowTaskCompletedEventId } as never);
  }

  taskFailed(attributes: Partial<EventAttributes<'WorkflowTaskFailed'>> = {}): this {
    const startedEventId = this.lastEventId;
    this.add('WorkflowTaskFailed', { scheduledEventId: startedEventId - 1, startedEventId, ...attributes });
    return this;
  }

  taskTimedOut(): this {
    const startedEventId = this.lastEventId;
    const scheduledEventId = startedEventId - 1;
    this.add('WorkflowTaskTimedOut', { scheduledEventId, startedEventId, timeoutType: 'START_TO_CLOSE' });
    return this;
  }

  scheduledEventId(activityId: string): number {
    const event = this.events.find(
      (one) => one.type === 'ActivityTaskScheduled' && one.attributes.activityId === activityId,
    );
    if (!event) throw new Error(`no activity ${activityId} was scheduled`);
    return event.eventId;
  }

  activityStarted(activityId: string): this {
    this.add('ActivityTaskStarted', { scheduledEventId: this.scheduledEventId(activityId), attempt: 1 });
    return this;
  }

  activityCompleted(activityId: string, result: unknown): this {
    this.activityStarted(activityId);
    const scheduledEventId = this.scheduledEventId(activityId);
    this.add('ActivityTaskCompleted', {
      scheduledEventId,
      startedEventId: this.lastEventId,
      result: [payload(result)],
    });
    return this;
  }

  activityFailed(activityId: string, failure: Failure): this {
    this.activityStarted(activityId);
    const scheduledEventId = this.scheduledEventId(activityId);
    const startedEventId = this.lastEventId;
    this.add('ActivityTaskFailed', {
      scheduledEventId,
      startedEventId,
      failure,
      retryState: 'MAXIMUM_ATTEMPTS_REACHED',
    });
    return this;
  }

  activityCanceled(activityId: string): this {
    const scheduledEventId = this.scheduledEventId(activityId);
    this.add('ActivityTaskCanceled', { scheduledEventId, startedEventId: 0 });
    return this;
  }

  timerFired(timerId: string): this {
    const started = this.events.find((one) => one.type === 'TimerStarted' && one.attributes.timerId === timerId);
    this.add('TimerFired', { timerId, startedEventId: started?.eventId ?? 0 });
    return this;
  }

  signaled(signalName: string, ...args: readonly unknown[]): this {
    this.add('WorkflowExecutionSignaled', { signalName, input: args.map(payload) });
    return this;
  }

  cancelRequested(): this {
    this.add('WorkflowExecutionCancelRequested', {});
    return this;
  }

  /** What a worker polls: all of the history, or, as on a sticky queue, what came after the last completed task. */
  poll(
    options: { sticky?: boolean; queries?: Readonly<Record<string, WorkflowQuery>> } = {},
  ): PollWorkflowTaskQueueResponse {
    const from = options.sticky ? this.#lastCompletedStart : 0;
    return {
      ...this.#common(this.events.slice(from)),
      startedEventId: this.lastEventId,
      queries: options.queries ?? {},
    };
  }

  /** A query task: on a sticky queue, without history. */
  query(
    queryType: string,
    args: readonly unknown[] = [],
    options: { sticky?: boolean } = {},
  ): PollWorkflowTaskQueueResponse {
    return {
      ...this.#common(options.sticky ? [] : this.events),
      startedEventId: 0,
      query: { queryType, queryArgs: args.map(payload) },
      queries: {},
    };
  }

  #common(events: readonly HistoryEvent[]) {
    return {
      taskToken: new Uint8Array([1]),
      workflowExecution: { workflowId: this.workflowId, runId: this.runId },
      workflowType: this.workflowType,
      previousStartedEventId: this.#lastCompletedStart,
      attempt: 1,
      history: encodeHistory(events),
      workflowExecutionTaskQueue: { name: 'documents' },
      scheduledTimeMs: this.#time,
      startedTimeMs: this.#time,
    };
  }
}
