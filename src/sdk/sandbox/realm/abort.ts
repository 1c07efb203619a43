// Events and AbortController, of this realm and as far as libraries need them in a workflow. Node's own would be the host's
// objects, and an AbortSignal.timeout of its would be a real timer.

import { workflowTimers } from './late-timers.ts';

const CODES: Readonly<Record<string, number>> = {
  InvalidCharacterError: 5,
  SyntaxError: 12,
  AbortError: 20,
  TimeoutError: 23,
  DataCloneError: 25,
};

export class DOMException extends Error {
  readonly code: number;

  constructor(message = '', name = 'Error') {
    super(message);
    Object.defineProperty(this, 'name', { value: name, configurable: true, writable: true });
    this.code = CODES[name] ?? 0;
  }
}

type Listener = ((event: Event) => unknown) | { handleEvent(event: Event): unknown };
interface Listening {
  readonly listener: Listener;
  readonly once: boolean;
}

export class Event {
  readonly type: string;
  readonly cancelable: boolean;
  readonly timeStamp = 0;
  target: EventTarget | null = null;
  defaultPrevented = false;

  constructor(type: string, options: { cancelable?: boolean } = {}) {
    this.type = String(type);
    this.cancelable = options.cancelable === true;
  }

  get currentTarget(): EventTarget | null {
    return this.target;
  }

  preventDefault(): void {
    this.defaultPrevented = this.cancelable;
  }

  stopPropagation(): void {}
}

export class EventTarget {
  readonly #listening = new Map<string, Listening[]>();

  addEventListener(
    type: string,
    listener: Listener | null,
    options: boolean | { once?: boolean; signal?: AbortSignal } = {},
  ): void {
    if (listener === null) return;
    const { once = false, signal } = typeof options === 'boolean' ? {} : options;
    const before = this.#listening.get(type) ?? [];
    if (signal?.aborted || before.some((one) => one.listener === listener)) return;
    this.#listening.set(type, [...before, { listener, once }]);
    signal?.addEventListener('abort', () => this.removeEventListener(type, listener), { once: true });
  }

  removeEventListener(type: string, listener: Listener | null): void {
    const left = (this.#listening.get(type) ?? []).filter((one) => one.listener !== listener);
    this.#listening.set(type, left);
  }

  dispatchEvent(event: Event): boolean {
    event.target = this;
    for (const { listener, once } of this.#listening.get(event.type) ?? []) {
      if (once) this.removeEventListener(event.type, listener);
      if (typeof listener === 'function') listener.call(this as never, event);
      else listener.handleEvent(event);
    }
    return !event.defaultPrevented;
  }
}

/** Only this module makes signals. */
const INSIDE = Symbol('AbortSignal');

export class AbortSignal extends EventTarget {
  #aborted = false;
  #reason: unknown;
  onabort: ((event: Event) => unknown) | null = null;

  constructor(inside?: symbol) {
    super();
    if (inside !== INSIDE) throw new TypeError('Illegal constructor');
  }

  get aborted(): boolean {
    return this.#aborted;
  }

  get reason(): unknown {
    return this.#reason;
  }

  throwIfAborted(): void {
    if (this.#aborted) throw this.#reason;
  }

  static abortNow(signal: AbortSignal, reason: unknown): void {
    if (signal.#aborted) return;
    signal.#aborted = true;
    signal.#reason = reason ?? new DOMException('This operation was aborted', 'AbortError');
    const event = new Event('abort');
    signal.onabort?.call(signal, event);
    signal.dispatchEvent(event);
  }

  static abort(reason?: unknown): AbortSignal {
    const signal = new AbortSignal(INSIDE);
    AbortSignal.abortNow(signal, reason);
    return signal;
  }

  /** Aborts by a durable timer of the workflow. */
  static timeout(ms: number): AbortSignal {
    const signal = new AbortSignal(INSIDE);
    workflowTimers().setTimeout(() => {
      AbortSignal.abortNow(signal, new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
    }, ms);
    return signal;
  }

  static any(signals: Iterable<AbortSignal>): AbortSignal {
    const joined = new AbortSignal(INSIDE);
    for (const signal of signals) {
      if (signal.aborted) AbortSignal.abortNow(joined, signal.reason);
      else signal.addEventListener('abort', () => AbortSignal.abortNow(joined, signal.reason), { once: true });
    }
    return joined;
  }
}

export class AbortController {
  readonly signal = new AbortSignal(INSIDE);

  abort(reason?: unknown): void {
    AbortSignal.abortNow(this.signal, reason);
  }
}
