// Cancellation scopes: a tree of the workflow's work, any part of which can be cancelled. The workflow's function runs in the
// root; a request to cancel the workflow cancels the root, and the request goes down the tree as far as scopes let it.
//
// Which scope is the current one follows the code through its awaits (the host's AsyncLocalStorage does that, sandbox/realm).

import { type Duration, msOptionalToNumber } from '../common/duration.ts';
import { IllegalStateError } from '../common/errors.ts';
import { CancelledFailure } from '../common/failure.ts';
import { currentFrame, maybeCurrentRun, runInFrame } from '../sandbox/realm/current.ts';
import type { AnyHandler, Run } from './run.ts';

export interface CancellationScopeOptions {
  /** The scope cancels itself after this. */
  readonly timeout?: Duration | undefined;
  /** False shields what runs in the scope from cancellation that comes from outside. Default true. */
  readonly cancellable?: boolean | undefined;
  /** Default: the current scope. */
  readonly parent?: CancellationScope | undefined;
}

type Sleep = (ms: number, calledBy: AnyHandler) => Promise<void>;

let sleepFor: Sleep | undefined;

/** timers.ts and this module need each other; this end of the knot is tied late. */
export function setSleep(sleep: Sleep): void {
  sleepFor = sleep;
}

/**
 * Part of a workflow's work that can be cancelled as a whole. Cancelling it makes the activities, timers, conditions and triggers
 * that were begun in it fail with a CancelledFailure (activities: with an ActivityFailure whose cause it is), and what is begun
 * in it afterwards too.
 */
export class CancellationScope {
  /** Milliseconds after which the scope cancels itself. */
  protected readonly timeout: number | undefined;
  readonly cancellable: boolean;
  readonly parent: CancellationScope | undefined;
  /** Rejects when cancellation is requested, of this scope or from outside. Also in a scope that is not cancellable. */
  readonly cancelRequested: Promise<never>;
  protected reject: (reason: unknown) => void;
  #requested = false;

  constructor(options: CancellationScopeOptions = {}) {
    this.timeout = msOptionalToNumber(options.timeout);
    this.cancellable = options.cancellable ?? true;
    const { promise, reject } = Promise.withResolvers<never>();
    this.cancelRequested = promise;
    this.reject = (reason) => {
      this.#requested = true;
      reject(reason);
    };
    promise.catch(() => undefined);
    this.parent = this.#parentOf(options);
    if (!this.parent?.cancellable) return;
    this.#requested = this.parent.#requested;
    this.parent.cancelRequested.catch((reason) => this.reject(reason));
  }

  #parentOf(options: CancellationScopeOptions): CancellationScope | undefined {
    if (this instanceof RootScope) return undefined;
    return options.parent ?? CancellationScope.current();
  }

  /** Whether what runs in it is cancelled. Never true of a scope that is not cancellable. */
  get consideredCancelled(): boolean {
    return this.#requested && this.cancellable;
  }

  /** Calls the function; whatever it begins, also behind an await, belongs to this scope. Returns what the function returns. */
  run<T>(work: () => Promise<T>): Promise<T> {
    return runInFrame(this, currentFrame()?.stores, () => this.runInContext(work));
  }

  protected async runInContext<T>(work: () => Promise<T>): Promise<T> {
    if (this.timeout === undefined || !sleepFor) return await work();
    const alarm = new CancellationScope();
    const ms = this.timeout;
    const sleep = sleepFor;
    alarm
      .run(() => sleep(ms, this.run))
      .then(
        () => this.cancel(),
        () => undefined,
      );
    try {
      return await work();
    } finally {
      if (!alarm.consideredCancelled) alarm.cancel();
    }
  }

  /** Requests cancellation of this scope and of those in it. */
  cancel(): void {
    this.reject(new CancelledFailure('Cancellation scope cancelled'));
  }

  /** The scope that this code runs in. */
  static current(): CancellationScope {
    const scope = (currentFrame()?.scope as CancellationScope | undefined) ?? rootOfCurrentRun();
    if (scope) return scope;
    throw new IllegalStateError('a CancellationScope can only be used by workflow code');
  }

  /** Runs the function in a new scope that can be cancelled. */
  static cancellable<T>(work: () => Promise<T>): Promise<T> {
    return new CancellationScope().run(work);
  }

  /** Runs the function in a new scope that cancellation from outside does not reach: for work that must be finished. */
  static nonCancellable<T>(work: () => Promise<T>): Promise<T> {
    return new CancellationScope({ cancellable: false }).run(work);
  }

  /** Runs the function in a new scope that is cancelled after the timeout. */
  static withTimeout<T>(timeout: Duration, work: () => Promise<T>): Promise<T> {
    return new CancellationScope({ timeout }).run(work);
  }
}

class RootScope extends CancellationScope {
  override cancel(): void {
    this.reject(new CancelledFailure('Workflow cancelled'));
  }
}

/** The scope that a workflow's function runs in. */
export function newRootScope(): CancellationScope {
  return new RootScope();
}

function rootOfCurrentRun(): CancellationScope | undefined {
  return (maybeCurrentRun()?.state as Run | undefined)?.root;
}

/**
 * Connects work to the current scope. Where that is cancelled already, `reject` is called with the reason and nothing is to be
 * begun: the answer is true. Otherwise `cancel` is called with the reason when it is cancelled.
 */
export function cancelledBefore(reject: AnyHandler, cancel: (reason: unknown) => void): boolean {
  const scope = CancellationScope.current();
  if (scope.consideredCancelled) {
    scope.cancelRequested.catch(reject);
    return true;
  }
  if (scope.cancellable) scope.cancelRequested.catch(cancel);
  return false;
}
