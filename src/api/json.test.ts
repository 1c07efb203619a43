// The official package's own JSON is the judge of ours, but for spans and points in time, which it leaves as messages.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  isType,
  type OfficialField,
  type OfficialMessage,
  type OfficialType,
  officialEncode,
  officialFiller,
  officialType,
} from '../../test/official-proto.ts';
import { seededRandom } from '../../test/seeded-random.ts';
import { eventTypes } from './event.ts';
import { decodeHistory, EMPTY_HISTORY, encodeHistory } from './history.ts';
import { historyFromJson, historyToJson } from './json.ts';
import { attributesName } from './schema.ts';

const History = officialType('temporal.api.history.v1.History');
const HistoryEventType = officialType('temporal.api.history.v1.HistoryEvent');

/** A history with an event of every type, each filled by chance. */
function everyEvent(seed: number, share: number): Uint8Array {
  const filler = officialFiller(seededRandom(seed), share);
  const events = Object.entries(eventTypes).map(([name, { number }]) => {
    const field = HistoryEventType.fieldsArray.find((one) => one.name === attributesName('event', name));
    const attributes = filler.fill(field?.resolve().resolvedType as OfficialType, {}, 1);
    return filler.fill(HistoryEventType, { eventType: number, [attributesName('event', name)]: attributes });
  });
  return officialEncode(History, { events });
}

function officialJson(history: Uint8Array): unknown {
  const plain = History.toObject(History.decode(history), { longs: String, enums: String, bytes: String, json: true });
  return JSON.parse(JSON.stringify(withTimes(History, plain)));
}

/** The official JSON with its spans and points in time as text. */
function withTimes(type: OfficialType, message: OfficialMessage): unknown {
  if (type.fullName === '.google.protobuf.Duration') return spanText(message);
  if (type.fullName === '.google.protobuf.Timestamp') return pointText(message);
  const json: OfficialMessage = {};
  for (const field of type.fieldsArray) {
    const value = message[field.name];
    if (value !== undefined) json[field.name] = fieldWithTimes(field.resolve(), value);
  }
  return json;
}

function fieldWithTimes(field: OfficialField, value: unknown): unknown {
  const inner = field.resolvedType;
  if (!inner || !isType(inner)) return value;
  if (field.repeated) return (value as OfficialMessage[]).map((one) => withTimes(inner, one));
  if (!field.map) return withTimes(inner, value as OfficialMessage);
  return Object.fromEntries(Object.entries(value as object).map(([key, one]) => [key, withTimes(inner, one)]));
}

function spanText({ seconds = 0, nanos = 0 }: OfficialMessage): string {
  const whole = BigInt(seconds as string) * 10n ** 9n + BigInt(nanos as number);
  const digits = String(whole < 0n ? -whole : whole).padStart(10, '0');
  const fraction = digits.slice(-9).replace(/(000){1,3}$/, '');
  return `${whole < 0n ? '-' : ''}${digits.slice(0, -9)}${fraction && `.${fraction}`}s`;
}

function pointText({ seconds = 0, nanos = 0 }: OfficialMessage): string {
  const iso = new Date(Number(seconds) * 1000 + (nanos as number) / 1e6).toISOString();
  return iso.replace('.000Z', 'Z');
}

/** The numbers of both as floats: which digits of a float are printed is another test's matter. */
function asFloats(json: unknown): unknown {
  return JSON.parse(JSON.stringify(json), (_, value) => (typeof value === 'number' ? Math.fround(value) : value));
}

test('the JSON of a history is the official one, for every field of every event', () => {
  for (const [seed, share] of [
    [1, 1],
    [2, 1],
    [3, 1],
    [4, 0.4],
  ] as const) {
    const history = share === 1 ? everyEvent(seed, 1) : encodeHistory(decodeHistory(everyEvent(seed, share)));
    assert.deepEqual(asFloats(historyToJson(history)), asFloats(officialJson(history)));
  }
});

test('a history is the same bytes after it was JSON', () => {
  for (let seed = 1; seed <= 3; seed += 1) {
    const history = everyEvent(seed, 1);
    assert.deepEqual(historyFromJson(JSON.parse(JSON.stringify(historyToJson(history)))), history);
    assert.deepEqual(historyFromJson(officialJson(history)), history);
  }
  assert.deepEqual(historyToJson(EMPTY_HISTORY), { events: [] });
  assert.deepEqual(historyFromJson({ events: [] }), EMPTY_HISTORY);
});

const printed = {
  events: [
    {
      eventId: '1',
      eventTime: '2026-11-24T21:00:00.123456Z',
      eventType: 'EVENT_TYPE_WORKFLOW_EXECUTION_STARTED',
      taskId: '1048925',
      workflowExecutionStartedEventAttributes: {
        workflowType: { name: 'DocumentWorkflow' },
        taskQueue: { name: 'documents', kind: 'TASK_QUEUE_KIND_NORMAL' },
        input: { payloads: [{ metadata: { encoding: 'anNvbi9wbGFpbg==' }, data: 'InJlcG9ydCI=' }] },
        workflowExecutionTimeout: '0s',
        workflowTaskTimeout: '10s',
        originalExecutionRunId: 'a',
        firstExecutionRunId: 'a',
        attempt: 1,
        firstWorkflowTaskBackoff: '1.500s',
        header: {},
        priority: { fairnessWeight: 0.1 },
        workflowId: 'report-7',
      },
    },
    {
      eventId: '2',
      eventTime: '2026-11-24T21:00:00Z',
      eventType: 'EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT',
      workflowExecutionTimedOutEventAttributes: { retryState: 'RETRY_STATE_TIMEOUT' },
    },
    {
      eventId: '3',
      eventTime: '2026-11-24T21:00:00Z',
      eventType: 'EVENT_TYPE_WORKFLOW_EXECUTION_PAUSED',
      workflowExecutionPausedEventAttributes: {},
    },
  ],
};

test('what Temporal prints is read, and printed again as it was', () => {
  assert.deepEqual(historyToJson(historyFromJson(printed)), printed);
  assert.deepEqual(historyFromJson(printed.events), historyFromJson(printed));
});

test('the older form is read: values in PascalCase, numbers as numbers, null for absent', () => {
  const older = historyFromJson([
    {
      eventId: 1,
      eventTime: '2026-11-24T22:00:00.123456+01:00',
      eventType: 'WorkflowExecutionStarted',
      version: null,
      taskId: 1048925,
      workflowExecutionStartedEventAttributes: {
        ...printed.events[0]?.workflowExecutionStartedEventAttributes,
        taskQueue: { name: 'documents', kind: 'Normal', added: 'later' },
        input: { payloads: [{ metadata: { encoding: 'anNvbi9wbGFpbg' }, data: 'InJlcG9ydCI' }] },
        parentWorkflowExecution: null,
        memo: null,
      },
    },
    { ...printed.events[1], eventType: 4, workflowExecutionTimedOutEventAttributes: { retryState: 'Timeout' } },
    { ...printed.events[2], workflowExecutionPausedEventAttributes: undefined },
  ]);
  assert.deepEqual(older, historyFromJson(printed));
});

test('a payload whose data is null has none', () => {
  const nothing = { metadata: { encoding: 'YmluYXJ5L251bGw=' }, data: null };
  const event = {
    eventType: 'EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED',
    workflowExecutionCompletedEventAttributes: { result: { payloads: [nothing] } },
  };
  const [read] = decodeHistory(historyFromJson({ events: [event] }));
  assert.deepEqual(read?.attributes, {
    result: [{ metadata: { encoding: new Uint8Array(Buffer.from('binary/null')) } }],
    workflowTaskCompletedEventId: 0,
  });
});

function started(attributes: object): Record<string, unknown> {
  const json = historyFromJson({
    events: [
      { eventType: 'EVENT_TYPE_WORKFLOW_EXECUTION_STARTED', workflowExecutionStartedEventAttributes: attributes },
    ],
  });
  return historyToJson(json).events[0]?.workflowExecutionStartedEventAttributes as Record<string, unknown>;
}

test('base64 is read in both alphabets', () => {
  for (const data of ['+/+/', '-_-_']) {
    const input = { payloads: [{ data }] };
    assert.deepEqual(started({ input }).input, { payloads: [{ data: '+/+/' }] });
  }
});

test('numbers that JSON has no number for are text', () => {
  for (const backoffCoefficient of ['NaN', 'Infinity', '-Infinity', 1.1, 1e300]) {
    assert.deepEqual(started({ retryPolicy: { backoffCoefficient } }).retryPolicy, { backoffCoefficient });
  }
  assert.deepEqual(started({ retryPolicy: { backoffCoefficient: '2.5e1' } }).retryPolicy, { backoffCoefficient: 25 });
});

test('a float is printed with the digits that tell it from its neighbours', () => {
  for (const fairnessWeight of [0.1, 1 / 3, 16777215, 1.17549435e-38, 3.4028235e38, 0.107630834]) {
    const { priority } = started({ priority: { fairnessWeight } }) as { priority: { fairnessWeight: number } };
    assert.equal(Math.fround(priority.fairnessWeight), Math.fround(fairnessWeight));
    assert(String(priority.fairnessWeight).length <= 14, String(priority.fairnessWeight));
  }
});

test('a value of a newer protocol is its number', () => {
  assert.deepEqual(started({ taskQueue: { kind: 17 } }).taskQueue, { kind: 17 });
  assert.deepEqual(started({ initiator: -1 }).initiator, -1);
});

test('a scalar of a oneof is printed even when it is zero', () => {
  assert.deepEqual(started({ versioningOverride: { autoUpgrade: false } }).versioningOverride, { autoUpgrade: false });
});

test('a map may have a key named __proto__', () => {
  const fields = JSON.parse('{"__proto__": {"data": "AA=="}, "b": {}}');
  assert.deepEqual(Object.entries((started({ memo: { fields } }).memo as { fields: object }).fields), [
    ['__proto__', { data: 'AA==' }],
    ['b', {}],
  ]);
});

test('spans and points in time keep their fractions', () => {
  for (const span of ['0s', '-1.500s', '0.000001s', '3.000000001s', '315576000.123456s', '-0.250s']) {
    assert.equal(started({ workflowRunTimeout: span }).workflowRunTimeout, span);
  }
  assert.equal(started({ workflowRunTimeout: '1.5s' }).workflowRunTimeout, '1.500s');
  for (const time of ['1969-12-31T23:59:59.999999Z', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z']) {
    assert.equal(started({ workflowExecutionExpirationTime: time }).workflowExecutionExpirationTime, time);
  }
});

test('what is wrong is named by the path that leads to it', () => {
  const scheduled = (attributes: unknown) => ({
    events: [
      ...printed.events,
      { eventType: 'EVENT_TYPE_ACTIVITY_TASK_SCHEDULED', activityTaskScheduledEventAttributes: attributes },
    ],
  });
  const path = 'events[3].activityTaskScheduledEventAttributes';
  const wrong: readonly [unknown, string][] = [
    [scheduled({ retryPolicy: { maximumAttempts: 'x' } }), `${path}.retryPolicy.maximumAttempts: "x" is not a number`],
    [
      scheduled({ retryPolicy: { maximumAttempts: 2 ** 31 } }),
      `${path}.retryPolicy.maximumAttempts: 2147483648 is not a whole number from -2147483648 to 2147483647`,
    ],
    [
      scheduled({ workflowTaskCompletedEventId: '9007199254740993' }),
      `${path}.workflowTaskCompletedEventId: 9007199254740992 is not a whole number from -9007199254740991 to 9007199254740991`,
    ],
    [scheduled({ activityId: 5 }), `${path}.activityId: 5 is not a string`],
    [scheduled({ useWorkflowBuildId: 'yes' }), `${path}.useWorkflowBuildId: "yes" is not true or false`],
    [scheduled({ activityType: 'fetch' }), `${path}.activityType: "fetch" is not an object`],
    [scheduled({ input: { payloads: {} } }), `${path}.input.payloads: an object is not an array`],
    [scheduled({ input: { payloads: [{}, null] } }), `${path}.input.payloads[1]: null is not an object`],
    [scheduled({ input: { payloads: [{ data: '&' }] } }), `${path}.input.payloads[0].data: "&" is not base64`],
    [scheduled({ input: { payloads: [{ data: 'AAAAA' }] } }), `${path}.input.payloads[0].data: "AAAAA" is not base64`],
    [scheduled({ header: { fields: { 'a b': [] } } }), `${path}.header.fields["a b"]: an array is not an object`],
    [
      scheduled({ heartbeatTimeout: '10' }),
      `${path}.heartbeatTimeout: "10" is not a duration, such as "10s" or "0.250s"`,
    ],
    [
      scheduled({ taskQueue: { kind: 'TASK_QUEUE_KIND_GLUED' } }),
      `${path}.taskQueue.kind: "TASK_QUEUE_KIND_GLUED" is not a value of TASK_QUEUE_KIND: UNSPECIFIED, NORMAL, STICKY, WORKER_COMMANDS`,
    ],
    [scheduled({ heartbeatTimeout: 10 }), `${path}.heartbeatTimeout: 10 is not a duration, such as "10s" or "0.250s"`],
    [scheduled({ activityId: { a: 1 } }), `${path}.activityId: an object is not a string`],
    [
      scheduled({ useWorkflowBuildId: 'y'.repeat(50) }),
      `${path}.useWorkflowBuildId: "${'y'.repeat(40)}…" is not true or false`,
    ],
    [scheduled([]), `${path}: an array is not an object`],
    [[{ eventTime: 5 }], 'events[0].eventTime: 5 is not a time, such as "2026-11-24T21:00:00.250Z"'],
    [[{ eventTime: 'today' }], 'events[0].eventTime: "today" is not a time, such as "2026-11-24T21:00:00.250Z"'],
    [
      [{ eventTime: '2026-13-24T21:00:00Z' }],
      'events[0].eventTime: "2026-13-24T21:00:00Z" is not a time, such as "2026-11-24T21:00:00.250Z"',
    ],
    [[{}], 'events[0]: this event has no eventType'],
    [[{ eventType: 999 }], 'events[0]: this version of perdure knows no event of the type #999: update perdure'],
    [
      [{ eventType: 'TimerFired', timerStartedEventAttributes: {} }],
      'events[0]: this event, a TimerFired, has timerStartedEventAttributes',
    ],
    [['x'], 'events[0]: "x" is not an object'],
  ];
  for (const [json, message] of wrong) assert.throws(() => historyFromJson(json), { message });
  for (const json of [undefined, null, 5, 'x', {}, { events: 'x' }]) {
    assert.throws(() => historyFromJson(json), {
      name: 'TypeError',
      message: /is not a history: give an object whose/,
    });
  }
});

test('a time outside of the years that RFC 3339 can write is refused', () => {
  const event = { eventId: 1, type: 'TimerFired', attributes: { timerId: 't', startedEventId: 1 } } as const;
  for (const eventTimeMs of [Date.UTC(10_000, 0, 1), -62_135_596_800_001, 9e15]) {
    const history = encodeHistory([{ ...event, eventTimeMs }]);
    assert.throws(() => historyToJson(history), { name: 'RangeError', message: /is not in a year from 1 to 9999$/ });
  }
});
