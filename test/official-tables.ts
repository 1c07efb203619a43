// Where our tables and the official package's reflection differ, in words: the tables are complete when there is nothing to say.
import {
  attributesName,
  type BoundField,
  type Kind,
  type Shape,
  screamingSnake,
  type VariantsShape,
} from '../src/api/schema.ts';
import {
  isType,
  type OfficialEnum,
  type OfficialField,
  type OfficialMessage,
  type OfficialType,
} from './official-proto.ts';

const scalarTags: Readonly<Record<string, string>> = {
  string: 'text',
  bytes: 'bytes',
  bool: 'bool',
  int64: 'int',
  int32: 'int32',
  uint32: 'uint32',
  double: 'double',
  float: 'float',
};

/** What is missing, superfluous or different in our table of `type` and of everything in it. */
export function tableDifferences(kind: Kind<unknown>, type: OfficialType): readonly string[] {
  const found: string[] = [];
  const seen = new Set<OfficialType>();

  function compareMessage(shape: Shape, official: OfficialType): void {
    if (seen.has(official)) return;
    seen.add(official);
    const ours = fieldsOf(shape, official, found);
    const byId = new Map(ours.map((field) => [field.id, field]));
    for (const field of official.fieldsArray) {
      const own = byId.get(field.id);
      byId.delete(field.id);
      if (!own) found.push(`${field.fullName} = ${field.id} is not in our table`);
      else compareField(own, field.resolve());
    }
    for (const { id, jsonName } of byId.values()) {
      found.push(`${official.fullName} has no field ${jsonName} = ${id}, but our table does`);
    }
  }

  function compareField(own: BoundField, field: OfficialField): void {
    found.push(...fieldDifferences(own, field));
    const { shape } = own.kind;
    compareValue(shape.tag === 'list' || shape.tag === 'map' ? shape.of.shape : shape, field);
  }

  function compareValue(shape: Shape, field: OfficialField): void {
    const official = field.resolvedType;
    const wanted = officialTag(field);
    const actual = shape.tag === 'wrap' || shape.tag === 'variants' ? 'message' : shape.tag;
    if (wanted !== actual) found.push(`${field.fullName} is of type ${field.type}, but a ${shape.tag} in our table`);
    else if (official && shape.tag === 'enum') compareEnum(shape, official as OfficialEnum, found);
    else if (official && wanted === 'message') compareMessage(shape, official as OfficialType);
  }

  compareMessage(kind.shape, type);
  return [...new Set(found)];
}

/** What the field is called, and how often it may stand there; not what it holds. */
function fieldDifferences(own: BoundField, field: OfficialField): readonly string[] {
  const found: string[] = [];
  if (own.jsonName !== field.name) found.push(`${field.fullName} = ${field.id} is called ${own.jsonName} in our table`);
  const scalar = !field.resolvedType || !isType(field.resolvedType);
  if (own.keepsZero !== (field.partOf !== null && scalar)) {
    found.push(`${field.fullName} is ${field.partOf ? '' : 'not '}a scalar of a oneof: field() and member() differ`);
  }
  if (field.map && field.keyType !== 'string') found.push(`${field.fullName} is a map whose keys are ${field.keyType}`);
  const { tag } = own.kind.shape;
  const wanted = field.map ? 'map' : field.repeated ? 'list' : 'single value';
  const actual = tag === 'map' || tag === 'list' ? tag : 'single value';
  if (wanted !== actual) found.push(`${field.fullName} is a ${wanted}, but a ${actual} in our table`);
  return found;
}

function officialTag({ resolvedType, type }: OfficialField): string {
  if (!resolvedType) return scalarTags[type] ?? type;
  if (!isType(resolvedType)) return 'enum';
  if (resolvedType.fullName === '.google.protobuf.Duration') return 'duration';
  return resolvedType.fullName === '.google.protobuf.Timestamp' ? 'timestamp' : 'message';
}

function fieldsOf(shape: Shape, official: OfficialType, found: string[]): readonly BoundField[] {
  if (shape.tag === 'message') return shape.fields();
  if (shape.tag === 'wrap') return [shape.field];
  if (shape.tag === 'variants') return [...shape.fields, ...attributesOf(shape)];
  found.push(`${official.fullName} is a message, but a ${shape.tag} in our table`);
  return [];
}

function attributesOf({ noun, rows }: VariantsShape): readonly BoundField[] {
  return Object.entries(rows).map(([type, { field: id, attributes: kind }]) => {
    const jsonName = attributesName(noun, type);
    return { id, kind, name: 'attributes', jsonName, required: false, keepsZero: false };
  });
}

function compareEnum(shape: Shape & { tag: 'enum' }, official: OfficialEnum, found: string[]): void {
  const ours = new Map([...shape.numbers].map(([name, number]) => [`${shape.prefix}_${screamingSnake(name)}`, number]));
  for (const [name, number] of Object.entries(official.values)) {
    if (ours.get(name) !== number) found.push(`${official.name}.${name} = ${number} is ${ours.get(name)} in our table`);
    ours.delete(name);
  }
  for (const name of ours.keys()) found.push(`${official.name} has no value ${name}, but our table does`);
}

/** The message with what our tables fill in where it is absent: the messages of `must` fields, at their zero. */
export function filledIn(kind: Kind<unknown>, message: OfficialMessage): OfficialMessage {
  const { shape } = kind;
  const filled: OfficialMessage = { ...message };
  for (const { jsonName, kind: inner, required } of tableFields(shape, message)) {
    if (filled[jsonName] === undefined && required && isMessage(inner)) filled[jsonName] = {};
    const value = filled[jsonName];
    if (value !== undefined) filled[jsonName] = filledValue(inner, value);
  }
  return filled;
}

function filledValue(kind: Kind<unknown>, value: unknown): unknown {
  const { shape } = kind;
  if (shape.tag === 'list') return (value as unknown[]).map((one) => filledValue(shape.of, one));
  if (shape.tag === 'map') {
    return Object.fromEntries(Object.entries(value as object).map(([key, one]) => [key, filledValue(shape.of, one)]));
  }
  return shape.tag === 'message' || shape.tag === 'wrap' ? filledIn(kind, value as OfficialMessage) : value;
}

function isMessage({ shape }: Kind<unknown>): boolean {
  return ['message', 'wrap', 'duration', 'timestamp'].includes(shape.tag);
}

function tableFields(shape: Shape, message: OfficialMessage): readonly BoundField[] {
  if (shape.tag === 'message') return shape.fields();
  if (shape.tag === 'wrap') return [shape.field];
  if (shape.tag !== 'variants') return [];
  return [...shape.fields, ...attributesOf(shape).filter(({ jsonName }) => jsonName in message)];
}
