// How a run is ended from outside: terminated, out of time, or asked to cancel (which is only a request: the workflow decides).

import type { Payloads, WorkflowExecution } from '../api/messages/common.ts';
import type { Link } from '../api/messages/link.ts';
import { afterFailure } from './close-commands.ts';
import { type Decision, decided, type Fact, type Moment, notFound, nothing } from './fact.ts';
import { isOpen, type ReadonlyRun } from './run.ts';
import { forceCloseFacts, scheduled } from './workflow-task.ts';

export const ALREADY_COMPLETED = 'workflow execution already completed';

export interface Termination {
  readonly reason?: string | undefined;
  readonly details?: Payloads | undefined;
  readonly identity?: string | undefined;
  readonly links?: readonly Link[] | undefined;
}

export function terminateWorkflow(run: ReadonlyRun, termination: Termination): Decision {
  return isOpen(run) ? terminated(run, termination) : notFound(ALREADY_COMPLETED);
}

export function terminated(run: ReadonlyRun, { links, ...attributes }: Termination): Decision {
  return decided(...forceCloseFacts(run), { type: 'WorkflowExecutionTerminated', links, attributes });
}

/**
 * Asked again, or of a closed run, there is nothing to do, and that is no error. The workflow hears of it at once, also while its
 * first task waits for a start delay or a back-off: nobody cancels in order to wait.
 */
export function requestCancelWorkflow(
  run: ReadonlyRun,
  request: {
    readonly reason?: string | undefined;
    readonly identity?: string | undefined;
    readonly external?: WorkflowExecution | undefined;
    readonly links?: readonly Link[] | undefined;
  },
): Decision {
  if (!isOpen(run) || run.cancelRequested) return nothing;
  const { reason, identity, external, links } = request;
  const requested: Fact = {
    type: 'WorkflowExecutionCancelRequested',
    links,
    attributes: { cause: reason, identity, externalWorkflowExecution: external },
  };
  return decided(requested, ...(run.task ? [] : [scheduled(run, 1)]));
}

/** The run's own time is over: it may be retried, as after a failure. */
export function timeOutRun(run: ReadonlyRun, moment: Moment): Decision {
  const failure = {
    message: 'workflow timeout',
    source: 'Server',
    timeoutFailureInfo: { timeoutType: 'START_TO_CLOSE' },
  } as const;
  const { retryState, successor } = afterFailure(run, failure, moment);
  const attributes = { retryState, newExecutionRunId: successor?.runId };
  const facts: Fact[] = [...forceCloseFacts(run), { type: 'WorkflowExecutionTimedOut', attributes }];
  return { facts, successor };
}

/** The time of the whole chain is over. */
export function timeOutExecution(run: ReadonlyRun): Decision {
  return decided(...forceCloseFacts(run), { type: 'WorkflowExecutionTimedOut', attributes: { retryState: 'TIMEOUT' } });
}
