// Temporal's messages as tables: a message is an object whose keys are our names and whose values say the protocol's field
// number and kind. The TypeScript type is inferred from the same table, so that a field cannot have a type and no encoding.
//
// One naming rule leads from the protocol to our words: snake_case becomes camelCase; a Duration or Timestamp becomes a number
// of milliseconds and ends in `Ms`; an enum value loses its enum's prefix; a message that only wraps one field (WorkflowType,
// Payloads, Header, Memo, …) is that field. Absent stays absent: nothing is filled in but the fields marked `must`. Proto3 does
// not write a scalar that is zero, so an optional scalar set to its zero reads back as absent.

export type ScalarTag = 'text' | 'bytes' | 'bool' | 'int' | 'int32' | 'uint32' | 'float' | 'double' | 'enum';

/** How a value lies on the wire (codec.ts) and in JSON (json.ts). */
export type Shape =
  | { readonly tag: Exclude<ScalarTag, 'enum'> }
  | EnumShape
  | { readonly tag: 'duration' | 'timestamp' }
  | { readonly tag: 'message'; readonly fields: () => readonly BoundField[] }
  | { readonly tag: 'wrap'; readonly field: BoundField }
  | VariantsShape
  | { readonly tag: 'list' | 'map'; readonly of: Kind<unknown> };

export interface EnumShape {
  readonly tag: 'enum';
  /** What the protocol's names of the values begin with, without the underscore. */
  readonly prefix: string;
  /** The name of 0. */
  readonly zero: string;
  readonly numbers: ReadonlyMap<string, number>;
  readonly names: ReadonlyMap<number, string>;
}

/** A message that is one of many: an enum says which, and that one's attributes stand in a field of their own. */
export interface VariantsShape {
  readonly tag: 'variants';
  /** What such a message is called in an error: an `event`. */
  readonly noun: string;
  readonly rows: VariantRows;
  readonly fields: readonly BoundField[];
}

export type VariantRows = Readonly<Record<string, { readonly field: number; readonly attributes: Kind<unknown> }>>;

/** A shape and, for the compiler alone, the type of its values in our words. */
export interface Kind<T> {
  readonly shape: Shape;
  readonly phantom?: T;
}

export interface Field<T, Required extends boolean> {
  readonly id: number;
  readonly kind: Kind<T>;
  readonly required: Required;
  /** Whether a scalar's zero is written and so told from its absence. */
  readonly keepsZero: boolean;
}

export interface BoundField extends Field<unknown, boolean> {
  readonly name: string;
  /** The protocol's own name, in the camelCase of its JSON. */
  readonly jsonName: string;
}

export type Fields = Readonly<Record<string, Field<unknown, boolean>>>;
type KindValue<K> = K extends Kind<infer T> ? T : never;
type FieldValue<F> = F extends Field<infer T, boolean> ? T : never;
type RequiredKeys<F> = { [K in keyof F]: F[K] extends Field<unknown, true> ? K : never }[keyof F];

/** The type of the message that a table describes. */
export type MessageOf<F> = {
  readonly [K in RequiredKeys<F>]: FieldValue<F[K]>;
} & {
  readonly [K in Exclude<keyof F, RequiredKeys<F>>]?: FieldValue<F[K]> | undefined;
};
export type Infer<K> = KindValue<K>;

export const text: Kind<string> = { shape: { tag: 'text' } };
export const bytes: Kind<Uint8Array> = { shape: { tag: 'bytes' } };
export const bool: Kind<boolean> = { shape: { tag: 'bool' } };
/** An int64: every such number of this protocol stays below 2^53. */
export const int: Kind<number> = { shape: { tag: 'int' } };
export const int32: Kind<number> = { shape: { tag: 'int32' } };
export const uint32: Kind<number> = { shape: { tag: 'uint32' } };
export const float: Kind<number> = { shape: { tag: 'float' } };
export const double: Kind<number> = { shape: { tag: 'double' } };
/** Milliseconds; fractions keep what the protocol says in nanoseconds, for durations up to three months. */
export const duration: Kind<number> = { shape: { tag: 'duration' } };
/** Milliseconds since 1970; whole microseconds are exact, finer fractions are a quarter of one off at most (seconds.ts). */
export const timestamp: Kind<number> = { shape: { tag: 'timestamp' } };

/** An enum whose values are called `prefix_NAME` in the protocol and `NAME` here. */
export function enumeration<const N extends Readonly<Record<string, number>>>(
  prefix: string,
  values: N,
): Kind<keyof N & string> {
  const numbers = new Map(Object.entries(values));
  const names = new Map(Object.entries(values).map(([name, number]) => [number, name]));
  return { shape: { tag: 'enum', prefix, zero: names.get(0) as string, numbers, names } };
}

export function field<T>(id: number, kind: Kind<T>): Field<T, false> {
  return { id, kind, required: false, keepsZero: false };
}

/** A field that our code always sets and may always read: absent on the wire reads as its kind's zero. */
export function must<T>(id: number, kind: Kind<T>): Field<T, true> {
  return { id, kind, required: true, keepsZero: false };
}

/** A scalar that is a member of a oneof: that it is set says something, even when it is zero. */
export function member<T>(id: number, kind: Kind<T>): Field<T, false> {
  return { id, kind, required: false, keepsZero: true };
}

export function message<const F extends Fields>(fields: F): Kind<MessageOf<F>> {
  return lazyMessage<MessageOf<F>>(() => fields);
}

/** A message whose table can only be read later, because it contains itself. */
export function lazyMessage<T>(table: () => Fields): Kind<T> {
  let bound: readonly BoundField[] | undefined;
  const fields = () => {
    bound ??= bind(table());
    return bound;
  };
  return { shape: { tag: 'message', fields } };
}

/** A message of one field (its JSON name is given), which in our words is that field's value. */
export function wrap<T>(jsonName: string, id: number, kind: Kind<T>): Kind<T> {
  return { shape: { tag: 'wrap', field: { ...field(id, kind), name: jsonName, jsonName } } };
}

export function list<T>(kind: Kind<T>): Kind<readonly T[]> {
  return { shape: { tag: 'list', of: kind } };
}

export function map<T>(kind: Kind<T>): Kind<Readonly<Record<string, T>>> {
  return { shape: { tag: 'map', of: kind } };
}

/** `type` is the table's field that says which row a message is; the row's attributes are called `attributes`. */
export function variants<T>(noun: string, rows: VariantRows, table: Fields): Kind<T> {
  const fields = bind(table).map((one) => (one.name === 'type' ? { ...one, jsonName: `${noun}Type` } : one));
  return { shape: { tag: 'variants', noun, rows, fields } };
}

/** In the order of their numbers, which is the order in which the official encoders write them. */
function bind(table: Fields): readonly BoundField[] {
  return Object.entries(table)
    .map(([name, one]) => ({ ...one, name, jsonName: isTime(one.kind) ? name.replace(/Ms$/, '') : name }))
    .sort((a, b) => a.id - b.id);
}

function isTime({ shape }: Kind<unknown>): boolean {
  return shape.tag === 'duration' || shape.tag === 'timestamp';
}

/** What the protocol calls the attributes of one type: `timerFiredEventAttributes` those of the event TimerFired. */
export function attributesName(noun: string, type: string): string {
  return `${type.charAt(0).toLowerCase()}${type.slice(1)}${attributesSuffix(noun)}`;
}

export function attributesSuffix(noun: string): string {
  return `${noun.charAt(0).toUpperCase()}${noun.slice(1)}Attributes`;
}

/** The case that the protocol's enum values are written in: `TimerFired` is `TIMER_FIRED`. */
export function screamingSnake(name: string): string {
  return name.replace(/([a-z0-9])(?=[A-Z])/g, '$1_').toUpperCase();
}
