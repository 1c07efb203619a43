// Error classes that stay recognisable wherever they are looked at.
//
// A workflow's sandbox is another realm and holds its own copy of these classes, and two copies of this package may be loaded in
// one process: then `instanceof` by prototype says no where a reader would say yes. So each class carries a mark in the symbol
// registry, which all realms share, and `instanceof` asks for the mark. The name is set by hand, because bundlers rename classes.

// biome-ignore lint/suspicious/noExplicitAny: a constructor's parameters are of no interest here
type ErrorClass = { new (...args: any[]): Error; readonly prototype: Error };

/** Gives an error class its name and its mark. Called in a static block of the class. */
export function brandError(errorClass: ErrorClass, name: string): void {
  const mark = Symbol.for(`perdure.${name}`);
  Object.defineProperty(errorClass.prototype, 'name', { value: name, writable: true, configurable: true });
  Object.defineProperty(errorClass.prototype, mark, { value: true });
  Object.defineProperty(errorClass, Symbol.hasInstance, {
    // A user's subclass inherits this function; it has no mark of its own and is asked for by prototype, as usual.
    value(this: ErrorClass, value: unknown): boolean {
      if (typeof value !== 'object' || value === null) return false;
      if (this === errorClass) return (value as Record<symbol, unknown>)[mark] === true;
      return Object.prototype.isPrototypeOf.call(this.prototype, value);
    },
  });
}

/** Whether a value is an error of any realm: it has a name, a message and, if it has one, a stack of text. */
export function isError(value: unknown): value is Error {
  if (typeof value !== 'object' || value === null) return false;
  const { name, message, stack } = value as Partial<Error>;
  return typeof name === 'string' && typeof message === 'string' && (stack == null || typeof stack === 'string');
}
