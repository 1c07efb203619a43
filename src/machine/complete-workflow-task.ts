// A worker has run the workflow's code and says what it asks for. All of it is accepted, or none: one bad command fails the task.
// The order in history is: the completion, what the commands do, what was buffered meanwhile, and the next task if one is due.

import type { Command, CommandOf, CommandType } from '../api/command.ts';
import type { EventAttributes, NewEvent } from '../api/event.ts';
import { requestCancelActivity, scheduleActivity } from './activity-commands.ts';
import { type Accepted, type Answering, type BadCommand, badCommand, type CommandOutcome, isBad } from './answering.ts';
import { cancelWorkflow, completeWorkflow, continueAsNew, failWorkflow } from './close-commands.ts';
import { type Decision, type Fact, type Moment, notFound, serverFailure } from './fact.ts';
import type { ReadonlyRun, Sticky } from './run.ts';
import { cancelTimer, startTimer, timersAsSeen } from './timer.ts';
import {
  claimedTask,
  failedFacts,
  type StartedWorkflowTask,
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
  const unseen = run.buffered.length - answering.unfired.size;
  if (outcome.closes && unseen > 0) return unhandled(run, task, completion.identity, moment);

  const completed: Fact = {
    type: 'WorkflowTaskCompleted',
    attributes: {
      scheduledEventId: task.scheduledEventId,
      startedEventId: task.started.eventId,
      identity: completion.identity,
      ...completion.stamp,
    },
  };
  const facts = [
    ...late,
    completed,
    ...stickiness(completion.sticky),
    ...outcome.facts,
    ...(outcome.closes ? [] : afterwards(run, unseen > 0, outcome, completion)),
  ];
  return { facts, successor: outcome.successor };
}

function beginAnswering(run: ReadonlyRun, completedEventId: number, moment: Moment): Answering {
  return {
    run,
    moment,
    completedEventId,
    nextEventId: completedEventId + 1,
    timers: timersAsSeen(run),
    activities: new Map(
      [...run.activities.values()].map(({ activityId, scheduledEventId }) => [activityId, scheduledEventId]),
    ),
    scheduledHere: new Set(),
    canceledHere: new Set(),
    unfired: new Set(),
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
  const facts: NewEvent[] = [];
  const news: NewEvent[] = [];
  for (const command of commands) {
    const decide = deciders[command.type] as ((answering: Answering, command: Command) => CommandOutcome) | undefined;
    const outcome = decide?.(answering, command) ?? unknownCommand(command);
    if (isBad(outcome)) return outcome;
    facts.push(...outcome.facts);
    answering.nextEventId += outcome.facts.length;
    news.push(...(outcome.news ?? []));
    // Two close commands: the first wins, and what comes after it is dropped. To a closed run there is nothing to tell.
    if (outcome.closes) return { ...outcome, facts };
  }
  return { facts, news };
}

function unknownCommand({ type }: Command): BadCommand {
  return badCommand('FEATURE_DISABLED', `this version of perdure does not carry out the command ${type}`);
}

/** Without a limit a run would wait for ever for a worker that is gone. */
const DEFAULT_STICKY_TIMEOUT_MS = 10_000;

function stickiness(sticky: Sticky | undefined): Fact[] {
  if (!sticky) return [{ type: 'StickyCleared' }];
  const { queue, scheduleToStartTimeoutMs } = sticky;
  return [
    { type: 'StickySet', queue, scheduleToStartTimeoutMs: scheduleToStartTimeoutMs || DEFAULT_STICKY_TIMEOUT_MS },
  ];
}

function afterwards(run: ReadonlyRun, unseen: boolean, { news = [] }: Accepted, completion: Completion): Fact[] {
  const flush: Fact[] = unseen ? [{ type: 'BufferFlushed' }] : [];
  const due = unseen || news.length > 0 || completion.forceNewTask;
  return due ? [...flush, ...news, scheduled(run, 1)] : [];
}

function rejected(
  run: ReadonlyRun,
  task: StartedWorkflowTask,
  { cause, detail }: BadCommand,
  identity: string,
  moment: Moment,
): Decision {
  const message = `${causeWords(cause)}: ${detail}`;
  const facts = failedFacts(run, task, { cause, failure: serverFailure(message), identity }, moment);
  return { facts, refusal: { code: 'INVALID_ARGUMENT', message } };
}

/** The workflow wants to close, but does not know yet what was buffered: it is asked again with that in its history. */
function unhandled(run: ReadonlyRun, task: StartedWorkflowTask, identity: string, moment: Moment): Decision {
  const message = 'UnhandledCommand';
  const failure = serverFailure(message);
  const facts = failedFacts(run, task, { cause: 'UNHANDLED_COMMAND', failure, identity }, moment);
  return { facts, refusal: { code: 'INVALID_ARGUMENT', message } };
}

/** BAD_START_TIMER_ATTRIBUTES as Temporal's messages spell it: BadStartTimerAttributes. */
function causeWords(cause: string): string {
  return cause
    .split('_')
    .map((word) => word.charAt(0) + word.slice(1).toLowerCase())
    .join('');
}
