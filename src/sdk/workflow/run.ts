// The state of the run whose code this is. The whole bundle is evaluated once for each run, so there is exactly one, kept here.

import { IllegalStateError } from '../common/errors.ts';
import { DefaultFailureConverter, type FailureConverter } from '../common/failure-converter.ts';
import { defaultPayloadConverter, type PayloadConverter } from '../common/payload-converter.ts';
import type { Asked, AskedCommand, JobOf, RunStart, Site } from './contract.ts';
import { initialInfo, type WorkflowInfo } from './info.ts';
import { sandbox } from './sandbox-api.ts';

// biome-ignore lint/suspicious/noExplicitAny: handlers of any signature are kept together
export type AnyHandler = (...args: any[]) => any;

export interface Handler {
  readonly call: AnyHandler;
  readonly description: string | undefined;
}

export interface SignalHandler extends Handler {
  readonly warnUnfinished: boolean;
}

/** A call that history will answer. */
export interface Pending<T> {
  readonly what: string;
  readonly site: Site;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
  /** Its answer is among the jobs of this activation: there is nothing left to cancel. */
  answered: boolean;
}

export interface BlockedCondition {
  readonly holds: () => boolean;
  readonly resolve: () => void;
  readonly site: Site;
}

export interface Run {
  readonly start: RunStart;
  info: WorkflowInfo;
  nextActivity: number;
  nextTimer: number;
  /** Asked for in the present activation. */
  commands: Asked[];
  readonly activities: Map<string, Pending<unknown>>;
  readonly timers: Map<string, Pending<void>>;
  readonly conditions: Set<BlockedCondition>;
  readonly signalHandlers: Map<string, SignalHandler>;
  defaultSignalHandler: ((name: string, ...args: unknown[]) => unknown) | undefined;
  bufferedSignals: JobOf<'signal'>[];
  /** Names of the signals whose handlers are still running. */
  readonly runningSignals: Map<number, { readonly name: string; readonly warn: boolean }>;
  readonly queryHandlers: Map<string, Handler>;
  defaultQueryHandler: ((name: string, ...args: unknown[]) => unknown) | undefined;
  currentDetails: string;
  cancelRequested: boolean;
  /** A closing command was given: whatever else the code asks for is not sent. */
  closed: boolean;
  taskError: { readonly error: unknown } | undefined;
  /** A query handler runs, which may not ask for anything. */
  answeringQuery: boolean;
  readonly payloadConverter: PayloadConverter;
  readonly failureConverter: FailureConverter;
}

const run: Run | undefined = sandbox && newRun(sandbox.start as RunStart);

function newRun(start: RunStart): Run {
  const failureConverter = new DefaultFailureConverter();
  return {
    start,
    info: initialInfo(start, defaultPayloadConverter, failureConverter),
    nextActivity: 1,
    nextTimer: 1,
    commands: [],
    activities: new Map(),
    timers: new Map(),
    conditions: new Set(),
    signalHandlers: new Map(),
    defaultSignalHandler: undefined,
    bufferedSignals: [],
    runningSignals: new Map(),
    queryHandlers: new Map(),
    defaultQueryHandler: undefined,
    currentDetails: '',
    cancelRequested: false,
    closed: false,
    taskError: undefined,
    answeringQuery: false,
    payloadConverter: defaultPayloadConverter,
    failureConverter,
  };
}

/** The run. Throws an IllegalStateError that names what was called when this code does not run in a workflow. */
export function theRun(called: string): Run {
  if (!run) {
    throw new IllegalStateError(
      `${called} can only be called by workflow code: start the workflow with a client, and a worker runs it`,
    );
  }
  return run;
}

export function maybeRun(): Run | undefined {
  return run;
}

/** Notes a command for the answer to the workflow task. Throws when a query handler asks. */
export function ask(to: Run, command: AskedCommand, site: Site): void {
  if (to.answeringQuery) {
    throw new IllegalStateError(
      `a query handler cannot ask for ${command.type}: it answers from what the workflow knows; use a signal to make it act`,
    );
  }
  if (to.closed) return;
  to.commands.push({ command, site });
}

/** The place in the user's code that the caller was called from. */
export function siteOf(caller: AnyHandler): Site {
  const site: Site = {};
  Error.captureStackTrace(site, caller);
  return site;
}
