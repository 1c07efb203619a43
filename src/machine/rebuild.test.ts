import assert from 'node:assert/strict';
import { test } from 'node:test';
import { historyOf, openRun } from '../../test/machine/play.ts';
import { randomLife } from '../../test/machine/random-life.ts';
import { answer, scheduleActivity, startTimer } from '../../test/machine/worker.ts';
import type { EventType, HistoryEvent } from '../api/event.ts';
import { rebuildRun } from './rebuild.ts';

const nothingElse = { buffered: [], attempts: [], requestIds: [] };

test('whatever happens, a run is what its history, buffered events, attempts and request ids say', () => {
  for (let seed = 1; seed <= 40; seed += 1) {
    try {
      for (const history of randomLife(seed, 300)) checkHistory(history);
    } catch (error) {
      throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : error}`, { cause: error });
    }
  }
});

const commandEvents: ReadonlySet<EventType> = new Set([
  'ActivityTaskScheduled',
  'ActivityTaskCancelRequested',
  'TimerStarted',
  'TimerCanceled',
]);

/** What a replay relies on: events of commands directly behind their completion, and one task after another. */
function checkHistory(history: readonly HistoryEvent[]): void {
  let completedEventId = 0;
  let isBehindCompletion = false;
  let openTask: EventType | undefined;
  for (const event of history) {
    if (commandEvents.has(event.type)) {
      assert(isBehindCompletion, `event ${event.eventId} ${event.type} does not stand behind a completion`);
      assert.equal(
        (event.attributes as { workflowTaskCompletedEventId: number }).workflowTaskCompletedEventId,
        completedEventId,
      );
    } else {
      isBehindCompletion = event.type === 'WorkflowTaskCompleted';
      if (isBehindCompletion) completedEventId = event.eventId;
    }
    openTask = nextTaskEvent(event, openTask);
  }
}

function nextTaskEvent({ eventId, type }: HistoryEvent, open: EventType | undefined): EventType | undefined {
  switch (type) {
    case 'WorkflowTaskScheduled':
      assert.equal(open, undefined, `event ${eventId} schedules a second workflow task`);
      return type;
    case 'WorkflowTaskStarted':
      assert.equal(open, 'WorkflowTaskScheduled', `event ${eventId} starts no scheduled workflow task`);
      return type;
    case 'WorkflowTaskCompleted':
    case 'WorkflowTaskFailed':
      assert.equal(open, 'WorkflowTaskStarted', `event ${eventId} ends no started workflow task`);
      return undefined;
    case 'WorkflowTaskTimedOut':
      return undefined;
    default:
      return open;
  }
}

test('the events of a history stand in the order of their ids', () => {
  const run = openRun();
  const history = historyOf(run);
  assert.throws(
    () => rebuildRun(run.key, [...history, ...history], nothingElse),
    /event 1 stands where event 3 belongs/,
  );
  assert.throws(() => rebuildRun(run.key, history.slice(1), nothingElse), /begins with WorkflowExecutionStarted/);
});

test('a history that another server wrote, and that leaves out what is zero, is understood', () => {
  const run = openRun();
  answer(run, [scheduleActivity(), startTimer('t')], 0);
  const sparse = historyOf(run).map((event) => ({ ...event, attributes: requiredOnly(event) }) as HistoryEvent);
  const rebuilt = rebuildRun(run.key, sparse, nothingElse);
  assert.equal(rebuilt.nextEventId, run.nextEventId);
  assert.deepEqual([...rebuilt.timers], [['t', { timerId: 't', startedEventId: 6, dueAtMs: 0 }]]);
  const activity = rebuilt.activities.get(5);
  assert.deepEqual(
    [activity?.scheduleToCloseTimeoutMs, activity?.scheduleToStartTimeoutMs, activity?.startToCloseTimeoutMs],
    [0, 0, 0],
  );
  assert.deepEqual(activity?.retryPolicy, {});
});

function requiredOnly({ attributes }: HistoryEvent): object {
  const optional = /Ms$|^retryPolicy$|^identity$|^requestId$|^initiator$/;
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => !optional.test(name)));
}

test('an event of a type that this version does not write cannot be folded', () => {
  const run = openRun();
  const event = {
    type: 'MarkerRecorded',
    eventId: 3,
    eventTimeMs: 0,
    attributes: { markerName: 'm', workflowTaskCompletedEventId: 2 },
  } as const;
  assert.throws(() => rebuildRun(run.key, [...historyOf(run), event], nothingElse), /MarkerRecorded cannot be folded/);
});
