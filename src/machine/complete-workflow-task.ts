// A worker has run the workflow's code and says what it asks for. All of it is accepted, or none: one bad command fails the task.
// The order in history is: the completion, what the commands do, what was buffered meanwhile, and the next task if one is due.

import type { Command, CommandOf, CommandType } from '../api/command.ts';
import type { EventAttributes } from '../api/event.ts';
import { requestCancelActivity, scheduleActivity } from './activity-commands.ts';
import { type Accepted, type Answering, type BadCommand, badCommand, type CommandOutcome, isBad } from './answering.ts';
import { cancelWorkflow, completeWorkflow, continueAsNew, failWorkflow } from './close-commands.ts';
import { type Decision, decided, type Fact, type Moment, notFound, type Successor } from './fact.ts';
import type { ReadonlyRun, Sticky, WorkflowTask } from './run.ts';
import { cancelTimer, startTimer } from './timer.ts';
import {
  claimedTask,
  failedFacts,
  scheduled,
  TASK_NOT_FOUND,
  type TaskClaim,
  transientEvents,
} from './workflow-task.ts';

export interface Completion {
  readonly commands: readonly Command[];
  readonly identity: string;
  readonly sticky?: Sticky | undefined;
  readonly forceNewTask?: boolean | undefined;
  /** What the worker says of itself, for the WorkflowTaskCompleted event. */
  readonly stamp?: Partial<EventAttributes<'WorkflowTaskCompleted'>> | undefined;
}

export function completeWorkflowTask(
  run: ReadonlyRun,
  claim: TaskClaim,
  completion: Completion,
  moment: Moment,
): Decision {
  const task = claimedTask(run, claim);
  if (!task) return notFound(TASK_NOT_FOUND);
  const late: Fact[] = task.transient ? transientEvents(run, task, moment) : [];
  const answering = beginAnswering(run, run.nextEventId + late.length, moment);
  const outcome = decideCommands(answering, completion.commands);
  if (isBad(outcome)) return rejected(run, task, outcome, completion.identity, moment);
  if (outcome.closes && run.buffered.length > 0) return unhandled(run, task, completion.identity, moment);

  const completed: Fact = {
    type: 'WorkflowTaskCompleted',
    attributes: {
      scheduledEventId: task.scheduledEventId,
      startedEventId: task.started?.eventId ?? 0,
      identity: completion.identity,
      ...completion.stamp,
    },
  };
  const facts = [
    ...late,
    completed,
    ...stickiness(completion.sticky),
    ...outcome.facts,
    ...afterwards(run, outcome, completion),
  ];
  return { facts, successor: outcome.successor };
}

function beginAnswering(run: ReadonlyRun, completedEventId: number, moment: Moment): Answering {
  return {
    run,
    moment,
    completedEventId,
    nextEventId: completedEventId + 1,
    timers: new Map([...run.timers.values()].map(({ timerId, startedEventId }) => [timerId, startedEventId])),
    activities: new Map(
      [...run.activities.values()].map(({ activityId, scheduledEventId }) => [activityId, scheduledEventId]),
    ),
    scheduledHere: new Set(),
    cancelRequestedHere: new Set(),
  };
}

type Deciders = { readonly [T in CommandType]?: (answering: Answering, command: CommandOf<T>) => CommandOutcome };

// The commands that this version carries out. The others have their tables in api/ and get their line here when they come.
const deciders: Deciders = {
  ScheduleActivityTask: scheduleActivity,
  RequestCancelActivityTask: requestCancelActivity,
  StartTimer: (answering, { attributes }) => startTimer(answering, attributes),
  CancelTimer: (answering, { attributes }) => cancelTimer(answering, attributes),
  CompleteWorkflowExecution: completeWorkflow,
  FailWorkflowExecution: failWorkflow,
  CancelWorkflowExecution: cancelWorkflow,
  ContinueAsNewWorkflowExecution: continueAsNew,
};

function decideCommands(answering: Answering, commands: readonly Command[]): CommandOutcome {
  const facts: Fact[] = [];
  let wakes = false;
  for (const command of commands) {
    const decide = deciders[command.type] as ((answering: Answering, command: Command) => CommandOutcome) | undefined;
    const outcome = decide?.(answering, command) ?? unknownCommand(command);
    if (isBad(outcome)) return outcome;
    facts.push(...outcome.facts);
    answering.nextEventId += outcome.facts.length;
    wakes ||= outcome.wakes ?? false;
    // Two close commands: the first wins, and what comes after it is dropped.
    if (outcome.closes) return { ...outcome, facts, wakes: false };
  }
  return { facts, wakes };
}

function unknownCommand({ type }: Command): BadCommand {
  return badCommand('UNSPECIFIED', `this version of perdure does not carry out the command ${type}`);
}

function stickiness(sticky: Sticky | undefined): Fact[] {
  if (!sticky) return [{ type: 'StickyCleared' }];
  return [{ type: 'StickySet', queue: sticky.queue, scheduleToStartTimeoutMs: sticky.scheduleToStartTimeoutMs }];
}

function afterwards(run: ReadonlyRun, outcome: Accepted, completion: Completion): Fact[] {
  if (outcome.closes) return [];
  const flush: Fact[] = run.buffered.length > 0 ? [{ type: 'BufferFlushed' }] : [];
  const due = flush.length > 0 || outcome.wakes || completion.forceNewTask;
  return due ? [...flush, scheduled(run, 1)] : flush;
}

function rejected(
  run: ReadonlyRun,
  task: WorkflowTask,
  { cause, detail }: BadCommand,
  identity: string,
  moment: Moment,
): Decision {
  const message = `${causeWords(cause)}: ${detail}`;
  const failure = { message, source: 'Server', serverFailureInfo: { nonRetryable: false } };
  const facts = failedFacts(run, task, { cause, failure, identity }, moment);
  return { facts, refusal: { code: 'INVALID_ARGUMENT', message } };
}

/** The workflow wants to close, but does not know yet what was buffered: it is asked again with that in its history. */
function unhandled(run: ReadonlyRun, task: WorkflowTask, identity: string, moment: Moment): Decision {
  const failure = { message: 'UnhandledCommand', source: 'Server', serverFailureInfo: { nonRetryable: false } };
  const { facts } = decided(...failedFacts(run, task, { cause: 'UNHANDLED_COMMAND', failure, identity }, moment));
  return { facts, refusal: { code: 'INVALID_ARGUMENT', message: 'UnhandledCommand' } };
}

/** BAD_START_TIMER_ATTRIBUTES as Temporal's messages spell it: BadStartTimerAttributes. */
function causeWords(cause: string): string {
  return cause
    .split('_')
    .map((word) => word.charAt(0) + word.slice(1).toLowerCase())
    .join('');
}

export type { Successor };
