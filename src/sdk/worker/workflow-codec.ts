// Payload codecs for workflow tasks. The sandbox is synchronous and pure, so payloads are decoded before a task goes in and
// encoded when its outcome comes out. Without codecs, which is the rule, nothing is touched.
//
// Every payload is found by walking the tables that describe the messages. Search attributes and headers are left alone, as in
// every Temporal SDK: the service reads the one and interceptors the other.

import { type Command, command } from '../../api/command.ts';
import { type HistoryEvent, historyEvent } from '../../api/event.ts';
import { decodeHistory, encodeHistory } from '../../api/history.ts';
import { header, type Payload, payload, payloads, searchAttributes } from '../../api/messages/common.ts';
import { failure } from '../../api/messages/failure.ts';
import type { Kind } from '../../api/schema.ts';
import type { PollWorkflowTaskQueueResponse, WorkflowQuery, WorkflowQueryResult } from '../../api/workflow-service.ts';
import { decodePayloads, encodePayloads, type LoadedDataConverter } from '../common/data-converter.ts';
import type { WorkflowTaskOutcome } from '../sandbox/runner.ts';

export interface WorkflowCodec {
  decodeTask(task: PollWorkflowTaskQueueResponse): Promise<PollWorkflowTaskQueueResponse>;
  encodeOutcome(outcome: WorkflowTaskOutcome): Promise<WorkflowTaskOutcome>;
}

type Change = (payload: Payload) => Promise<Payload>;

export function workflowCodec(converter: LoadedDataConverter): WorkflowCodec {
  if (converter.payloadCodecs.length === 0) {
    return { decodeTask: async (task) => task, encodeOutcome: async (outcome) => outcome };
  }
  const decode: Change = async (one) => (await decodePayloads(converter, [one]))[0] as Payload;
  const encode: Change = async (one) => (await encodePayloads(converter, [one]))[0] as Payload;
  return {
    decodeTask: (task) => decodedTask(task, decode),
    encodeOutcome: (outcome) => encodedOutcome(outcome, encode),
  };
}

async function decodedTask(
  task: PollWorkflowTaskQueueResponse,
  decode: Change,
): Promise<PollWorkflowTaskQueueResponse> {
  const events = await Promise.all(decodeHistory(task.history).map((event) => changedEvent(event, decode)));
  const queries = Object.entries(task.queries).map(
    async ([id, query]) => [id, await changedQuery(query, decode)] as const,
  );
  return {
    ...task,
    history: encodeHistory(events),
    query: task.query && (await changedQuery(task.query, decode)),
    queries: Object.fromEntries(await Promise.all(queries)),
  };
}

async function changedEvent(event: HistoryEvent, change: Change): Promise<HistoryEvent> {
  return (await changed(historyEvent, event, change)) as HistoryEvent;
}

async function changedQuery(query: WorkflowQuery, change: Change): Promise<WorkflowQuery> {
  return { ...query, queryArgs: (await changed(payloads, query.queryArgs, change)) as WorkflowQuery['queryArgs'] };
}

async function encodedOutcome(outcome: WorkflowTaskOutcome, encode: Change): Promise<WorkflowTaskOutcome> {
  switch (outcome.kind) {
    case 'completed': {
      const commands = outcome.commands.map(async (one) => (await changed(command, one, encode)) as Command);
      const results = Object.entries(outcome.queryResults).map(
        async ([id, result]) => [id, await changedResult(result, encode)] as const,
      );
      return {
        ...outcome,
        commands: await Promise.all(commands),
        queryResults: Object.fromEntries(await Promise.all(results)),
      };
    }
    case 'queried':
      return { ...outcome, result: await changedResult(outcome.result, encode) };
    case 'failed':
      return { ...outcome, failure: (await changed(failure, outcome.failure, encode)) as typeof outcome.failure };
    default:
      return outcome;
  }
}

async function changedResult(result: WorkflowQueryResult, change: Change): Promise<WorkflowQueryResult> {
  return {
    ...result,
    answer: (await changed(payloads, result.answer, change)) as WorkflowQueryResult['answer'],
    failure: (await changed(failure, result.failure, change)) as WorkflowQueryResult['failure'],
  };
}

/** The value with all its payloads changed, whatever its kind. */
async function changed(kind: Kind<unknown>, value: unknown, change: Change): Promise<unknown> {
  if (value === undefined || kind === searchAttributes || kind === header) return value;
  if (kind === payload) return change(value as Payload);
  const { shape } = kind;
  switch (shape.tag) {
    case 'wrap':
      return changed(shape.field.kind, value, change);
    case 'list':
      return Promise.all((value as readonly unknown[]).map((one) => changed(shape.of, one, change)));
    case 'map':
      return changedEntries(value as object, () => shape.of, change);
    case 'message': {
      const kinds = new Map(shape.fields().map((field) => [field.name, field.kind]));
      return changedEntries(value as object, (name) => kinds.get(name), change);
    }
    case 'variants': {
      const kinds = new Map(shape.fields.map((field) => [field.name, field.kind]));
      const attributes = shape.rows[(value as { readonly type: string }).type]?.attributes;
      return changedEntries(value as object, (name) => (name === 'attributes' ? attributes : kinds.get(name)), change);
    }
    default:
      return value;
  }
}

async function changedEntries(
  value: object,
  kindOf: (name: string) => Kind<unknown> | undefined,
  change: Change,
): Promise<unknown> {
  const entries = Object.entries(value).map(async ([name, one]) => {
    const kind = kindOf(name);
    return [name, kind ? await changed(kind, one, change) : one] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}
