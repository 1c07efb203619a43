// What a workflow cannot do. A function that is forbidden exists, so that libraries may keep hold of it, and throws when it is
// called; an object that is forbidden is absent, because libraries ask `typeof process` and read its absence rightly. The error
// for a name that is absent is made where the ReferenceError arrives (see sandbox/explain.ts).

import { DeterminismViolationError } from '../../workflow/determinism-violation.ts';
import { maybeCurrentRun } from './current.ts';

const ACTIVITY = 'do this in an activity';

/** Functions and classes, each with the remedy. */
const FORBIDDEN_CALLS: Readonly<Record<string, string>> = {
  fetch: ACTIVITY,
  setInterval: 'call sleep() in a loop',
  setImmediate: 'await Promise.resolve() lets other code of the workflow run first',
  Request: ACTIVITY,
  Response: ACTIVITY,
  FormData: ACTIVITY,
  Blob: ACTIVITY,
  File: ACTIVITY,
  ReadableStream: ACTIVITY,
  WritableStream: ACTIVITY,
  TransformStream: ACTIVITY,
  CompressionStream: ACTIVITY,
  DecompressionStream: ACTIVITY,
  TextDecoderStream: ACTIVITY,
  TextEncoderStream: ACTIVITY,
  XMLHttpRequest: ACTIVITY,
  WebSocket: ACTIVITY,
  EventSource: ACTIVITY,
  BroadcastChannel: ACTIVITY,
  MessageChannel: ACTIVITY,
  Worker: ACTIVITY,
};

/** Makes the error, and notes it against the run, whose workflow task then fails even if the code catches the error. */
export function violation(message: string): DeterminismViolationError {
  const error = new DeterminismViolationError(message);
  const run = maybeCurrentRun();
  if (run) run.violation ??= error;
  return error;
}

export function forbiddenFunction(name: string, remedy: string): (...args: unknown[]) => never {
  // Declared, and no arrow: it can be called with `new` and extended.
  function forbidden(): never {
    throw violation(`${name} is not available in workflow code: ${remedy}`);
  }
  Object.defineProperty(forbidden, 'name', { value: name });
  return forbidden;
}

export function forbiddenFunctions(): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(FORBIDDEN_CALLS).map(([name, remedy]) => [name, forbiddenFunction(name, remedy)]),
  );
}
