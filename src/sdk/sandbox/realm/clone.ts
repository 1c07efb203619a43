// structuredClone of this realm: what Node's gives would not be `instanceof` anything here.

import { DOMException } from './abort.ts';

export function structuredClone<T>(value: T): T {
  return clone(value, new Map()) as T;
}

function clone(value: unknown, seen: Map<object, unknown>): unknown {
  if (typeof value === 'function' || typeof value === 'symbol') throw uncloneable(value);
  if (typeof value !== 'object' || value === null) return value;
  const known = seen.get(value);
  if (known !== undefined) return known;
  const keep = <C extends object>(copy: C): C => {
    seen.set(value, copy);
    return copy;
  };
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  switch (tag) {
    case 'Array':
      return cloneProperties(value, keep(new Array((value as unknown[]).length)), seen);
    case 'Map': {
      const copy = keep(new Map());
      for (const [key, one] of value as Map<unknown, unknown>) copy.set(clone(key, seen), clone(one, seen));
      return copy;
    }
    case 'Set': {
      const copy = keep(new Set());
      for (const one of value as Set<unknown>) copy.add(clone(one, seen));
      return copy;
    }
    case 'Error':
      return cloneError(value as Error, seen, keep);
    default:
      return cloneLeaf(value, tag, keep) ?? cloneProperties(value, keep({}), seen);
  }
}

/** What holds no other values; undefined for a plain object. */
function cloneLeaf(value: object, tag: string, keep: <C extends object>(copy: C) => C): unknown {
  switch (tag) {
    case 'Date':
      return keep(new Date((value as Date).getTime()));
    case 'RegExp':
      return keep(new RegExp((value as RegExp).source, (value as RegExp).flags));
    case 'Boolean':
    case 'Number':
    case 'String':
      return keep(Object((value as { valueOf(): unknown }).valueOf()) as object);
    case 'ArrayBuffer':
      return keep((value as ArrayBuffer).slice(0));
    case 'Promise':
    case 'WeakMap':
    case 'WeakSet':
    case 'Generator':
      throw uncloneable(value);
    default:
      return ArrayBuffer.isView(value) ? keep(cloneView(value)) : undefined;
  }
}

function cloneView(view: ArrayBufferView): ArrayBufferView {
  const bytes = view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);
  return new (view.constructor as new (buffer: ArrayBufferLike) => ArrayBufferView)(bytes);
}

const ERRORS = { Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };

function cloneError(error: Error, seen: Map<object, unknown>, keep: <C extends object>(copy: C) => C): Error {
  const Class = Object.hasOwn(ERRORS, error.name) ? ERRORS[error.name as keyof typeof ERRORS] : Error;
  const copy = keep(new Class(error.message));
  Object.defineProperty(copy, 'stack', { value: error.stack, writable: true, configurable: true });
  if ('cause' in error) {
    Object.defineProperty(copy, 'cause', { value: clone(error.cause, seen), writable: true, configurable: true });
  }
  return copy;
}

function cloneProperties(from: object, to: object, seen: Map<object, unknown>): object {
  for (const key of Object.keys(from)) {
    const value = clone((from as Record<string, unknown>)[key], seen);
    Object.defineProperty(to, key, { value, writable: true, enumerable: true, configurable: true });
  }
  return to;
}

function uncloneable(value: unknown): DOMException {
  const shown = typeof value === 'object' ? Object.prototype.toString.call(value) : String(value);
  return new DOMException(`${shown.slice(0, 80)} could not be cloned.`, 'DataCloneError');
}
