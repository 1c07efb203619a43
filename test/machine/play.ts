// Drives the machine by hand: no store, no engine, no clock. What is decided is recorded in the run, as the engine does it, and
// what a store would have kept of it is kept here: after every step the run is read back from that, and made anew from its
// history, and must be the same run. So every test of the machine is also one of the claim that nothing else is needed.

import assert from 'node:assert/strict';
import {
  decodeEvent,
  type EventAttributes,
  type EventType,
  encodeEvent,
  type HistoryEvent,
} from '../../src/api/event.ts';
import { meetDeadline, readyTasks } from '../../src/machine/due.ts';
import type { Decision, Moment, Settings } from '../../src/machine/fact.ts';
import { rebuildRun } from '../../src/machine/rebuild.ts';
import { record } from '../../src/machine/record.ts';
import { changedParts, type PartRow, rowOf, runFrom } from '../../src/machine/row.ts';
import { beginRun, type ReadonlyRun, type Run, type TaskRef, unplaced } from '../../src/machine/run.ts';
import { type Beginning, type StartDecision, type StartRequest, startWorkflow } from '../../src/machine/start.ts';

/** What a store has of a run. */
interface Kept {
  readonly history: HistoryEvent[];
  readonly parts: Map<string, PartRow>;
}

const kept = new WeakMap<ReadonlyRun, Kept>();

const defaultSettings: Settings = {
  suggestContinueAsNewEvents: 4096,
  suggestContinueAsNewBytes: 4 * 1024 * 1024,
  retryJitter: 0,
  continueAsNewMinIntervalMs: 0,
};

let ids = 0;

export function at(nowMs: number, settings: Partial<Settings> = {}): Moment {
  const newId = () => {
    ids += 1;
    return `id-${ids}`;
  };
  return { nowMs, settings: { ...defaultSettings, ...settings }, newId, random: () => 0.5 };
}

export const startRequest: StartRequest = {
  namespace: 'default',
  workflowId: 'order-7',
  workflowType: 'work',
  taskQueue: { name: 'q' },
  requestId: 'start-1',
};

/** A run whose first workflow task waits, unless the request asks for a delay. */
export function openRun(request: Partial<StartRequest> = {}, nowMs = 0): Run {
  return begun(startWorkflow(undefined, { ...startRequest, ...request }, at(nowMs)), nowMs);
}

/** The run that a decision to start one begins. */
export function begun(decision: StartDecision, nowMs: number): Run {
  assert(decision.kind === 'begin', `the start was ${JSON.stringify(decision)}`);
  return begin(decision.beginning, nowMs);
}

export function begin({ runId, started, facts }: Beginning, nowMs: number): Run {
  const key = { namespace: 'default', workflowId: started.attributes.workflowId ?? '', runId };
  const run = beginRun(key, { ...started, eventId: 1, eventTimeMs: nowMs });
  kept.set(run, { history: [], parts: new Map() });
  play(run, { facts: [started, ...facts] }, nowMs);
  return run;
}

/** Records what was decided and answers with the events that got their place in history by it. */
export function play(run: Run, { facts }: Decision, nowMs: number): readonly HistoryEvent[] {
  const store = kept.get(run);
  assert(store, 'only a run that was begun here can be played');
  const readyBefore = new Set(readyTasks(run).map(nameOf));
  const written = record(run, facts, nowMs);
  const events = written.events.map(decodeEvent);
  assert.equal(written.firstEventId, store.history.length + 1, 'event ids have a gap');
  store.history.push(...events);
  for (const { kind, id, body } of changedParts(run)) {
    if (body === undefined) store.parts.delete(`${kind} ${id}`);
    else store.parts.set(`${kind} ${id}`, { kind, id, body });
  }
  run.changed.clear();
  checkReadied(run, readyBefore);
  checkReadBack(run, store);
  checkRebuilt(run, store);
  return events;
}

/** Time has come this far: everything that is due by then happens, one thing after another. */
export function passTime(run: Run, nowMs: number): readonly HistoryEvent[] {
  const events: HistoryEvent[] = [];
  let decision = meetDeadline(run, at(nowMs));
  while (decision.facts.length > 0) {
    events.push(...play(run, decision, nowMs));
    decision = meetDeadline(run, at(nowMs));
  }
  return events;
}

export function historyOf(run: ReadonlyRun): readonly HistoryEvent[] {
  return kept.get(run)?.history ?? [];
}

export function typesOf(happened: readonly { readonly type: string }[]): readonly string[] {
  return happened.map(({ type }) => type);
}

/** The attributes of the only event of this type. */
export function only<T extends EventType>(events: readonly HistoryEvent[], type: T): EventAttributes<T> {
  const found = events.filter((event) => event.type === type);
  assert.equal(found.length, 1, `${found.length} events are of type ${type}: ${typesOf(events)}`);
  return found[0]?.attributes as EventAttributes<T>;
}

/** The engine is told of every task that becomes ready, or no worker would hear of it. */
function checkReadied(run: Run, readyBefore: ReadonlySet<string>): void {
  const readied = new Set(run.readied.splice(0).map(nameOf));
  for (const name of readyTasks(run).map(nameOf)) {
    assert(readyBefore.has(name) || readied.has(name), `nobody is told that ${name} has become ready`);
  }
}

const nameOf = ({ kind, scheduledEventId, attempt }: TaskRef) =>
  `${kind} task ${scheduledEventId}, attempt ${attempt},`;

function checkReadBack(run: Run, store: Kept): void {
  assert.deepEqual(stateOf(readBack(run, store)), stateOf(run), 'the run read back from its row and parts is another');
}

function checkRebuilt(run: Run, store: Kept): void {
  const { buffered, activities, requestIds } = readBack(run, store);
  const rebuilt = rebuildRun(run.key, store.history, { buffered, attempts: activities.values(), requestIds });
  assert.deepEqual(durableStateOf(rebuilt), durableStateOf(run), 'the run made anew from its history is another');
}

/** Parts come in no particular order. */
function readBack(run: Run, { history, parts }: Kept): Run {
  return runFrom(run.key, history[0] as HistoryEvent, rowOf(run), [...parts.values()].toReversed());
}

function stateOf({ changed: _, readied: __, scheduledAttributes: ___, buffered, ...rest }: Run): unknown {
  return plain({ ...rest, buffered: buffered.map((event) => encodeEvent(unplaced(event))) }, isAbsent);
}

/** Without what stands in the row alone: the sticky queue, why tasks failed, and all of a transient task. */
function durableStateOf({ sticky: _, taskFailure: __, task, ...rest }: Run): unknown {
  const { processId: ___, ...started } = task?.started ?? {};
  const known = task && !task.transient ? { ...task, started: task.started && started } : undefined;
  return plain(stateOf({ ...rest, task: known, sticky: undefined, taskFailure: undefined } as Run), isZero);
}

/** A value that can be compared: maps as objects, bytes as text, and without what is not there. */
function plain(value: unknown, isLeftOut: (value: unknown) => boolean): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map((one) => plain(one, isLeftOut));
  if (typeof value !== 'object' || value === null) return value;
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return Object.fromEntries(
    entries.filter(([, one]) => !isLeftOut(one)).map(([name, one]) => [name, plain(one, isLeftOut)]),
  );
}

const isAbsent = (value: unknown) => value === undefined;

/** The protocol does not tell a zero, an empty text or an empty list from nothing. */
const isZero = (value: unknown) =>
  value === undefined || value === 0 || value === '' || value === false || (Array.isArray(value) && value.length === 0);
