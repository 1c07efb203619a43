// Errors of the SDK itself, by their official names. What crosses between workflow, activity and client is in failure.ts.

import { brandError } from './error-brand.ts';

/** A value that cannot be handled, e.g. one that has no payload. */
export class ValueError extends Error {
  static {
    brandError(ValueError, 'ValueError');
  }

  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
  }
}

/** A payload converter is set up wrongly. */
export class PayloadConverterError extends ValueError {
  static {
    brandError(PayloadConverterError, 'PayloadConverterError');
  }
}

/** What was asked cannot be done in the present state, e.g. running a worker that was shut down. */
export class IllegalStateError extends Error {
  static {
    brandError(IllegalStateError, 'IllegalStateError');
  }
}

/** A worker was given up because its tasks had not ended in time (`shutdownForceTime`). */
export class GracefulShutdownPeriodExpiredError extends Error {
  static {
    brandError(GracefulShutdownPeriodExpiredError, 'GracefulShutdownPeriodExpiredError');
  }
}

/** No such workflow, or, for calls that need an open one, the workflow is closed. */
export class WorkflowNotFoundError extends Error {
  static {
    brandError(WorkflowNotFoundError, 'WorkflowNotFoundError');
  }

  readonly workflowId: string;
  readonly runId: string | undefined;

  constructor(message: string, workflowId: string, runId: string | undefined) {
    super(message);
    this.workflowId = workflowId;
    this.runId = runId;
  }
}

/** The service does not know the namespace. */
export class NamespaceNotFoundError extends Error {
  static {
    brandError(NamespaceNotFoundError, 'NamespaceNotFoundError');
  }

  readonly namespace: string;

  constructor(namespace: string) {
    super(`Namespace not found: '${namespace}'`);
    this.namespace = namespace;
  }
}

/**
 * Throw it from an activity that somebody else will complete: the worker forgets the attempt, and `client.activity` completes it
 * by its task token or by its ids.
 */
export class CompleteAsyncError extends Error {
  static {
    brandError(CompleteAsyncError, 'CompleteAsyncError');
  }
}
