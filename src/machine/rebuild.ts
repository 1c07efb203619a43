// A run made anew from what is durable: its history, and what is durable but not in history (buffered events, attempts under way,
// request ids). Nothing of the row is used: that the result is the run that the row says is the proof that the row adds nothing.

import type { HistoryEvent } from '../api/event.ts';
import type { RunKey } from '../api/run-key.ts';
import { assert } from '../base/assert.ts';
import { evolveEvent } from './evolve.ts';
import { type BufferedEvent, beginRun, type PendingActivity, type Run } from './run.ts';

export interface Durable {
  readonly buffered: readonly BufferedEvent[];
  readonly attempts: Iterable<PendingActivity>;
  readonly requestIds: Iterable<readonly [string, 'start' | 'signal']>;
}

export function rebuildRun(key: RunKey, history: readonly HistoryEvent[], durable: Durable): Run {
  const [first] = history;
  assert(first?.type === 'WorkflowExecutionStarted', 'a history begins with WorkflowExecutionStarted');
  const run = beginRun(key, first);
  for (const event of history.slice(1)) {
    assert(event.eventId === run.nextEventId, `event ${event.eventId} follows event ${run.nextEventId - 1}`);
    evolveEvent(run, event);
    run.nextEventId += 1;
  }
  for (const { event, timeMs } of durable.buffered) {
    run.buffered.push({ event, timeMs });
    evolveEvent(run, { ...event, eventId: 0, eventTimeMs: timeMs } as HistoryEvent);
  }
  for (const attempt of durable.attempts) run.activities.set(attempt.scheduledEventId, attempt);
  for (const [requestId, of] of durable.requestIds) run.requestIds.set(requestId, of);
  return run;
}
