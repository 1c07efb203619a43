// Histories are kept for good and read again at every replay, so a service takes payloads of at most 2 MiB. What is larger is
// refused here, where the error can name the activity and the remedy.

import type { Payload } from '../../api/messages/common.ts';
import type { Failure } from '../../api/messages/failure.ts';
import { ApplicationFailure } from '../common/failure.ts';

const MAXIMUM_BYTES = 2 * 1024 * 1024;
/** A failure larger than this is cut to its first characters: a service would not take it. */
const MAXIMUM_FAILURE_BYTES = 1024 * 1024;
const KEPT_CHARACTERS = 4_096;

/** Throws an ApplicationFailure that is not retried when the payloads are larger than a service takes. */
export function checkSize(payloads: readonly Payload[], what: string): void {
  const sizeBytes = payloadBytes(payloads);
  if (sizeBytes <= MAXIMUM_BYTES) return;
  throw ApplicationFailure.nonRetryable(
    `${what} is ${mebibytes(sizeBytes)} and a history takes at most ${mebibytes(MAXIMUM_BYTES)}: store it, in a file or a blob store, and pass a reference to it`,
    'PayloadSizeError',
  );
}

/** The failure itself if a service takes it, else what matters of it. */
export function fittingFailure(failure: Failure): Failure {
  return failureBytes(failure) <= MAXIMUM_FAILURE_BYTES ? failure : cutFailure(failure);
}

export function payloadBytes(payloads: readonly Payload[] = []): number {
  return payloads.reduce((sum, { data }) => sum + (data?.length ?? 0), 0);
}

function failureBytes(failure: Failure): number {
  const { message, stackTrace = '', encodedAttributes, cause } = failure;
  const details = failure.applicationFailureInfo?.details ?? failure.canceledFailureInfo?.details;
  const own = message.length + stackTrace.length + payloadBytes(encodedAttributes ? [encodedAttributes] : []);
  return own + payloadBytes(details) + (cause ? failureBytes(cause) : 0);
}

function cutFailure(failure: Failure): Failure {
  const { message, source, stackTrace = '', cause, applicationFailureInfo } = failure;
  const { details: _dropped, ...info } = applicationFailureInfo ?? {};
  return {
    message: cut(message),
    source,
    stackTrace: cut(stackTrace),
    ...(cause && { cause: cutFailure({ ...cause, cause: undefined }) }),
    applicationFailureInfo: info,
  };
}

function cut(text: string): string {
  return text.length <= KEPT_CHARACTERS ? text : `${text.slice(0, KEPT_CHARACTERS)}… (${text.length} characters)`;
}

function mebibytes(sizeBytes: number): string {
  return `${(sizeBytes / 1024 / 1024).toFixed(1)} MiB`;
}
