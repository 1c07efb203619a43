// A run made anew from what is durable: its history, and what is durable but not in history (buffered events, attempts under way,
// request ids). Nothing of the row is used: that the result is the run that the row says is the proof that the row adds nothing.

import { encodeEvent, type HistoryEvent } from '../api/event.ts';
import type { RunKey } from '../api/run-key.ts';
import { assert } from '../base/assert.ts';
import { evolveEvent } from './evolve.ts';
import { type BufferedEvent, beginRun, type PendingActivity, type Run, unplaced } from './run.ts';

export interface Durable {
  readonly buffered: readonly BufferedEvent[];
  readonly attempts: Iterable<PendingActivity>;
  readonly requestIds: Iterable<readonly [string, 'start' | 'signal']>;
}

export function rebuildRun(key: RunKey, history: readonly HistoryEvent[], durable: Durable): Run {
  const [first] = history;
  assert(first?.type === 'WorkflowExecutionStarted', 'a history begins with WorkflowExecutionStarted');
  const run = beginRun(key, first);
  for (const event of history) append(run, event);
  for (const buffered of durable.buffered) {
    run.buffered.push(buffered);
    evolveEvent(run, unplaced(buffered));
  }
  for (const attempt of durable.attempts) run.activities.set(attempt.scheduledEventId, attempt);
  for (const [requestId, of] of durable.requestIds) run.requestIds.set(requestId, of);
  run.changed.clear();
  run.readied.length = 0;
  return run;
}

function append(run: Run, event: HistoryEvent): void {
  assert(event.eventId === run.nextEventId, `event ${event.eventId} stands where event ${run.nextEventId} belongs`);
  evolveEvent(run, event);
  run.nextEventId += 1;
  run.historySizeBytes += encodeEvent(event).length;
}
