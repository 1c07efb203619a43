// A table prepared for reading and writing: what codec.ts would otherwise work out again for every value, such as a field's
// tag. All plans have the same properties in the same order, because then V8 reads them without asking what they are: the
// loop over a message's fields is the same code for every message.

import { EIGHT_BYTES, FOUR_BYTES, LENGTH, VARINT } from './protobuf.ts';
import type { BoundField, EnumShape, Kind, Shape, VariantsShape } from './schema.ts';

export interface Plan {
  readonly tag: Shape['tag'];
  readonly wire: number;
  /** The value that stands for absence; undefined where none can be shared, because it is an object. */
  readonly zero: unknown;
  /** Whether a second part of the same field adds to the first, instead of taking its place. */
  readonly merges: boolean;
  readonly values: EnumShape | undefined;
  readonly element: Plan | undefined;
  readonly wrapped: FieldPlan | undefined;
  /** Called at the first use: before that, a message that contains itself is not complete. */
  readonly fields: (() => FieldsPlan) | undefined;
  readonly variants: VariantsPlan | undefined;
}

export interface FieldPlan {
  readonly id: number;
  readonly tag: number;
  readonly name: string;
  readonly required: boolean;
  readonly keepsZero: boolean;
  readonly plan: Plan;
}

export interface FieldsPlan {
  readonly inOrder: readonly FieldPlan[];
  readonly byId: readonly (FieldPlan | undefined)[];
  readonly required: readonly FieldPlan[];
}

/** One type's message is written like any other; when one is read, its type is known only at the end. */
export interface VariantsPlan {
  readonly noun: string;
  readonly inOrder: ReadonlyMap<string, readonly FieldPlan[]>;
  readonly attributes: ReadonlyMap<string, FieldPlan>;
  readonly fields: FieldsPlan;
}

const plans = new WeakMap<Kind<unknown>, Plan>();

export function planOf(kind: Kind<unknown>): Plan {
  let plan = plans.get(kind);
  if (!plan) {
    plan = makePlan(kind.shape);
    plans.set(kind, plan);
  }
  return plan;
}

function makePlan(shape: Shape): Plan {
  const { tag } = shape;
  return {
    tag,
    wire: wireOf(tag),
    zero: shape.tag === 'enum' ? shape.zero : zeroOf(tag),
    merges: tag === 'list' || tag === 'map' || tag === 'message' || tag === 'wrap',
    values: shape.tag === 'enum' ? shape : undefined,
    element: shape.tag === 'list' || shape.tag === 'map' ? elementPlan(shape) : undefined,
    wrapped: shape.tag === 'wrap' ? fieldPlan(shape.field) : undefined,
    fields: shape.tag === 'message' ? once(() => fieldsPlan(shape.fields())) : undefined,
    variants: shape.tag === 'variants' ? variantsPlan(shape) : undefined,
  };
}

function elementPlan({ tag, of }: Shape & { readonly tag: 'list' | 'map' }): Plan {
  const { tag: inner } = of.shape;
  if (inner === 'list' || inner === 'map') throw new TypeError(`a ${inner} in a ${tag} needs a message around it`);
  return planOf(of);
}

function wireOf(tag: Shape['tag']): number {
  if (tag === 'double') return EIGHT_BYTES;
  if (tag === 'float') return FOUR_BYTES;
  return tag === 'bool' || tag === 'int' || tag === 'int32' || tag === 'uint32' || tag === 'enum' ? VARINT : LENGTH;
}

function zeroOf(tag: Shape['tag']): unknown {
  if (tag === 'text') return '';
  if (tag === 'bool') return false;
  return wireOf(tag) === LENGTH ? undefined : 0;
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function fieldPlan({ id, name, kind, required, keepsZero }: BoundField): FieldPlan {
  const plan = planOf(kind);
  return { id, tag: id * 8 + plan.wire, name, required, keepsZero, plan };
}

function fieldsPlan(table: readonly BoundField[]): FieldsPlan {
  const inOrder = table.map(fieldPlan);
  return { inOrder, byId: byId(inOrder), required: inOrder.filter(({ required }) => required) };
}

function byId(fields: Iterable<FieldPlan>): FieldPlan[] {
  const found: FieldPlan[] = [];
  for (const field of fields) found[field.id] = field;
  return found;
}

function variantsPlan({ noun, rows, fields: table }: VariantsShape): VariantsPlan {
  const { inOrder, required } = fieldsPlan(table);
  const attributes = new Map(
    Object.entries(rows).map(([type, { field: id, attributes: kind }]) => [
      type,
      fieldPlan({ id, kind, name: 'attributes', jsonName: '', required: true, keepsZero: false }),
    ]),
  );
  const ordered = [...attributes].map(
    ([type, own]) => [type, [...inOrder, own].toSorted((a, b) => a.id - b.id)] as const,
  );
  return {
    noun,
    attributes,
    inOrder: new Map(ordered),
    fields: { inOrder, required, byId: byId([...inOrder, ...attributes.values()]) },
  };
}
