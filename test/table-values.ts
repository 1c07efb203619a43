// Values of our own tables, made by chance, and what the official package read as values of our tables.
import { attributesName, type BoundField, type Kind, type Shape } from '../src/api/schema.ts';
import { isType, type OfficialMessage, type OfficialType, randomScalar, randomText } from './official-proto.ts';
import type { SeededRandom } from './seeded-random.ts';

const DEEPEST = 6;
const scalarTypes: Readonly<Record<string, string>> = { int: 'int64' };

/**
 * A value of the kind, which the official package calls `type`. What is optional is absent as often as not, and never the
 * zero that would read as absent; of a oneof, one member at most is there.
 */
export function randomValue(random: SeededRandom, kind: Kind<unknown>, type: OfficialType): unknown {
  return aValue(random, kind, type, 0);
}

function aValue(
  random: SeededRandom,
  { shape }: Kind<unknown>,
  type: OfficialType | undefined,
  depth: number,
): unknown {
  switch (shape.tag) {
    case 'text':
      return randomText(random);
    case 'enum':
      return random.chance(0.1)
        ? '#12345'
        : random.pick([...shape.numbers.keys()].filter((name) => name !== shape.zero));
    case 'duration':
      return random.pick([
        0,
        random.integer(-1e10, 1e10),
        random.integer(-1e9, 1e9) / 1000,
        random.integer(1, 1e9) / 1e6,
      ]);
    case 'timestamp':
      return random.integer(-1e12, 5e12) + random.pick([0, random.integer(0, 999) / 1000]);
    case 'list':
      return Array.from({ length: random.integer(1, 3) }, () => aValue(random, shape.of, type, depth));
    case 'map':
      return Object.fromEntries(['encoding', '7', ''].map((key) => [key, aValue(random, shape.of, type, depth)]));
    case 'wrap':
      return aValue(random, shape.field.kind, inner(type, shape.field.jsonName), depth);
    case 'message':
      return randomFields(random, shape.fields(), type, depth);
    case 'variants': {
      const [name, row] = random.pick(Object.entries(shape.rows));
      const attributes = aValue(random, row.attributes, inner(type, attributesName(shape.noun, name)), depth + 1);
      return { ...randomFields(random, shape.fields, type, depth), type: name, attributes };
    }
    default:
      return randomScalar(random, scalarTypes[shape.tag] ?? shape.tag);
  }
}

function inner(type: OfficialType | undefined, jsonName: string): OfficialType | undefined {
  const resolved = type?.fieldsArray.find(({ name }) => name === jsonName)?.resolve().resolvedType;
  return resolved && isType(resolved) ? resolved : undefined;
}

function randomFields(
  random: SeededRandom,
  fields: readonly BoundField[],
  type: OfficialType | undefined,
  depth: number,
): Record<string, unknown> {
  const message: Record<string, unknown> = {};
  const chosen = type?.oneofsArray.map(({ fieldsArray }) => random.pick(fieldsArray).name) ?? [];
  for (const { name, jsonName, kind, required } of fields) {
    const oneof = type?.fieldsArray.find((one) => one.name === jsonName)?.partOf;
    if (oneof && !chosen.includes(jsonName)) continue;
    if (required || (depth < DEEPEST && random.chance(0.5))) {
      message[name] = aValue(random, kind, inner(type, jsonName), depth + 1);
    }
  }
  return message;
}

/** The value in our words of what the official package's `toObject` gave. */
export function inOurWords(kind: Kind<unknown>, official: unknown): unknown {
  const { shape } = kind;
  switch (shape.tag) {
    case 'bytes':
      return new Uint8Array(official as Uint8Array);
    case 'enum':
      return shape.names.get(official as number) ?? `#${official}`;
    case 'duration':
    case 'timestamp': {
      const { seconds = 0, nanos = 0 } = official as { seconds?: number; nanos?: number };
      return seconds * 1000 + nanos / 1e6;
    }
    case 'list':
      return (official as unknown[]).map((one) => inOurWords(shape.of, one));
    case 'map':
      return Object.fromEntries(
        Object.entries(official as object).map(([key, one]) => [key, inOurWords(shape.of, one)]),
      );
    case 'wrap':
      return inOurWords(
        shape.field.kind,
        (official as OfficialMessage)[shape.field.jsonName] ?? zeroOf(shape.field.kind),
      );
    case 'message':
      return fieldsInOurWords(shape.fields(), official as OfficialMessage);
    case 'variants':
      return variantInOurWords(shape, official as OfficialMessage);
    default:
      return official;
  }
}

function variantInOurWords(shape: Shape & { tag: 'variants' }, official: OfficialMessage): Record<string, unknown> {
  const message = fieldsInOurWords(shape.fields, official);
  const type = message.type as string;
  const { attributes } = shape.rows[type] as { attributes: Kind<unknown> };
  return { ...message, attributes: inOurWords(attributes, official[attributesName(shape.noun, type)]) };
}

function fieldsInOurWords(fields: readonly BoundField[], official: OfficialMessage): Record<string, unknown> {
  const message: Record<string, unknown> = {};
  for (const { name, jsonName, kind, required } of fields) {
    const value = official[jsonName] ?? (required ? zeroOf(kind) : undefined);
    if (value !== undefined) message[name] = inOurWords(kind, value);
  }
  return message;
}

/** As the official package would say it. */
function zeroOf({ shape }: Kind<unknown>): unknown {
  switch (shape.tag) {
    case 'text':
      return '';
    case 'bool':
      return false;
    case 'bytes':
    case 'list':
      return [];
    case 'message':
    case 'wrap':
    case 'map':
    case 'duration':
    case 'timestamp':
      return {};
    default:
      return 0;
  }
}
