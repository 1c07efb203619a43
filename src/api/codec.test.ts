// The official package is the judge here: what it encodes we must read and write back byte for byte, what we encode it must
// read as we meant it, and its reflection names every field that our tables do not have.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  isType,
  type OfficialMessage,
  type OfficialType,
  officialEncode,
  officialFiller,
  officialPlain,
  officialType,
  reachable,
} from '../../test/official-proto.ts';
import { filledIn, tableDifferences } from '../../test/official-tables.ts';
import { seededRandom } from '../../test/seeded-random.ts';
import { inOurWords, randomValue } from '../../test/table-values.ts';
import { decode, encode } from './codec.ts';
import { type Command as AnyCommand, command, commandTypes, decodeCommand, encodeCommand } from './command.ts';
import { eventTypes, historyEvent } from './event.ts';
import { failure } from './messages/failure.ts';
import { attributesName, bool, bytes, field, type Kind, member, message, must, text } from './schema.ts';

const HistoryEvent = officialType('temporal.api.history.v1.HistoryEvent');
const Command = officialType('temporal.api.command.v1.Command');
const Failure = officialType('temporal.api.failure.v1.Failure');

type Filler = ReturnType<typeof officialFiller>;

interface Subject {
  readonly name: string;
  readonly kind: Kind<unknown>;
  readonly type: OfficialType;
  readonly fill: (filler: Filler) => OfficialMessage;
}

/** The message of one event or command type, whose attributes are the ones of that type. */
function variant(
  noun: 'event' | 'command',
  kind: Kind<unknown>,
  type: OfficialType,
  name: string,
  number: number,
): Subject {
  const attributes = attributesName(noun, name);
  const field = type.fieldsArray.find((one) => one.name === attributes)?.resolve();
  assert(field?.resolvedType && isType(field.resolvedType), `${type.name} has no field ${attributes}`);
  const attributesType = field.resolvedType;
  return {
    name: `the ${noun} ${name}`,
    kind,
    type,
    fill: (filler) => filler.fill(type, { [`${noun}Type`]: number, [attributes]: filler.fill(attributesType, {}, 1) }),
  };
}

const subjects: readonly Subject[] = [
  ...Object.entries(eventTypes).map(([name, { number }]) => variant('event', historyEvent, HistoryEvent, name, number)),
  ...Object.entries(commandTypes).map(([name, { number }]) => variant('command', command, Command, name, number)),
  { name: 'a failure', kind: failure, type: Failure, fill: (filler) => filler.fill(Failure) },
];

function assertSameBytes(actual: Uint8Array, expected: Uint8Array, kind: Kind<unknown>, what: string): void {
  if (Buffer.compare(actual, expected) === 0) return;
  assert.deepEqual(decode(kind, actual), decode(kind, expected), what);
  assert.deepEqual(Buffer.from(actual).toString('hex'), Buffer.from(expected).toString('hex'), what);
}

test('a message with every field set is the same bytes after it was read and written', () => {
  const filler = officialFiller(seededRandom(1), 1);
  for (const { name, kind, type, fill } of subjects) {
    for (let round = 0; round < 12; round += 1) {
      const official = officialEncode(type, fill(filler));
      assertSameBytes(encode(kind, decode(kind, official)), official, kind, `${name}, round ${round}`);
    }
  }
});

test('the messages that are tried set each member of every oneof', () => {
  const filler = officialFiller(seededRandom(2), 1);
  for (const { fill } of subjects) for (let round = 0; round < 12; round += 1) fill(filler);
  const members = reachable(HistoryEvent, Command, Failure)
    .filter((type) => type !== HistoryEvent && type !== Command)
    .flatMap((type) => type.oneofsArray.flatMap((oneof) => oneof.fieldsArray));
  assert.deepEqual(
    members.filter(({ fullName }) => !filler.used.has(fullName)).map(({ fullName }) => fullName),
    [],
  );
});

test('a message with some fields absent keeps them absent, but those that are always there', () => {
  const random = seededRandom(3);
  for (const { name, kind, type, fill } of subjects) {
    for (let round = 0; round < 12; round += 1) {
      const sparse = fill(officialFiller(random, random.pick([0, 0.2, 0.7])));
      const official = officialEncode(type, filledIn(kind, sparse));
      const ours = encode(kind, decode(kind, officialEncode(type, sparse)));
      assertSameBytes(ours, official, kind, `${name}, round ${round}`);
    }
  }
});

test('the tables have every field and enum value of the official messages, with its number and kind', () => {
  assert.deepEqual(tableDifferences(historyEvent, HistoryEvent), []);
  assert.deepEqual(tableDifferences(command, Command), []);
  assert.deepEqual(tableDifferences(failure, Failure), []);
});

test('a field that is missing, or has another number or kind, is named', () => {
  const execution = officialType('temporal.api.common.v1.WorkflowExecution');
  assert.deepEqual(tableDifferences(message({ workflowId: field(1, bool), run: field(3, text) }), execution), [
    '.temporal.api.common.v1.WorkflowExecution.workflowId is of type string, but a bool in our table',
    '.temporal.api.common.v1.WorkflowExecution.runId = 2 is not in our table',
    '.temporal.api.common.v1.WorkflowExecution has no field run = 3, but our table does',
  ]);
  const renamed = message({ workflowId: must(1, text), run: must(2, text) });
  assert.deepEqual(tableDifferences(renamed, execution), [
    '.temporal.api.common.v1.WorkflowExecution.runId = 2 is called run in our table',
  ]);
});

test('a scalar of a oneof is told from its absence when it is zero', () => {
  const choice = message({ autoUpgrade: member(4, bool), plain: field(5, bool) });
  assert.deepEqual(decode(choice, encode(choice, { autoUpgrade: false, plain: false })), { autoUpgrade: false });
  assert.deepEqual(decode(choice, encode(choice, {})), {});
  const none = new Uint8Array(0);
  const parts = message({ chosen: member(1, bytes), plain: field(2, bytes) });
  assert.deepEqual(decode(parts, encode(parts, { chosen: none, plain: none })), { chosen: none });
});

test('what we write the official package reads as we meant it', () => {
  const random = seededRandom(4);
  const readings = [
    [historyEvent, HistoryEvent, 1500],
    [command, Command, 500],
    [failure, Failure, 200],
  ] as const;
  for (const [kind, type, rounds] of readings) {
    for (let round = 0; round < rounds; round += 1) {
      const value = randomValue(random, kind, type);
      const encoded = encode<unknown>(kind, value);
      const official = officialPlain(type, type.decode(encoded));
      assert.deepEqual(inOurWords(kind, official), value, `round ${round}`);
      assert.deepEqual(decode<unknown>(kind, encoded), value, `round ${round}`);
    }
  }
});

test('a command is read as it was written', () => {
  const random = seededRandom(5);
  for (let round = 0; round < 100; round += 1) {
    const one = randomValue(random, command, Command) as AnyCommand;
    assert.deepEqual(decodeCommand(encodeCommand(one)), one);
  }
});
