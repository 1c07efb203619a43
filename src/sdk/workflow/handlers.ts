// Signals and queries: their definitions, and the handlers that a workflow gives them.
//
// A signal that has no handler yet is kept, and handled at the moment when one is set, before the workflow goes on: so a workflow
// that sets its handlers first thing misses no signal, also none that came with its start.

import { HandlerUnfinishedPolicy, type QueryDefinition, type SignalDefinition } from '../common/definitions.ts';
import { arrayFromPayloads } from '../common/payload-converter.ts';
import type { JobOf } from './contract.ts';
import { endWithError } from './outcome.ts';
import { type AnyHandler, type Run, theRun } from './run.ts';

export interface QueryHandlerOptions {
  /** For whoever looks at the workflow. */
  readonly description?: string | undefined;
}

export interface SignalHandlerOptions {
  /** For whoever looks at the workflow. */
  readonly description?: string | undefined;
  /** Whether a line of the log warns when the workflow ends while this handler runs. Default WARN_AND_ABANDON. */
  readonly unfinishedPolicy?: HandlerUnfinishedPolicy | undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: a definition of any arguments is meant
type AnyArgs = any[];

/** Names a signal and the types of its arguments. Use it in the workflow to handle it and in the client to send it. */
export function defineSignal<Args extends AnyArgs = [], Name extends string = string>(
  name: Name,
): SignalDefinition<Args, Name> {
  return { type: 'signal', name };
}

/** Names a query and the types of its answer and arguments. */
export function defineQuery<Ret, Args extends AnyArgs = [], Name extends string = string>(
  name: Name,
): QueryDefinition<Ret, Args, Name> {
  return { type: 'query', name };
}

/** A handler may take fewer arguments than its definition has. */
type HandlerFor<Definition> =
  Definition extends SignalDefinition<infer Args>
    ? (...args: Args) => void | Promise<void>
    : Definition extends QueryDefinition<infer Ret, infer Args>
      ? (...args: Args) => Ret
      : never;

/**
 * Says what is done when the signal arrives, or how the query is answered. A signal's handler may be async and call activities; it
 * runs beside the workflow's function and is not waited for. A query's returns at once and changes nothing. Undefined takes the
 * handler away; signals that arrive then are kept for the next one.
 */
export function setHandler<Definition extends SignalDefinition<AnyArgs> | QueryDefinition<unknown, AnyArgs>>(
  definition: Definition,
  handler: HandlerFor<Definition> | undefined,
  options?: Definition extends SignalDefinition<AnyArgs> ? SignalHandlerOptions : QueryHandlerOptions,
): void;
export function setHandler(
  definition: SignalDefinition<AnyArgs> | QueryDefinition<unknown, AnyArgs>,
  handler: AnyHandler | undefined,
  options: SignalHandlerOptions = {},
): void {
  const run = theRun('setHandler()');
  const { type, name } = definition;
  refuseReserved(type, name);
  const call = functionOrNothing(handler);
  const description = options.description;
  if (type === 'query') {
    if (call) run.queryHandlers.set(name, { call, description });
    else run.queryHandlers.delete(name);
    return;
  }
  if (type !== 'signal')
    throw new TypeError(`setHandler() takes signals and queries, not a definition of type '${type}'`);
  if (!call) {
    run.signalHandlers.delete(name);
    return;
  }
  const warnUnfinished = options.unfinishedPolicy !== HandlerUnfinishedPolicy.ABANDON;
  run.signalHandlers.set(name, { call, description, warnUnfinished });
  handleKept(run);
}

/** Says what is done with signals that have no handler of their own, in the order in which they arrived. */
export function setDefaultSignalHandler(
  handler: ((signalName: string, ...args: unknown[]) => void | Promise<void>) | undefined,
): void {
  const run = theRun('setDefaultSignalHandler()');
  run.defaultSignalHandler = functionOrNothing(handler);
  handleKept(run);
}

/** Says how queries that have no handler of their own are answered. */
export function setDefaultQueryHandler(
  handler: ((queryName: string, ...args: unknown[]) => unknown) | undefined,
): void {
  theRun('setDefaultQueryHandler()').defaultQueryHandler = functionOrNothing(handler);
}

/** True when no signal's handler is running: wait for it, as a condition, before the workflow ends. */
export function allHandlersFinished(): boolean {
  return theRun('allHandlersFinished()').runningSignals.size === 0;
}

/** What a user interface shows of the workflow at this moment, in Markdown; see `getCurrentDetails`. */
export function setCurrentDetails(details: string): void {
  theRun('setCurrentDetails()').currentDetails = details;
}

export function getCurrentDetails(): string {
  return theRun('getCurrentDetails()').currentDetails;
}

export function receiveSignal(run: Run, job: JobOf<'signal'>): void {
  if (hasHandler(run, job)) handleSignal(run, job);
  else run.bufferedSignals.push(job);
}

function hasHandler(run: Run, { signalName }: JobOf<'signal'>): boolean {
  return run.signalHandlers.has(signalName) || run.defaultSignalHandler !== undefined;
}

/** Handles the kept signals that have a handler now. A handler may set handlers, so the list is looked through afresh. */
function handleKept(run: Run): void {
  for (;;) {
    const at = run.bufferedSignals.findIndex((job) => hasHandler(run, job));
    if (at < 0) return;
    const [job] = run.bufferedSignals.splice(at, 1);
    handleSignal(run, job as JobOf<'signal'>);
  }
}

function handleSignal(run: Run, { signalName, input }: JobOf<'signal'>): void {
  const handler = run.signalHandlers.get(signalName);
  const args = arrayFromPayloads(run.payloadConverter, input);
  const execution = {};
  run.runningSignals.set(execution, { name: signalName, warn: handler?.warnUnfinished ?? true });
  const handled = (async () => {
    if (handler) await handler.call(...args);
    else await run.defaultSignalHandler?.(signalName, ...args);
  })();
  handled.catch((error) => endWithError(run, error)).finally(() => run.runningSignals.delete(execution));
}

function refuseReserved(type: string, name: string): void {
  if (name.startsWith('__temporal_') || name === '__stack_trace' || name === '__enhanced_stack_trace') {
    throw new TypeError(`the ${type} name '${name}' is reserved: choose another`);
  }
}

function functionOrNothing<F extends AnyHandler>(handler: F | undefined): F | undefined {
  if (handler === undefined || handler === null || typeof handler === 'function') return handler ?? undefined;
  throw new TypeError(`a handler is a function, or undefined to take it away, not a ${typeof handler}`);
}
