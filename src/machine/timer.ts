// Timers: a workflow asks to be woken later.
//
//   absent --StartTimer--> pending --time passes--> absent, TimerFired
//                             `-----CancelTimer---> absent, TimerCanceled
//
// Only pending timers are kept, so a run with a million past timers costs what an empty one does.

import type { CommandAttributes } from '../api/command.ts';
import { assert } from '../base/assert.ts';
import { type Answering, badCommand, type CommandOutcome } from './answering.ts';
import type { EventEvolvers } from './evolve.ts';
import { type Decision, decided } from './fact.ts';
import { change, type PendingTimer, type ReadonlyRun, type Run } from './run.ts';
import { wake } from './workflow-task.ts';

export function startTimer(
  answering: Answering,
  { timerId, startToFireTimeoutMs = 0 }: CommandAttributes<'StartTimer'>,
): CommandOutcome {
  if (timerId === '')
    return badCommand('BAD_START_TIMER_ATTRIBUTES', 'a timer has no timerId: give each timer its own id');
  if (!(startToFireTimeoutMs >= 0)) {
    return badCommand(
      'BAD_START_TIMER_ATTRIBUTES',
      `timer "${timerId}" is to fire after ${startToFireTimeoutMs} ms: it must be 0 or more`,
    );
  }
  if (answering.timers.has(timerId)) {
    return badCommand('START_TIMER_DUPLICATE_ID', `timer "${timerId}" is already pending: give each timer its own id`);
  }
  answering.timers.set(timerId, answering.nextEventId);
  const attributes = { timerId, startToFireTimeoutMs, workflowTaskCompletedEventId: answering.completedEventId };
  return { facts: [{ type: 'TimerStarted', attributes }] };
}

/** A timer that fired while the workflow task ran is canceled all the same: the workflow never sees that it fired. */
export function cancelTimer(answering: Answering, { timerId }: CommandAttributes<'CancelTimer'>): CommandOutcome {
  const { timers, unfired, run } = answering;
  const startedEventId = timers.get(timerId);
  if (startedEventId === undefined) {
    return badCommand(
      'BAD_CANCEL_TIMER_ATTRIBUTES',
      `timer "${timerId}" is not pending: only a started timer can be canceled`,
    );
  }
  timers.delete(timerId);
  if (firedUnseen(run).get(timerId) === startedEventId) unfired.add(startedEventId);
  const attributes = { timerId, startedEventId, workflowTaskCompletedEventId: answering.completedEventId };
  return { facts: [{ type: 'TimerCanceled', attributes }] };
}

/** The timers that the workflow takes for pending, with the ids of their TimerStarted: also those that have fired unseen. */
export function timersAsSeen(run: ReadonlyRun): Map<string, number> {
  const timers = firedUnseen(run);
  for (const { timerId, startedEventId } of run.timers.values()) timers.set(timerId, startedEventId);
  return timers;
}

function firedUnseen({ buffered }: ReadonlyRun): Map<string, number> {
  const fired = new Map<string, number>();
  for (const { event } of buffered) {
    if (event.type === 'TimerFired') fired.set(event.attributes.timerId, event.attributes.startedEventId);
  }
  return fired;
}

export function fireTimer(run: ReadonlyRun, { timerId, startedEventId }: PendingTimer): Decision {
  return decided({ type: 'TimerFired', attributes: { timerId, startedEventId } }, ...wake(run));
}

export const evolveTimer: EventEvolvers<'TimerStarted' | 'TimerFired' | 'TimerCanceled'> = {
  TimerStarted: (run, { eventId, eventTimeMs, attributes }) => {
    const { timerId, startToFireTimeoutMs = 0 } = attributes;
    assert(!run.timers.has(timerId), `timer ${timerId} is pending already`);
    run.timers.set(timerId, { timerId, startedEventId: eventId, dueAtMs: eventTimeMs + startToFireTimeoutMs });
    change(run, 'timer', timerId);
  },
  TimerFired: (run, { attributes }) => forget(run, attributes.timerId),
  // If the timer had fired already, its buffered event goes: record() removes it before this.
  TimerCanceled: (run, { attributes }) => forget(run, attributes.timerId),
};

function forget(run: Run, timerId: string): void {
  run.timers.delete(timerId);
  change(run, 'timer', timerId);
}
