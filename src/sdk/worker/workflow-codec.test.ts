import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Command } from '../../api/command.ts';
import type { HistoryEvent } from '../../api/event.ts';
import { decodeHistory, encodeHistory } from '../../api/history.ts';
import type { Payload } from '../../api/messages/common.ts';
import type { PollWorkflowTaskQueueResponse } from '../../api/workflow-service.ts';
import { loadDataConverter } from '../common/data-converter.ts';
import { defaultPayloadConverter } from '../common/payload-converter.ts';
import type { WorkflowTaskOutcome } from '../sandbox/runner.ts';
import { workflowCodec } from './workflow-codec.ts';

/** Turns the bytes of a payload over, which undone is doing it again. */
const flip = (payload: Payload): Payload => ({ ...payload, data: payload.data?.map((byte) => 255 - byte) });
const flipping = loadDataConverter({
  payloadCodecs: [{ encode: async (all) => all.map(flip), decode: async (all) => all.map(flip) }],
});
const value = (of: unknown) => defaultPayloadConverter.toPayload(of);

const event: HistoryEvent = {
  eventId: 1,
  eventTimeMs: 0,
  type: 'WorkflowExecutionStarted',
  attributes: {
    workflowType: 'summarise',
    taskQueue: { name: 'q' },
    input: [value('secret')],
    memo: { note: value('secret') },
    header: { trace: value('open') },
    searchAttributes: { Customer: value('open') },
    originalExecutionRunId: 'r',
    firstExecutionRunId: 'r',
    attempt: 1,
    workflowId: 'w',
  },
};

function taskOf(queries: PollWorkflowTaskQueueResponse['queries'], query?: PollWorkflowTaskQueueResponse['query']) {
  return {
    taskToken: new Uint8Array(),
    workflowExecution: { workflowId: 'w', runId: 'r' },
    workflowType: 'summarise',
    previousStartedEventId: 0,
    startedEventId: 3,
    attempt: 1,
    history: encodeHistory([event]),
    query,
    queries,
    workflowExecutionTaskQueue: { name: 'q' },
    scheduledTimeMs: 0,
    startedTimeMs: 0,
  } satisfies PollWorkflowTaskQueueResponse;
}

test('without codecs nothing is touched', async () => {
  const codec = workflowCodec(loadDataConverter());
  const task = taskOf({});
  assert.equal(await codec.decodeTask(task), task);
  const outcome = { kind: 'needsHistory' } as const;
  assert.equal(await codec.encodeOutcome(outcome), outcome);
});

test('all payloads of a task are decoded, but headers and search attributes are left alone', async () => {
  const query = { queryType: 'status', queryArgs: [value('secret')], header: { trace: value('open') } };
  const task = await workflowCodec(flipping).decodeTask(taskOf({ a: query, b: { queryType: 'none' } }, query));
  const [started] = decodeHistory(task.history);
  assert.ok(started?.type === 'WorkflowExecutionStarted');
  assert.deepEqual(started.attributes.input, [flip(value('secret'))]);
  assert.deepEqual(started.attributes.memo, { note: flip(value('secret')) });
  assert.deepEqual(started.attributes.header, { trace: value('open') });
  assert.deepEqual(started.attributes.searchAttributes, { Customer: value('open') });
  assert.deepEqual(task.queries.a, { ...query, queryArgs: [flip(value('secret'))] });
  assert.deepEqual(task.queries.b?.queryArgs, undefined);
  assert.deepEqual(task.query?.queryArgs, [flip(value('secret'))]);
});

test('all payloads of an outcome are encoded: commands, answers to queries, failures', async () => {
  const codec = workflowCodec(flipping);
  const failure = { message: 'm', cause: { message: 'why', applicationFailureInfo: { details: [value('secret')] } } };
  const flipped = {
    ...failure,
    cause: { ...failure.cause, applicationFailureInfo: { details: [flip(value('secret'))] } },
  };
  const command: Command = {
    type: 'ScheduleActivityTask',
    attributes: { activityId: '1', activityType: 'fetch', taskQueue: { name: 'q' }, input: [value('secret')] },
  };
  const completed: WorkflowTaskOutcome = {
    kind: 'completed',
    commands: [command, { type: 'FailWorkflowExecution', attributes: { failure } }],
    queryResults: {
      a: { resultType: 'ANSWERED', answer: [value('secret')] },
      b: { resultType: 'FAILED', failure },
    },
    usedFlags: [],
  };
  const encoded = await codec.encodeOutcome(completed);
  assert.ok(encoded.kind === 'completed');
  assert.deepEqual(encoded.commands[0], {
    ...command,
    attributes: { ...command.attributes, input: [flip(value('secret'))] },
  });
  assert.deepEqual(encoded.commands[1]?.attributes, { failure: flipped });
  assert.deepEqual(encoded.queryResults.a?.answer, [flip(value('secret'))]);
  assert.deepEqual(encoded.queryResults.b?.failure, flipped);

  const failed = await codec.encodeOutcome({ kind: 'failed', cause: 'UNSPECIFIED', failure });
  assert.deepEqual(failed, { kind: 'failed', cause: 'UNSPECIFIED', failure: flipped });
  const queried = await codec.encodeOutcome({
    kind: 'queried',
    result: { resultType: 'ANSWERED', answer: [value('secret')] },
  });
  assert.ok(queried.kind === 'queried');
  assert.deepEqual(queried.result.answer, [flip(value('secret'))]);
  assert.deepEqual(await codec.encodeOutcome({ kind: 'needsHistory' }), { kind: 'needsHistory' });
});
