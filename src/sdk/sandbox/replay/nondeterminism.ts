// When the code does not do what history says it did. The message names both sides, the place in the code, and the remedy.

import type { EventType, HistoryEvent } from '../../../api/event.ts';
import type { Asked, AskedCommand } from '../../workflow/contract.ts';

const REMEDY =
  'The code must ask for the same things in the same order as when this run passed here: restore that code, or give the changed workflow another name and let the open runs finish with the old one.';

/** Found by the replay; the sandbox adds the places and makes a failure of it (explain.ts). */
export class Nondeterminism extends Error {
  /** What to name the place by. */
  readonly where: { readonly site: Asked['site'] } | { readonly waits: true } | { readonly workflow: true };

  constructor(message: string, where: Nondeterminism['where']) {
    super(message);
    this.where = where;
  }
}

export function nondeterminismMessage(error: Nondeterminism, place: string | undefined): string {
  return `Nondeterminism: ${error.message}${place === undefined ? '' : ` (at ${place})`}. ${REMEDY}`;
}

/** Which event a command becomes. */
export const EVENT_OF: Readonly<Record<AskedCommand['type'], EventType>> = {
  ScheduleActivityTask: 'ActivityTaskScheduled',
  RequestCancelActivityTask: 'ActivityTaskCancelRequested',
  StartTimer: 'TimerStarted',
  CancelTimer: 'TimerCanceled',
  CompleteWorkflowExecution: 'WorkflowExecutionCompleted',
  FailWorkflowExecution: 'WorkflowExecutionFailed',
  CancelWorkflowExecution: 'WorkflowExecutionCanceled',
  ContinueAsNewWorkflowExecution: 'WorkflowExecutionContinuedAsNew',
};

/** History has an event that a command must have asked for, and the code asked for another, or for nothing. */
export function otherCommand(
  event: HistoryEvent,
  asked: Asked | undefined,
  identity: string | undefined,
): Nondeterminism {
  const recorded = `history has ${describeEvent(event, identity)}`;
  if (asked)
    return new Nondeterminism(`${recorded}, but the code now ${describeCommand(asked.command)}`, whereOf(asked));
  return new Nondeterminism(`${recorded}, but the code now asks for nothing more at this point and waits`, {
    waits: true,
  });
}

/** The code asked for something that history does not have. */
export function unrecordedCommand(asked: Asked, next: HistoryEvent | undefined): Nondeterminism {
  const instead = next ? `history goes on with ${describeEvent(next, undefined)}` : 'history ends here';
  return new Nondeterminism(`the code now ${describeCommand(asked.command)}, but ${instead}`, whereOf(asked));
}

/** History has the answer to something that the code never asked for. */
export function unaskedAnswer(event: HistoryEvent): Nondeterminism {
  return new Nondeterminism(
    `history has ${describeEvent(event, undefined)}, which answers nothing that was asked for`,
    {
      waits: true,
    },
  );
}

function whereOf({ command, site }: Asked): Nondeterminism['where'] {
  return command.type === 'CompleteWorkflowExecution' ? { workflow: true } : { site };
}

export function describeEvent(event: HistoryEvent, identity: string | undefined): string {
  const what = identity ?? identityOfEvent(event);
  return `event ${event.eventId} ${event.type}${what === undefined ? '' : ` (${what})`}`;
}

function identityOfEvent(event: HistoryEvent): string | undefined {
  switch (event.type) {
    case 'ActivityTaskScheduled':
      return `activity ${event.attributes.activityId} "${event.attributes.activityType}"`;
    case 'TimerStarted':
    case 'TimerFired':
    case 'TimerCanceled':
      return `timer ${event.attributes.timerId}`;
    case 'ActivityTaskCompleted':
    case 'ActivityTaskFailed':
    case 'ActivityTaskTimedOut':
    case 'ActivityTaskCanceled':
    case 'ActivityTaskCancelRequested':
      return `of the activity that event ${event.attributes.scheduledEventId} scheduled`;
    case 'WorkflowExecutionSignaled':
      return `signal "${event.attributes.signalName}"`;
    default:
      return undefined;
  }
}

function describeCommand(command: AskedCommand): string {
  switch (command.type) {
    case 'ScheduleActivityTask':
      return `schedules activity ${command.attributes.activityId} "${command.attributes.activityType}"`;
    case 'RequestCancelActivityTask':
      return `cancels activity ${command.attributes.activityId}`;
    case 'StartTimer':
      return `starts timer ${command.attributes.timerId} of ${command.attributes.startToFireTimeoutMs} ms`;
    case 'CancelTimer':
      return `cancels timer ${command.attributes.timerId}`;
    case 'CompleteWorkflowExecution':
      return 'completes the workflow';
    case 'FailWorkflowExecution':
      return `fails the workflow: ${command.attributes.failure?.message}`;
    case 'CancelWorkflowExecution':
      return 'ends the workflow as cancelled';
    case 'ContinueAsNewWorkflowExecution':
      return `continues as new "${command.attributes.workflowType}"`;
  }
}
