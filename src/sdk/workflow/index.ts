// `perdure/workflow`: what workflow code is written with. Names and semantics are the official TypeScript SDK's.
//
// Importing it is harmless anywhere, so that a client can import a workflow file for its definitions; calling what needs a run
// outside of one throws an IllegalStateError.

import { maybeCurrentRun } from '../sandbox/realm/current.ts';
import { theRun } from './run.ts';

export * from '../common/index.ts';
export { type ActivityFunctionWithOptions, type ActivityInterfaceFor, proxyActivities } from './activities.ts';
export { AsyncLocalStorage } from './async-local-storage.ts';
export { CancellationScope, type CancellationScopeOptions } from './cancellation-scope.ts';
export { condition } from './condition.ts';
export { ContinueAsNew, type ContinueAsNewOptions, continueAsNew, makeContinueAsNewFunc } from './continue-as-new.ts';
export { DeterminismViolationError } from './determinism-violation.ts';
export {
  allHandlersFinished,
  defineQuery,
  defineSignal,
  getCurrentDetails,
  type QueryHandlerOptions,
  type SignalHandlerOptions,
  setCurrentDetails,
  setDefaultQueryHandler,
  setDefaultSignalHandler,
  setHandler,
} from './handlers.ts';
export type { UnsafeWorkflowInfo, WorkflowInfo } from './info.ts';
export { log } from './log.ts';
export { sleep, type TimerOptions } from './timers.ts';
export { Trigger } from './trigger.ts';

/** What this workflow can know of itself, as of the present workflow task. Ask for it where it is used. */
export function workflowInfo(): import('./info.ts').WorkflowInfo {
  return theRun('workflowInfo()').info;
}

/** Whether this code runs in a workflow. */
export function inWorkflowContext(): boolean {
  return maybeCurrentRun() !== undefined;
}

/** A UUID of version 4 that a replay finds again. Not for secrets. */
export function uuid4(): string {
  return crypto.randomUUID();
}
