// Task tokens: what a worker shows to say which attempt of which task it answers. Opaque to it, JSON to us.

import type { RunKey } from '../api/run-key.ts';
import { invalidArgument } from '../api/service-error.ts';
import { decodeToken, encodeToken } from '../engine/history.ts';

export interface WorkflowTaskToken extends RunKey {
  readonly scheduledEventId: number;
  readonly startedEventId: number;
  readonly attempt: number;
}

export interface ActivityTaskToken extends RunKey {
  readonly scheduledEventId: number;
  readonly attempt: number;
}

export interface QueryTaskToken {
  readonly queryId: string;
}

export const tokenOf: (token: WorkflowTaskToken | ActivityTaskToken | QueryTaskToken) => Uint8Array = encodeToken;

export function readToken<T extends WorkflowTaskToken | ActivityTaskToken | QueryTaskToken>(
  bytes: Uint8Array,
  field: keyof T,
): T {
  if (bytes.length === 0) throw invalidArgument('Task token not set on request.');
  let token: T | undefined;
  try {
    token = decodeToken<T>(bytes);
  } catch {
    // Falls through: what cannot be parsed is no token either.
  }
  if (typeof token !== 'object' || token === null || !(field in token)) {
    throw invalidArgument(
      'the task token is not one that this server gave out: answer with the token of the task that you polled',
    );
  }
  return token;
}
