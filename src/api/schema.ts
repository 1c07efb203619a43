// Temporal's messages as tables: a message is an object whose keys are our names and whose values say the protocol's field
// number and kind. The TypeScript type is inferred from the same table, so that a field cannot have a type and no encoding.
//
// One naming rule leads from the protocol to our words: snake_case becomes camelCase; a Duration or Timestamp becomes a number
// of milliseconds and ends in `Ms`; an enum value loses its enum's prefix; a message that only wraps one field (WorkflowType,
// Payloads, Header, Memo, …) is that field. Absent stays absent: nothing is filled in but the scalars marked `must`.

/** How one value lies on the wire. `T` is the value's type in our words. */
export interface Kind<T> {
  readonly tag:
    | 'text'
    | 'bytes'
    | 'bool'
    | 'int'
    | 'float'
    | 'double'
    | 'enum'
    | 'duration'
    | 'timestamp'
    | 'message'
    | 'wrap'
    | 'list'
    | 'map';
  /** The value that stands for "not on the wire" where a field must have one. */
  readonly zero?: T;
  readonly names?: readonly (readonly [string, number])[];
  readonly byName?: ReadonlyMap<string, number>;
  readonly byNumber?: ReadonlyMap<number, string>;
  readonly fields?: () => readonly BoundField[];
  readonly required?: () => readonly BoundField[];
  readonly byId?: () => ReadonlyMap<number, BoundField>;
  readonly id?: number;
  readonly of?: () => Kind<unknown>;
  readonly phantom?: T;
}

export interface Field<T, Required extends boolean> {
  readonly id: number;
  readonly kind: Kind<T>;
  readonly required: Required;
}

export interface BoundField extends Field<unknown, boolean> {
  readonly name: string;
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

export const text: Kind<string> = { tag: 'text', zero: '' };
export const bytes: Kind<Uint8Array> = { tag: 'bytes', zero: new Uint8Array(0) };
export const bool: Kind<boolean> = { tag: 'bool', zero: false };
/** int32 and int64 alike: every number of this protocol stays below 2^53. */
export const int: Kind<number> = { tag: 'int', zero: 0 };
export const float: Kind<number> = { tag: 'float', zero: 0 };
export const double: Kind<number> = { tag: 'double', zero: 0 };
/** Milliseconds; fractions keep what the protocol says in nanoseconds. */
export const duration: Kind<number> = { tag: 'duration', zero: 0 };
/** Milliseconds since 1970; fractions are kept to a quarter of a microsecond, which is what a double holds today. */
export const timestamp: Kind<number> = { tag: 'timestamp', zero: 0 };

export function enumeration<const N extends Readonly<Record<string, number>>>(values: N): Kind<keyof N & string> {
  const names = Object.entries(values);
  const zero = names.find(([, number]) => number === 0)?.[0] ?? 'UNSPECIFIED';
  return {
    tag: 'enum',
    zero: zero as keyof N & string,
    names,
    byName: new Map(names),
    byNumber: new Map(names.map(([name, number]) => [number, name])),
  };
}

export function field<T>(id: number, kind: Kind<T>): Field<T, false> {
  return { id, kind, required: false };
}

/** A field that our code always sets and may always read: absent on the wire reads as its kind's zero. */
export function must<T>(id: number, kind: Kind<T>): Field<T, true> {
  return { id, kind, required: true };
}

export function message<const F extends Fields>(fields: F): Kind<MessageOf<F>> {
  return lazyMessage<MessageOf<F>>(() => fields);
}

/** A message whose table can only be read later, because it contains itself. */
export function lazyMessage<T>(table: () => Fields): Kind<T> {
  let bound: readonly BoundField[] | undefined;
  let required: readonly BoundField[] | undefined;
  let byId: ReadonlyMap<number, BoundField> | undefined;
  const fields = () => {
    bound ??= Object.entries(table()).map(([name, one]) => ({ ...one, name }));
    return bound;
  };
  return {
    tag: 'message',
    fields,
    required: () => {
      required ??= fields().filter((one) => one.required);
      return required;
    },
    byId: () => {
      byId ??= new Map(fields().map((one) => [one.id, one]));
      return byId;
    },
  };
}

/** A message of one field, which in our words is that field's value. */
export function wrap<T>(id: number, kind: Kind<T>): Kind<T> {
  const base = { tag: 'wrap', id, of: () => kind } as const;
  return kind.zero === undefined ? base : { ...base, zero: kind.zero };
}

export function list<T>(kind: Kind<T>): Kind<readonly T[]> {
  return { tag: 'list', of: () => kind, zero: [] };
}

export function map<T>(kind: Kind<T>): Kind<Readonly<Record<string, T>>> {
  return { tag: 'map', of: () => kind, zero: {} };
}
