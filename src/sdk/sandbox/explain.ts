// Why a workflow task failed, in words that name the place and the remedy.

import type { WorkflowTaskFailedCause } from '../../api/messages/enums.ts';
import type { Failure } from '../../api/messages/failure.ts';
import { FAILURE_SOURCE } from '../common/failure-converter.ts';
import type { Tracer } from './tracer.ts';

/** The workflow task fails with this; thrown through the replay by whoever finds out. */
export class TaskFailed extends Error {
  readonly reason: WorkflowTaskFailedCause;
  readonly failure: Failure;

  constructor(reason: WorkflowTaskFailedCause, failure: Failure) {
    super(failure.message);
    this.reason = reason;
    this.failure = failure;
  }
}

const ACTIVITY = 'do this in an activity';

/** Names that a workflow does not find, and what to do instead. */
const ABSENT: Readonly<Record<string, string>> = {
  process: 'do this in an activity, or pass the value to the workflow as an argument',
  require: 'import the module, if it can be bundled, or do this in an activity',
  Buffer: 'use Uint8Array, or do this in an activity',
  performance: 'Date.now() and new Date() give the time of the workflow',
  navigator: ACTIVITY,
  document: ACTIVITY,
  localStorage: ACTIVITY,
  sessionStorage: ACTIVITY,
  __dirname: ACTIVITY,
  __filename: ACTIVITY,
  WeakRef: 'when memory is collected differs from replay to replay; hold the object itself',
  FinalizationRegistry: 'when memory is collected differs from replay to replay; release things yourself',
  SharedArrayBuffer: 'a workflow runs on one thread; use ArrayBuffer',
  Atomics: 'a workflow runs on one thread and needs none',
  WebAssembly: ACTIVITY,
};

/** The failure of a task whose code threw: places of the source, and a word of advice where the name of a global is missing. */
export function explained(failure: Failure, tracer: Tracer): Failure {
  const traced = traceFailure(failure, tracer);
  const name = /^(\w+) is not defined$/.exec(failure.message)?.[1];
  const remedy = name !== undefined && Object.hasOwn(ABSENT, name) ? ABSENT[name] : undefined;
  if (remedy !== undefined) {
    return withPlace({ ...traced, message: `${name} is not available in workflow code: ${remedy}` }, failure, tracer);
  }
  const loader = /^A dynamic import callback|^Dynamic require of/.exec(failure.message)?.[0];
  if (loader !== undefined) {
    const call = loader.startsWith('Dynamic') ? 'require()' : 'import()';
    const message = `${call} of a computed name is not available in workflow code: import by a literal name`;
    return withPlace({ ...traced, message }, failure, tracer);
  }
  const ours = failure.applicationFailureInfo?.type === 'DeterminismViolationError';
  return ours ? withPlace(traced, failure, tracer) : traced;
}

/** Adds the place where it happened to the message. */
function withPlace(traced: Failure, { stackTrace }: Failure, tracer: Tracer): Failure {
  const place = tracer.place(stackTrace);
  return place === undefined ? traced : { ...traced, message: `${traced.message} (at ${place})` };
}

/** The failure, and its causes, with the source's places in their stacks. */
export function traceFailure(failure: Failure, tracer: Tracer): Failure {
  return {
    ...failure,
    ...(failure.stackTrace !== undefined && { stackTrace: tracer.stack(failure.stackTrace) }),
    ...(failure.cause && { cause: traceFailure(failure.cause, tracer) }),
  };
}

/** A failure that the sandbox itself makes. */
export function failureOf(message: string, type: string, stackTrace = ''): Failure {
  return { message, source: FAILURE_SOURCE, stackTrace, applicationFailureInfo: { type } };
}
