// What a client throws, by the official names. A refusal of the service that has no name here is thrown as the `ServiceError`
// that it is, with its code.

import { ServiceError } from '../../api/service-error.ts';
import type { WorkflowExecutionStatus } from '../../api/workflow-service.ts';
import { brandError } from '../common/error-brand.ts';
import { NamespaceNotFoundError, WorkflowNotFoundError } from '../common/errors.ts';
import type { RetryState } from '../common/failure.ts';

export { ServiceError } from '../../api/service-error.ts';

/** The workflow did not complete; `cause` says why: an ApplicationFailure, CancelledFailure, TerminatedFailure, TimeoutFailure, … */
export class WorkflowFailedError extends Error {
  static {
    brandError(WorkflowFailedError, 'WorkflowFailedError');
  }

  declare readonly cause?: Error;
  readonly retryState: RetryState | undefined;

  constructor(message: string, cause: Error | undefined, retryState: RetryState | undefined) {
    super(message, cause === undefined ? undefined : { cause });
    this.retryState = retryState;
  }
}

/** The run ended by continuing as a new one, and the caller had asked not to follow (`followRuns: false`). */
export class WorkflowContinuedAsNewError extends Error {
  static {
    brandError(WorkflowContinuedAsNewError, 'WorkflowExecutionContinuedAsNewError');
  }

  readonly newExecutionRunId: string;

  constructor(message: string, newExecutionRunId: string) {
    super(message);
    this.newExecutionRunId = newExecutionRunId;
  }
}

/** The workflow's status is one that the caller's `queryRejectCondition` excludes. */
export class QueryRejectedError extends Error {
  static {
    brandError(QueryRejectedError, 'QueryRejectedError');
  }

  readonly status: WorkflowExecutionStatus;

  constructor(status: WorkflowExecutionStatus) {
    super(`Query rejected: the workflow is ${status}`);
    this.status = status;
  }
}

/** The workflow has no handler for the query, or the handler threw; then `cause` is what it threw. */
export class QueryNotRegisteredError extends Error {
  static {
    brandError(QueryNotRegisteredError, 'QueryNotRegisteredError');
  }

  readonly code = 'INVALID_ARGUMENT';

  constructor(message: string, cause?: Error) {
    super(message, cause === undefined ? undefined : { cause });
  }
}

/** No such activity is pending: its ids are wrong, it has ended, timed out or been completed before, or its workflow is closed. */
export class ActivityNotFoundError extends Error {
  static {
    brandError(ActivityNotFoundError, 'ActivityNotFoundError');
  }
}

/** The service refused an activity's completion or heartbeat; `cause` says why. */
export class ActivityCompletionError extends Error {
  static {
    brandError(ActivityCompletionError, 'ActivityCompletionError');
  }
}

/** Answer to a heartbeat: the workflow asked for the activity's cancellation. */
export class ActivityCancelledError extends Error {
  static {
    brandError(ActivityCancelledError, 'ActivityCancelledError');
  }
}

/** Answer to a heartbeat: the activity is paused. */
export class ActivityPausedError extends Error {
  static {
    brandError(ActivityPausedError, 'ActivityPausedError');
  }
}

/** Answer to a heartbeat: the activity was reset. */
export class ActivityResetError extends Error {
  static {
    brandError(ActivityResetError, 'ActivityResetError');
  }
}

/** The error that a caller sees for a refused call about this workflow. */
export function workflowCallError(error: unknown, workflowId = '', runId?: string): unknown {
  if (!(error instanceof ServiceError)) return error;
  if (error.detail?.type === 'NamespaceNotFoundFailure') return new NamespaceNotFoundError(error.detail.namespace);
  if (error.code === 'NOT_FOUND') return new WorkflowNotFoundError(error.message, workflowId, runId);
  return error;
}
