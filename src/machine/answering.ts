// The scratch of one completed workflow task while its commands are decided one by one: they see each other's effects (a timer
// started by the second is pending for the fifth) although nothing is folded into the run before all of them are accepted.

import type { NewEvent } from '../api/event.ts';
import type { WorkflowTaskFailedCause } from '../api/messages/enums.ts';
import type { Moment, Successor } from './fact.ts';
import type { ReadonlyRun } from './run.ts';

export interface Answering {
  readonly run: ReadonlyRun;
  readonly moment: Moment;
  /** The id that the WorkflowTaskCompleted event gets. */
  readonly completedEventId: number;
  /** The id that the next event gets. */
  nextEventId: number;
  /** The timers that are pending for all that the workflow knows, by id, with the id of their TimerStarted. */
  readonly timers: Map<string, number>;
  /** Pending activities by activity id, with the id of their ActivityTaskScheduled. */
  readonly activities: Map<string, number>;
  /** Activities scheduled by this very completion: nobody can have started them. */
  readonly scheduledHere: Set<number>;
  /** Activities canceled by this very completion, because they were not started. */
  readonly canceledHere: Set<number>;
  /** Timers, by the id of their TimerStarted, canceled after they had fired unseen: their buffered event goes. */
  readonly unfired: Set<number>;
}

export interface Accepted {
  /** The events that stand for the command, in its place among those of the other commands. */
  readonly facts: readonly NewEvent[];
  /** What follows from the command and is news to the workflow: it has its place behind all commands, and a task of its own. */
  readonly news?: readonly NewEvent[];
  /** The workflow is over: commands after this one are dropped. */
  readonly closes?: boolean;
  readonly successor?: Successor | undefined;
}

/** A command that cannot be carried out fails the whole workflow task. */
export interface BadCommand {
  readonly cause: WorkflowTaskFailedCause;
  readonly detail: string;
}

export type CommandOutcome = Accepted | BadCommand;

export function badCommand(cause: WorkflowTaskFailedCause, detail: string): BadCommand {
  return { cause, detail };
}

export function isBad(outcome: CommandOutcome): outcome is BadCommand {
  return 'cause' in outcome;
}
