// How a WorkflowService refuses, whatever the transport: a gRPC status code, a message, and the detail that clients key on.

export type StatusCode =
  | 'CANCELLED'
  | 'UNKNOWN'
  | 'INVALID_ARGUMENT'
  | 'DEADLINE_EXCEEDED'
  | 'NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'PERMISSION_DENIED'
  | 'RESOURCE_EXHAUSTED'
  | 'FAILED_PRECONDITION'
  | 'ABORTED'
  | 'OUT_OF_RANGE'
  | 'UNIMPLEMENTED'
  | 'INTERNAL'
  | 'UNAVAILABLE'
  | 'DATA_LOSS'
  | 'UNAUTHENTICATED';

/** The messages of `temporal.api.errordetails.v1` that this version sends. */
export type ErrorDetail =
  | { readonly type: 'NotFoundFailure' }
  | { readonly type: 'NamespaceNotFoundFailure'; readonly namespace: string }
  | {
      readonly type: 'WorkflowExecutionAlreadyStartedFailure';
      readonly startRequestId: string;
      readonly runId: string;
      readonly firstExecutionRunId: string;
    }
  | { readonly type: 'QueryFailedFailure'; readonly failure: import('./messages/failure.ts').Failure }
  | { readonly type: 'WorkflowNotReadyFailure' }
  | { readonly type: 'ResourceExhaustedFailure'; readonly cause: string };

export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: StatusCode;
  readonly detail: ErrorDetail | undefined;

  constructor(code: StatusCode, message: string, detail?: ErrorDetail) {
    super(message);
    this.code = code;
    this.detail = detail;
  }
}

export function notFound(message: string): ServiceError {
  return new ServiceError('NOT_FOUND', message, { type: 'NotFoundFailure' });
}

export function invalidArgument(message: string): ServiceError {
  return new ServiceError('INVALID_ARGUMENT', message);
}
