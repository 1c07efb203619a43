// What the engine said yes to has to be found on the disk, whatever happened since.

import type { CommandType } from '../../../src/api/command.ts';
import type { EventType, HistoryEvent } from '../../../src/api/event.ts';
import type { ActivityRef } from '../../../src/api/workflow-service.ts';
import { decodeToken } from '../../../src/engine/history.ts';
import type { ActivityTaskToken, WorkflowTaskToken } from '../../../src/server/task-token.ts';
import type { Ledger } from '../ledger.ts';
import { inPayloads } from '../script.ts';
import type { FinalRun } from './final-run.ts';

export interface Ending {
  readonly ledger: Ledger;
  readonly runs: ReadonlyMap<string, FinalRun>;
}

export function acknowledgedProblems(ending: Ending): string[] {
  return [
    ...startProblems(ending),
    ...signalProblems(ending),
    ...cancelProblems(ending),
    ...terminateProblems(ending),
    ...completedTaskProblems(ending),
    ...failedTaskProblems(ending),
    ...completedActivityProblems(ending),
    ...failedActivityProblems(ending),
    ...canceledActivityProblems(ending),
    ...heartbeatProblems(ending),
    ...shownProblems(ending),
  ];
}

function startProblems({ ledger, runs }: Ending): string[] {
  return [...ledger.kept('startWorkflowExecution'), ...ledger.kept('signalWithStartWorkflowExecution')]
    .filter(({ response }) => !runs.has(response.runId))
    .map(({ request, response }) => `${request.workflowId} was started as run ${response.runId}, which is lost`);
}

function signalProblems({ ledger, runs }: Ending): string[] {
  const found = new Map<string, number>();
  for (const { events } of runs.values()) {
    for (const event of events)
      if (event.type === 'WorkflowExecutionSignaled') add(found, String(inPayloads(event.attributes.input)));
  }
  const sent = [
    ...ledger.kept('signalWorkflowExecution').map(({ request }) => String(inPayloads(request.input))),
    ...ledger.kept('signalWithStartWorkflowExecution').map(({ request }) => String(inPayloads(request.signalInput))),
  ];
  return sent.filter((signal) => !found.has(signal)).map((signal) => `${signal} was taken, and is in no history`);
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** A request to cancel leaves its event, unless there was one before or the run had closed. */
function cancelProblems({ ledger, runs }: Ending): string[] {
  return ledger.kept('requestCancelWorkflowExecution').flatMap(({ request, answeredMs }) => {
    const { workflowId, runId } = request.workflowExecution;
    const candidates = [...runs.values()].filter(
      ({ run }) => run.key.workflowId === workflowId && (!runId || run.key.runId === runId),
    );
    const isHonoured = candidates.some(
      ({ events, run }) =>
        has(events, 'WorkflowExecutionCancelRequested') || (run.closeTimeMs ?? Infinity) <= answeredMs,
    );
    return isHonoured
      ? []
      : [`the request to cancel ${workflowId} ${runId} (${request.reason}) was taken, and is in no history`];
  });
}

function terminateProblems({ ledger, runs }: Ending): string[] {
  const reasons = new Set(
    [...runs.values()].flatMap(({ events }) =>
      events.flatMap((event) => (event.type === 'WorkflowExecutionTerminated' ? [event.attributes.reason] : [])),
    ),
  );
  return ledger
    .kept('terminateWorkflowExecution')
    .filter(({ request }) => !reasons.has(request.reason))
    .map(
      ({ request }) =>
        `${request.workflowExecution.workflowId} was terminated (${request.reason}), and its history does not say so`,
    );
}

const EVENTS_OF: { readonly [T in CommandType]?: EventType } = {
  ScheduleActivityTask: 'ActivityTaskScheduled',
  RequestCancelActivityTask: 'ActivityTaskCancelRequested',
  StartTimer: 'TimerStarted',
  CancelTimer: 'TimerCanceled',
  CompleteWorkflowExecution: 'WorkflowExecutionCompleted',
  FailWorkflowExecution: 'WorkflowExecutionFailed',
  CancelWorkflowExecution: 'WorkflowExecutionCanceled',
  ContinueAsNewWorkflowExecution: 'WorkflowExecutionContinuedAsNew',
};

function completedTaskProblems({ ledger, runs }: Ending): string[] {
  return ledger.kept('respondWorkflowTaskCompleted').flatMap(({ request }) => {
    const { runId, scheduledEventId, startedEventId } = decodeToken<WorkflowTaskToken>(request.taskToken);
    const events = runs.get(runId)?.events ?? [];
    const what = `the completion of task ${scheduledEventId} of run ${runId}`;
    const completed = events.find(
      (event) => event.type === 'WorkflowTaskCompleted' && event.attributes.startedEventId === startedEventId,
    );
    if (!completed) return [`${what} was taken, and is not in its history`];
    // A request to cancel what has ended meanwhile leaves nothing.
    const asked = request.commands.map(({ type }) => EVENTS_OF[type]);
    const done = events.filter((event) => isOf(event, completed.eventId)).map(({ type }) => type);
    return isPart(done, asked) ? [] : [`${what} asked for ${asked.join(', ')}, and its history has ${done.join(', ')}`];
  });
}

function isOf({ attributes }: HistoryEvent, completedId: number): boolean {
  return 'workflowTaskCompletedEventId' in attributes && attributes.workflowTaskCompletedEventId === completedId;
}

/** `done` is `asked`, but for requests to cancel that came too late. */
function isPart(done: readonly EventType[], asked: readonly (EventType | undefined)[]): boolean {
  let at = 0;
  for (const type of asked) {
    if (done[at] === type) at += 1;
    else if (type !== 'ActivityTaskCancelRequested') return false;
  }
  return at === done.length;
}

/** The first failure of a task is in its history; later ones of the same task leave no event. */
function failedTaskProblems({ ledger, runs }: Ending): string[] {
  return ledger.kept('respondWorkflowTaskFailed').flatMap(({ request }) => {
    const { runId, startedEventId, attempt } = decodeToken<WorkflowTaskToken>(request.taskToken);
    const events = runs.get(runId)?.events ?? [];
    const isThere = events.some(
      (event) => event.type === 'WorkflowTaskFailed' && event.attributes.startedEventId === startedEventId,
    );
    return isThere || attempt > 1
      ? []
      : [`the failure of task ${startedEventId} of run ${runId} was taken, and is not in its history`];
  });
}

/** A result that was taken is in a history, as the end of the very attempt that it was for. */
function completedActivityProblems({ ledger, runs }: Ending): string[] {
  const attempts = new Map([...runs.values()].flatMap(({ events }) => results(events)));
  return ledger.kept('respondActivityTaskCompleted').flatMap(({ request }) => {
    const result = String(inPayloads(request.result));
    const attempt = attempts.get(result);
    if (attempt === undefined) return [`${result} of an activity was taken, and is in no history`];
    if (!('taskToken' in request)) return [];
    const token = decodeToken<ActivityTaskToken>(request.taskToken);
    return token.attempt === attempt ? [] : [`${result} is of attempt ${token.attempt}, and ended attempt ${attempt}`];
  });
}

/** Results of activities, each with the attempt that it ended. */
function results(events: readonly HistoryEvent[]): [result: string, attempt: number][] {
  const attempts = new Map<number, number>();
  return events.flatMap((event) => {
    if (event.type === 'ActivityTaskStarted') attempts.set(event.eventId, event.attributes.attempt);
    if (event.type !== 'ActivityTaskCompleted') return [];
    return [[String(inPayloads(event.attributes.result)), attempts.get(event.attributes.startedEventId) ?? 0]];
  });
}

/** An attempt that failed has failed: the activity ends with that, or with a later attempt, or while it waits for one. */
function failedActivityProblems({ ledger, runs }: Ending): string[] {
  return ledger.kept('respondActivityTaskFailed').flatMap(({ request }) => {
    const { runId, scheduledEventId, attempt } = tokenOf(request);
    const events = runs.get(runId)?.events ?? [];
    const started = events.find(
      (event) => event.type === 'ActivityTaskStarted' && event.attributes.scheduledEventId === scheduledEventId,
    );
    if (started?.type !== 'ActivityTaskStarted' || started.attributes.attempt > attempt) return [];
    const isItsEnd = events.some(
      (event) =>
        event.type === 'ActivityTaskFailed' &&
        event.attributes.scheduledEventId === scheduledEventId &&
        event.attributes.failure?.message === request.failure.message,
    );
    return isItsEnd
      ? []
      : [`attempt ${attempt} of activity ${scheduledEventId} of run ${runId} failed, and ended otherwise afterwards`];
  });
}

function canceledActivityProblems({ ledger, runs }: Ending): string[] {
  return ledger.kept('respondActivityTaskCanceled').flatMap(({ request }) => {
    const { runId, scheduledEventId } = tokenOf(request);
    const isThere = (runs.get(runId)?.events ?? []).some(
      (event) => event.type === 'ActivityTaskCanceled' && event.attributes.scheduledEventId === scheduledEventId,
    );
    return isThere
      ? []
      : [`activity ${scheduledEventId} of run ${runId} was canceled, and its history does not say so`];
  });
}

/** A heartbeat behind a request to cancel is told of it. */
function heartbeatProblems({ ledger, runs }: Ending): string[] {
  return ledger.kept('recordActivityTaskHeartbeat').flatMap(({ request, response, arrivedMs }) => {
    const { runId, scheduledEventId } = tokenOf(request);
    const isAsked = (runs.get(runId)?.events ?? []).some(
      (event) =>
        event.type === 'ActivityTaskCancelRequested' &&
        event.attributes.scheduledEventId === scheduledEventId &&
        event.eventTimeMs < arrivedMs,
    );
    return isAsked && !response.cancelRequested
      ? [`activity ${scheduledEventId} of run ${runId} is to cancel, and its heartbeat was not told so`]
      : [];
  });
}

function tokenOf(request: ActivityRef): ActivityTaskToken {
  if (!('taskToken' in request)) throw new Error('the workers of this world name by id only what they complete');
  return decodeToken<ActivityTaskToken>(request.taskToken);
}

/** What was shown of a history, and of a run's end, is what it is. */
function shownProblems({ ledger, runs }: Ending): string[] {
  const problems: string[] = [];
  for (const [runId, seen] of ledger.seenEvents) {
    const encoded = runs.get(runId)?.encoded ?? [];
    for (const [eventId, bytes] of seen) {
      const event = encoded[eventId - 1];
      if (!event || Buffer.from(event).toString('base64') !== bytes)
        problems.push(`event ${eventId} of run ${runId} was shown, and ${event ? 'is another one now' : 'is lost'}`);
    }
  }
  for (const { response } of ledger.kept('describeWorkflowExecution')) {
    const { execution, status, historyLength } = response.workflowExecutionInfo;
    const final = runs.get(execution.runId);
    if (!final || final.events.length < historyLength)
      problems.push(
        `run ${execution.runId} was described with ${historyLength} events, and has ${final?.events.length ?? 0}`,
      );
    if (status !== 'RUNNING' && status !== final?.run.status)
      problems.push(`run ${execution.runId} was described as ${status}, and is ${final?.run.status}`);
  }
  return problems;
}

function has(events: readonly HistoryEvent[], type: EventType): boolean {
  return events.some((event) => event.type === type);
}
