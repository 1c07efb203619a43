// The state of a run. The workflow API is shared by all runs of a thread and holds no state of its own: it asks whose code runs.

import { IllegalStateError } from '../common/errors.ts';
import { DefaultFailureConverter, type FailureConverter } from '../common/failure-converter.ts';
import { defaultPayloadConverter, type PayloadConverter } from '../common/payload-converter.ts';
import type { RealmRun } from '../sandbox/realm/contract.ts';
import { maybeCurrentRun } from '../sandbox/realm/current.ts';
import { type CancellationScope, newRootScope } from './cancellation-scope.ts';
import type { Asked, AskedCommand, JobOf, Site } from './contract.ts';
import { initialInfo, type WorkflowInfo } from './info.ts';

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
  readonly realm: RealmRun;
  readonly root: CancellationScope;
  info: WorkflowInfo;
  /** The user's function, once it is known. */
  workflow: AnyHandler | undefined;
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
  /** The executions of signal handlers that are still running. */
  readonly runningSignals: Map<object, { readonly name: string; readonly warn: boolean }>;
  readonly queryHandlers: Map<string, Handler>;
  defaultQueryHandler: ((name: string, ...args: unknown[]) => unknown) | undefined;
  currentDetails: string;
  /** The scopes of what `setTimeout` was asked for, by its id. */
  readonly timeouts: Map<number, CancellationScope>;
  cancelRequested: boolean;
  /** A closing command was given: whatever else the code asks for is not sent. */
  closed: boolean;
  taskError: { readonly error: unknown } | undefined;
  /** Set while a query handler runs, which must not ask for anything: the error, if it did. */
  query: { error: Error | undefined } | undefined;
  readonly payloadConverter: PayloadConverter;
  readonly failureConverter: FailureConverter;
}

const failureConverter: FailureConverter = new DefaultFailureConverter();

export function newRun(realm: RealmRun): Run {
  const { start } = realm;
  return {
    realm,
    root: newRootScope(),
    info: initialInfo(start, defaultPayloadConverter, failureConverter),
    workflow: undefined,
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
    timeouts: new Map(),
    cancelRequested: false,
    closed: false,
    taskError: undefined,
    query: undefined,
    payloadConverter: defaultPayloadConverter,
    failureConverter,
  };
}

/** The run. Throws an IllegalStateError that names what was called when this code does not run in a workflow. */
export function theRun(called: string): Run {
  const run = maybeCurrentRun()?.state as Run | undefined;
  if (!run) {
    throw new IllegalStateError(
      `${called} can only be called by workflow code: start the workflow with a client, and a worker runs it`,
    );
  }
  return run;
}

/** The run, for code that is about to ask the service for something. Throws when a query handler asks. */
export function theRunThatAsks(called: string): Run {
  const run = theRun(called);
  if (!run.query) return run;
  run.query.error ??= new IllegalStateError(
    `a query handler cannot call ${called}: it answers at once, from what the workflow knows; use a signal to make it act`,
  );
  throw run.query.error;
}

/** Notes a command for the answer to the workflow task. After a closing command nothing counts. */
export function ask(to: Run, command: AskedCommand, site: Site): void {
  if (!to.closed) to.commands.push({ command, site });
}

/** Enough to see the user's line through a few layers; a run may hold many sites for a long time. */
const SITE_FRAMES = 8;

/** The place in the user's code that the caller was called from. */
export function siteOf(caller: AnyHandler): Site {
  const site: Site = {};
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = SITE_FRAMES;
  Error.captureStackTrace(site, caller);
  Error.stackTraceLimit = stackTraceLimit;
  return site;
}
