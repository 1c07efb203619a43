// What passes between the workflow API, which is bundled with the user's code, and the host that drives it. The host reads
// history and turns it into jobs; the API runs them and gives commands back. What the host passes are objects of another realm:
// only the API looks at them, and user code gets copies.

import type { CommandOf } from '../../api/command.ts';
import type { EventAttributes } from '../../api/event.ts';
import type { Payloads } from '../../api/messages/common.ts';
import type { Failure } from '../../api/messages/failure.ts';
import type { RealmRun } from '../sandbox/realm/contract.ts';

/** What a run begins with. */
export interface RunStart {
  readonly namespace: string;
  readonly workflowId: string;
  readonly runId: string;
  readonly startTimeMs: number;
  readonly started: EventAttributes<'WorkflowExecutionStarted'>;
}

/** What an activation gives the workflow to do. One kind of job each; the table in jobs.ts has what is done with it. */
export type Job =
  | { readonly kind: 'start' }
  | { readonly kind: 'signal'; readonly signalName: string; readonly input: Payloads }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'fireTimer'; readonly timerId: string }
  | { readonly kind: 'resolveActivity'; readonly activityId: string; readonly outcome: ActivityOutcome }
  | { readonly kind: 'reseed'; readonly seed: string };

export type JobOf<K extends Job['kind']> = Extract<Job, { kind: K }>;

export type ActivityOutcome =
  | { readonly kind: 'completed'; readonly result: Payloads }
  /** Also timed out and cancelled: the failure says which. */
  | { readonly kind: 'failed'; readonly failure: Failure };

/** What came about by one workflow task. */
export interface Activation {
  /** The clock. */
  readonly nowMs: number;
  readonly isReplaying: boolean;
  readonly historyLength: number;
  readonly historySize: number;
  readonly continueAsNewSuggested: boolean;
  readonly jobs: readonly Job[];
}

type AskedType =
  | 'ScheduleActivityTask'
  | 'StartTimer'
  | 'CancelTimer'
  | 'CompleteWorkflowExecution'
  | 'FailWorkflowExecution'
  | 'CancelWorkflowExecution'
  | 'ContinueAsNewWorkflowExecution';

/** A command of the protocol, except that a cancelled activity is known by its id: the host knows its event. */
export type AskedCommand =
  | { [T in AskedType]: CommandOf<T> }[AskedType]
  | { readonly type: 'RequestCancelActivityTask'; readonly attributes: { readonly activityId: string } };

/** Where in the code something was asked for; its stack is formatted only when somebody reads it. */
export interface Site {
  readonly stack?: string;
}

export interface Asked {
  readonly command: AskedCommand;
  readonly site: Site;
}

/** What an activation came to. */
export interface Conclusion {
  readonly commands: readonly Asked[];
  /** What fails the workflow task, not the workflow: any error that is not a TemporalFailure. */
  readonly taskError: { readonly error: unknown; readonly failure: Failure } | undefined;
}

export type QueryAnswer =
  | { readonly kind: 'answered'; readonly answer: Payloads }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** What the workflow waits for, for whoever asks where it stands. */
export interface Wait {
  /** E.g. `activity 3 "charge"`. */
  readonly what: string;
  readonly site: Site;
}

export interface HandlerNames {
  readonly name: string;
  readonly description: string | undefined;
}

/** What drives runs. Every function but `conclude` is called inside the context, so that microtasks run. */
export interface Machine {
  /** Readies the run for its first activation. Throws when no export has its workflow's name. */
  begin(run: RealmRun, workflows: Readonly<Record<string, unknown>>): void;
  activate(run: RealmRun, activation: Activation): void;
  /** Releases the conditions that now hold; true when there were any, and then their microtasks run and it is called again. */
  settle(run: RealmRun): boolean;
  /** Whether `settle` has anything to ask. */
  hasConditions(run: RealmRun): boolean;
  conclude(run: RealmRun): Conclusion;
  query(run: RealmRun, queryType: string, args: Payloads): QueryAnswer;
  waits(run: RealmRun): readonly Wait[];
  handlers(run: RealmRun): {
    readonly queries: readonly HandlerNames[];
    readonly signals: readonly HandlerNames[];
    readonly currentDetails: string;
  };
  /** An error of this realm as the protocol has it. */
  failureOf(run: RealmRun, error: unknown): Failure;
}
