// Calls to the service as a client makes them: refusals that pass by themselves are tried again, and what `withDeadline` and
// `withAbortSignal` say of the calls inside them is added to each.
//
// Trying again is safe: what must not happen twice carries a request id, which the caller made once.

import { AsyncLocalStorage } from 'node:async_hooks';
import { ServiceError, type StatusCode } from '../../api/service-error.ts';
import type { CallOptions, WorkflowService } from '../../api/workflow-service.ts';
import { pause } from '../common/pause.ts';

const PASSING: ReadonlySet<StatusCode> = new Set([
  'UNAVAILABLE',
  'UNKNOWN',
  'INTERNAL',
  'RESOURCE_EXHAUSTED',
  'ABORTED',
  'DATA_LOSS',
  'OUT_OF_RANGE',
]);

const ATTEMPTS = 10;
const FACTOR = 1.7;
const LONGEST_MS = 10_000;

/** Whether a refusal may be gone the next time. */
export function isPassing(error: unknown): boolean {
  return error instanceof ServiceError && PASSING.has(error.code);
}

/** The wait before the attempt after this one (from 1). A service that is overloaded is given more time. */
export function retryDelayMs(error: unknown, attempt: number): number {
  const firstMs = error instanceof ServiceError && error.code === 'RESOURCE_EXHAUSTED' ? 1_000 : 100;
  const spread = 0.8 + Math.random() * 0.4;
  return Math.min(firstMs * FACTOR ** (attempt - 1), LONGEST_MS) * spread;
}

const ambient = new AsyncLocalStorage<CallOptions>();

/** What applies to the calls that are made here and now. */
export function ambientOptions(): CallOptions {
  return ambient.getStore() ?? {};
}

export function runWithOptions<R>(options: CallOptions, fn: () => Promise<R>): Promise<R> {
  return ambient.run({ ...ambientOptions(), ...options }, fn);
}

type AnyCall = (request: unknown, options?: CallOptions) => Promise<unknown>;

/** The same service for a client: with retries, and with the options that surround the caller. */
export function clientService(service: WorkflowService): WorkflowService {
  return wrapped(service, ambientOptions);
}

/** The same service for a worker, whose calls belong to no caller: with retries. */
export function workerService(service: WorkflowService): WorkflowService {
  return wrapped(service, () => ({}));
}

function wrapped(service: WorkflowService, surrounding: () => CallOptions): WorkflowService {
  return new Proxy(service, {
    get(target, method, receiver) {
      const call: unknown = Reflect.get(target, method, receiver);
      if (typeof call !== 'function') return call;
      return (request: unknown, options?: CallOptions) =>
        callWithRetries((call as AnyCall).bind(target), request, { ...surrounding(), ...options });
    },
  });
}

async function callWithRetries(call: AnyCall, request: unknown, options: CallOptions): Promise<unknown> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await untilAborted(call(request, options), options.signal);
    } catch (error) {
      if (attempt === ATTEMPTS || !isPassing(error)) throw error;
      const delayMs = retryDelayMs(error, attempt);
      if (options.deadlineMs !== undefined && Date.now() + delayMs > options.deadlineMs) throw error;
      await waitBefore(delayMs, options.signal);
    }
  }
}

async function waitBefore(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  await pause(delayMs, signal).catch(() => {
    throw aborted();
  });
}

/** The caller is let go as soon as it aborts, whether or not the service listens to the signal. */
async function untilAborted<R>(answer: Promise<R>, signal: AbortSignal | undefined): Promise<R> {
  if (!signal) return answer;
  const { promise, reject } = Promise.withResolvers<never>();
  const leave = () => reject(aborted());
  if (signal.aborted) leave();
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([answer, promise]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

function aborted(): ServiceError {
  return new ServiceError('CANCELLED', 'the call was aborted by its caller');
}
