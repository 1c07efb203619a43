// What all runs of the realm share must not change, or one run would see what another did. So everything that can be reached
// from the global object is frozen.
//
// Freezing has a price in JavaScript, the override mistake: an inherited property that is read-only cannot be assigned to on the
// heir. Libraries do assign some (`error.name = …`, `Class.prototype.toString = …`), so these few become accessors whose setter
// gives the heir a property of its own. Only these: V8 takes the fast paths of arrays and promises away, for the whole thread,
// where a constructor or an iterator of theirs is an accessor.

const OVERRIDDEN: readonly (readonly [object, readonly string[]])[] = [
  [
    Object.prototype,
    ['toString', 'valueOf', 'constructor', 'hasOwnProperty', 'toLocaleString', 'isPrototypeOf', 'propertyIsEnumerable'],
  ],
  [Function.prototype, ['toString', 'constructor', 'bind', 'call', 'apply', 'name', 'length']],
  [Error.prototype, ['message', 'name', 'constructor', 'toString']],
  ...[TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError, AggregateError].map(
    (Class) => [Class.prototype, ['message', 'name', 'constructor']] as const,
  ),
];

/** Turns the properties that libraries override into accessors that let them. */
export function repairOverrides(): void {
  for (const [holder, names] of OVERRIDDEN) for (const name of names) repairOverride(holder, name);
}

/** The same for a class of errors: heirs give themselves names. */
export function repairErrorClass(value: unknown): void {
  if (typeof value !== 'function' || !(value.prototype instanceof Error)) return;
  for (const name of ['name', 'constructor']) repairOverride(value.prototype as object, name);
}

function repairOverride(holder: object, name: PropertyKey): void {
  const { value, writable, enumerable } = Object.getOwnPropertyDescriptor(holder, name) ?? {};
  if (value === undefined || (writable === false && holder !== Function.prototype)) return;
  Object.defineProperty(holder, name, {
    enumerable: enumerable === true,
    configurable: false,
    get: () => value,
    set(this: object, own: unknown) {
      if (this === holder) throw new TypeError(`${String(name)} is shared by all workflows and cannot be changed`);
      Object.defineProperty(this, name, { value: own, writable: true, enumerable: true, configurable: true });
    },
  });
}

/** Freezes the objects and all that can be reached from them, through properties, accessors and prototypes. */
export function freezeReachable(roots: readonly object[]): void {
  const seen = new Set<unknown>();
  const open: unknown[] = [...roots];
  while (open.length > 0) {
    const one = open.pop();
    if ((typeof one !== 'object' && typeof one !== 'function') || one === null || seen.has(one)) continue;
    seen.add(one);
    open.push(Object.getPrototypeOf(one));
    for (const key of Reflect.ownKeys(one)) {
      const { value, get, set } = Reflect.getOwnPropertyDescriptor(one, key) as PropertyDescriptor;
      open.push(value, get, set);
    }
    // A typed array's elements cannot be frozen; none is shared.
    if (!ArrayBuffer.isView(one)) freezeOne(one);
  }
}

/** Error keeps its stackTraceLimit writable: libraries set it, and it is set back before every activation. */
function freezeOne(one: object): void {
  if (one !== Error) {
    Object.freeze(one);
    return;
  }
  for (const name of Reflect.ownKeys(Error)) {
    if (name !== 'stackTraceLimit') Object.defineProperty(Error, name, { writable: false, configurable: false });
  }
  Object.defineProperty(Error, 'stackTraceLimit', { writable: true, configurable: false });
  Object.preventExtensions(Error);
}

/** The intrinsics that no property of the global object leads to. */
export function hiddenIntrinsics(): object[] {
  const asyncFunction = Object.getPrototypeOf(async () => {}) as object;
  const generator = Object.getPrototypeOf(function* () {}) as object;
  const asyncGenerator = Object.getPrototypeOf(async function* () {}) as object;
  const iterators = [
    [][Symbol.iterator](),
    new Map()[Symbol.iterator](),
    new Set()[Symbol.iterator](),
    ''[Symbol.iterator](),
    'a'.matchAll(/a/g),
    [1].values().map((one) => one),
    Iterator.from({ next: () => ({ done: true, value: undefined }) } as Iterator<unknown>),
  ];
  const strictArguments = (function (this: unknown): unknown {
    // biome-ignore lint/complexity/noArguments: the accessor of its `callee` is an intrinsic
    return arguments;
  })() as object;
  const throwTypeError = Object.getOwnPropertyDescriptor(strictArguments, 'callee')?.get as object;
  return [
    asyncFunction,
    generator,
    asyncGenerator,
    throwTypeError,
    ...iterators.map((one) => Object.getPrototypeOf(one)),
  ];
}

/** What a segmenter returns has prototypes of its own. They are frozen when they are first seen: making a segmenter is slow. */
export function freezeSegmentsLate(): void {
  const { segment } = Intl.Segmenter.prototype;
  Object.defineProperty(Intl.Segmenter.prototype, 'segment', {
    configurable: true,
    value(this: Intl.Segmenter, text: string) {
      const segments = segment.call(this, text);
      for (const one of [segments, segments[Symbol.iterator]()]) Object.freeze(Object.getPrototypeOf(one));
      return segments;
    },
  });
}
