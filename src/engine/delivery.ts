// From a ready task to a worker's hands.
//
//   ready in its run --hand out, a poller waits--> started in the same commit --> delivered
//          `---------- nobody waits -------------> backlog --poll--> started in a commit of its own --> delivered
//
// What a worker gets is composed from the run as it is when the start is decided, and handed over when that is durable.

import type { EventAttributes } from '../api/event.ts';
import { encodeEvent, type HistoryEvent } from '../api/event.ts';
import { historyOf } from '../api/history.ts';
import type { RunKey } from '../api/run-key.ts';
import type { WorkflowQuery } from '../api/workflow-service.ts';
import { startActivity } from '../machine/activity.ts';
import { isReady } from '../machine/due.ts';
import type { Start } from '../machine/fact.ts';
import type { PendingActivity, TaskRef, WorkflowTask } from '../machine/run.ts';
import { startWorkflowTask, transientEvents } from '../machine/workflow-task.ts';
import type { Engine } from './engine.ts';
import { type LoadedRun, recentHistory } from './loaded-run.ts';
import type { Poller, QueueName } from './matching.ts';
import type { WaitingQuery } from './queries.ts';
import type { Transaction } from './transaction.ts';

/** A task in a queue's backlog. */
export type WaitingTask = { readonly key: RunKey; readonly priority?: number | undefined } & (
  | { readonly ref: TaskRef }
  | { readonly queryId: string }
);

export interface WorkflowTaskDelivery {
  readonly kind: 'workflow';
  readonly key: RunKey;
  readonly workflowType: string;
  readonly taskQueue: string;
  readonly task: WorkflowTask;
  readonly previousStartedEventId: number;
  readonly firstEventId: number;
  /** The history from `firstEventId` to the start of this task; undefined when it has to be read from the store. */
  readonly history: Uint8Array | undefined;
  /** The events of a transient task, which are not in the store. */
  readonly suffix: Uint8Array;
  readonly lastEventId: number;
  readonly queries: Readonly<Record<string, WorkflowQuery>>;
}

export interface QueryTaskDelivery {
  readonly kind: 'query';
  readonly key: RunKey;
  readonly queryId: string;
  readonly query: WorkflowQuery;
  readonly workflowType: string;
  readonly taskQueue: string;
  readonly previousStartedEventId: number;
  readonly firstEventId: number;
  readonly history: Uint8Array | undefined;
  readonly lastEventId: number;
}

export interface ActivityTaskDelivery {
  readonly kind: 'activity';
  readonly key: RunKey;
  readonly workflowType: string;
  readonly activity: PendingActivity;
  /** What it was scheduled with; undefined when that has to be read from the store. */
  readonly scheduled: EventAttributes<'ActivityTaskScheduled'> | undefined;
}

export type TaskDelivery = WorkflowTaskDelivery | QueryTaskDelivery | ActivityTaskDelivery;

/** A worker that asks for tasks, in the words of the engine. */
export interface PollingWorker {
  readonly identity: string;
  readonly workerInstanceKey: string | undefined;
  /** Set for a worker embedded in this process. */
  readonly processId: string | undefined;
}

/** The queue that a ready task of the run belongs to. */
export function queueOf(engine: Engine, { run }: LoadedRun, ref: TaskRef): QueueName {
  const { namespace } = run.key;
  if (ref.kind === 'activity') {
    const name = run.activities.get(ref.scheduledEventId)?.taskQueue ?? run.birth.taskQueue;
    return { namespace, kind: 'activity', name };
  }
  return workflowQueueOf(engine, run);
}

/** The sticky queue while its worker is alive, the normal one otherwise. */
export function workflowQueueOf(engine: Engine, run: LoadedRun['run']): QueueName {
  const { namespace } = run.key;
  const sticky = run.sticky && { namespace, kind: 'workflow' as const, name: run.sticky.queue };
  if (sticky && engine.matching.hasWorker(sticky)) return sticky;
  return { namespace, kind: 'workflow', name: run.birth.taskQueue };
}

/** Before a commit: what became ready is started for pollers that wait, and the rest goes to the backlog afterwards. */
export function handOut(engine: Engine, transaction: Transaction): void {
  for (const loaded of [...transaction.touched.keys()]) {
    for (const ref of loaded.run.readied.splice(0)) {
      if (isReady(loaded.run, ref)) handOutOne(engine, transaction, loaded, ref);
    }
  }
}

function handOutOne(engine: Engine, transaction: Transaction, loaded: LoadedRun, ref: TaskRef): void {
  const name = queueOf(engine, loaded, ref);
  const poller = engine.matching.takePoller(name);
  if (!poller) {
    const task = { key: loaded.run.key, ref, priority: priorityOf(loaded, ref) };
    transaction.afterwards.push(() => offer(engine, name, task));
    return;
  }
  transaction.undo.push(() => waitOn(engine, name, poller));
  const delivery = startTask(engine, transaction, loaded, ref, name, poller.worker);
  transaction.afterwards.push(() => (delivery ? poller.resolve(delivery) : waitOn(engine, name, poller)));
}

function priorityOf({ run }: LoadedRun, ref: TaskRef): number | undefined {
  return ref.kind === 'activity'
    ? run.activities.get(ref.scheduledEventId)?.priority?.priorityKey || undefined
    : undefined;
}

/** A durable task with nobody to take it when it was committed: by now somebody may wait. */
export function offer(engine: Engine, name: QueueName, task: WaitingTask): void {
  const poller = engine.matching.takePoller(name);
  if (poller) void startForPoller(engine, name, task, poller);
  else engine.matching.addTask(name, task);
}

/** Starts a durable task for a poller that was taken from its queue; if the task is gone the poller goes on waiting. */
async function startForPoller(
  engine: Engine,
  name: QueueName,
  task: WaitingTask,
  poller: Poller<TaskDelivery>,
): Promise<void> {
  try {
    const delivery = await startWaiting(engine, name, task, poller.worker);
    if (delivery) poller.resolve(delivery);
    else waitOn(engine, name, poller);
  } catch (error) {
    engine.log(
      'error',
      `a task of queue ${name.name} could not be started: ${error instanceof Error ? error.message : String(error)}`,
    );
    poller.resolve(undefined);
    offer(engine, name, task);
  }
}

/** The task that a poller was to get did not come about: it gets another, or goes on waiting, unless it has left meanwhile. */
function waitOn(engine: Engine, name: QueueName, poller: Poller<TaskDelivery>): void {
  if (poller.hasLeft()) {
    poller.resolve(undefined);
    return;
  }
  const next = engine.matching.takeTask(name);
  if (next) void startForPoller(engine, name, next, poller);
  else engine.matching.returnPoller(name, poller);
}

/** Starts a task from the backlog, in a commit of its own; undefined when it is gone. */
export function startWaiting(
  engine: Engine,
  name: QueueName,
  task: WaitingTask,
  worker: PollingWorker,
): Promise<TaskDelivery | undefined> {
  return engine.runs.hold(task.key, (transaction, loaded) => {
    if (!loaded) return undefined;
    if ('queryId' in task) return startQuery(engine, transaction, loaded, task.queryId, name);
    return startTask(engine, transaction, loaded, task.ref, name, worker);
  });
}

function startTask(
  engine: Engine,
  transaction: Transaction,
  loaded: LoadedRun,
  ref: TaskRef,
  { name }: QueueName,
  worker: PollingWorker,
): TaskDelivery | undefined {
  if (!isReady(loaded.run, ref)) return undefined;
  // The request id tells one poll from another, and stands in the history of every task: short will do.
  const start: Start = {
    identity: worker.identity,
    requestId: engine.newId().slice(0, 13),
    processId: worker.processId,
  };
  if (ref.kind === 'activity') {
    transaction.apply(loaded, startActivity(loaded.run, { ...ref, start }));
    return activityDelivery(loaded, ref.scheduledEventId);
  }
  const toSticky = loaded.run.sticky?.queue === name;
  transaction.apply(loaded, startWorkflowTask(loaded.run, { ...ref, queue: name, start }, transaction.moment));
  const delivery = workflowDelivery(engine, transaction, loaded, toSticky);
  transaction.undo.push(() => engine.queries.backToWaiting(loaded.run.key.runId));
  return delivery;
}

function activityDelivery({ run }: LoadedRun, scheduledEventId: number): ActivityTaskDelivery | undefined {
  const activity = run.activities.get(scheduledEventId);
  if (!activity) return undefined;
  const scheduled = run.scheduledAttributes.get(scheduledEventId);
  return { kind: 'activity', key: run.key, workflowType: run.birth.workflowType, activity, scheduled };
}

/** The delivery of the workflow task that is started now. A sticky worker is sent only what it has not seen. */
export function workflowDelivery(
  engine: Engine,
  transaction: Transaction,
  loaded: LoadedRun,
  toSticky: boolean,
): WorkflowTaskDelivery | undefined {
  const { run } = loaded;
  const { task } = run;
  if (!task) return undefined;
  const firstEventId = toSticky ? run.previousStartedEventId + 1 : 1;
  return {
    kind: 'workflow',
    key: run.key,
    workflowType: run.birth.workflowType,
    taskQueue: run.birth.taskQueue,
    task,
    previousStartedEventId: run.previousStartedEventId,
    firstEventId,
    history: recentHistory(loaded, firstEventId),
    suffix: task.transient ? suffixOf(transaction, loaded, task) : new Uint8Array(0),
    lastEventId: run.nextEventId - 1,
    queries: engine.queries.ride(run.key.runId),
  };
}

function suffixOf({ moment }: Transaction, { run }: LoadedRun, task: WorkflowTask): Uint8Array {
  const events = transientEvents(run, task, moment).map((event, index) => {
    const eventId = task.scheduledEventId + index;
    return encodeEvent({ ...event, eventId, eventTimeMs: event.eventTimeMs ?? moment.nowMs } as HistoryEvent);
  });
  return historyOf(events);
}

function startQuery(
  engine: Engine,
  transaction: Transaction,
  loaded: LoadedRun,
  queryId: string,
  name: QueueName,
): QueryTaskDelivery | undefined {
  const waiting = engine.queries.find(queryId);
  if (waiting?.state !== 'queued') return undefined;
  waiting.state = 'sent';
  transaction.undo.push(() => {
    waiting.state = 'queued';
  });
  return queryDelivery(loaded, waiting, name);
}

function queryDelivery(
  loaded: LoadedRun,
  { id: queryId, query }: WaitingQuery,
  { name }: QueueName,
): QueryTaskDelivery {
  const { run } = loaded;
  const firstEventId = run.sticky?.queue === name ? run.nextEventId : 1;
  return {
    kind: 'query',
    key: run.key,
    queryId,
    query,
    workflowType: run.birth.workflowType,
    taskQueue: run.birth.taskQueue,
    previousStartedEventId: run.previousStartedEventId,
    firstEventId,
    history: firstEventId === run.nextEventId ? new Uint8Array(0) : recentHistory(loaded, firstEventId),
    lastEventId: run.nextEventId - 1,
  };
}
