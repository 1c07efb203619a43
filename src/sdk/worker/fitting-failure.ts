// A failure that a service takes: error messages may hold whole web pages, and details whatever the user put there.

import type { Failure } from '../../api/messages/failure.ts';
import { bytesIn } from '../common/payload-size.ts';

const MAXIMUM_BYTES = 1024 * 1024;
const KEPT_CHARACTERS = 4_096;

/** The failure itself if a service takes it, else what matters of it: its type and the beginning of what it says. */
export function fittingFailure(failure: Failure): Failure {
  return sizeOf(failure) <= MAXIMUM_BYTES ? failure : cutFailure(failure);
}

function sizeOf({ message, stackTrace = '', cause, ...payloads }: Failure): number {
  return message.length + stackTrace.length + bytesIn(payloads) + (cause ? sizeOf(cause) : 0);
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
