// What workers do, by hand: they take tasks and answer them.

import assert from 'node:assert/strict';
import type { Command, CommandAttributes } from '../../src/api/command.ts';
import type { HistoryEvent } from '../../src/api/event.ts';
import type { Payload } from '../../src/api/messages/common.ts';
import type { Failure } from '../../src/api/messages/failure.ts';
import { startActivity } from '../../src/machine/activity.ts';
import { type Completion, completeWorkflowTask } from '../../src/machine/complete-workflow-task.ts';
import type { Decision, Start } from '../../src/machine/fact.ts';
import type { PendingActivity, Run } from '../../src/machine/run.ts';
import { startWorkflowTask, type TaskClaim } from '../../src/machine/workflow-task.ts';
import { at, play } from './play.ts';

export const worker: Start = { identity: 'worker', requestId: 'poll' };

/** A worker takes the workflow task that waits, from the run's normal queue unless told otherwise. */
export function takeTask(run: Run, nowMs: number, start: Start = worker, queue = run.birth.taskQueue): TaskClaim {
  const { task } = run;
  assert(task && !task.started, 'no workflow task waits to be taken');
  const claim = { scheduledEventId: task.scheduledEventId, attempt: task.attempt, queue, start };
  play(run, startWorkflowTask(run, claim, at(nowMs)), nowMs);
  return claimOf(run);
}

/** What the worker shows that has the started workflow task. */
export function claimOf({ task }: Run): TaskClaim {
  assert(task?.started, 'the workflow task was not started');
  return { scheduledEventId: task.scheduledEventId, startedEventId: task.started.eventId, attempt: task.attempt };
}

/** The answer to the workflow task, which is taken first if nobody has. */
export function answered(
  run: Run,
  commands: readonly Command[],
  nowMs: number,
  more: Partial<Completion> = {},
): Decision {
  const claim = run.task?.started ? claimOf(run) : takeTask(run, nowMs);
  return completeWorkflowTask(run, claim, { commands, identity: 'worker', ...more }, at(nowMs));
}

/** The workflow task is answered with these commands, and all of them are accepted. */
export function answer(
  run: Run,
  commands: readonly Command[],
  nowMs: number,
  more: Partial<Completion> = {},
): readonly HistoryEvent[] {
  const decision = answered(run, commands, nowMs, more);
  assert.equal(decision.refusal, undefined);
  return play(run, decision, nowMs);
}

/** The workflow schedules an activity, and goes on waiting. */
export function withActivity(run: Run, attributes: Partial<CommandAttributes<'ScheduleActivityTask'>> = {}, nowMs = 0) {
  const [, scheduled] = answer(run, [scheduleActivity(attributes)], nowMs);
  return activityOf(run, scheduled?.eventId ?? 0);
}

export function activityOf(run: Run, scheduledEventId: number): PendingActivity {
  const activity = run.activities.get(scheduledEventId);
  assert(activity, `no activity is pending for event ${scheduledEventId}`);
  return activity;
}

/** A worker takes the attempt of the activity that waits. */
export function takeActivity(run: Run, scheduledEventId: number, nowMs: number, start: Start = worker) {
  const { attempt } = activityOf(run, scheduledEventId);
  play(run, startActivity(run, { scheduledEventId, attempt, start }), nowMs);
  assert.equal(activityOf(run, scheduledEventId).state, 'started');
  return { scheduledEventId, attempt };
}

export function scheduleActivity(attributes: Partial<CommandAttributes<'ScheduleActivityTask'>> = {}): Command {
  return {
    type: 'ScheduleActivityTask',
    attributes: {
      activityId: '1',
      activityType: 'fetch',
      taskQueue: { name: '' },
      startToCloseTimeoutMs: 10_000,
      ...attributes,
    },
  };
}

export const cancelActivity = (scheduledEventId: number): Command => ({
  type: 'RequestCancelActivityTask',
  attributes: { scheduledEventId },
});

export const startTimer = (timerId: string, startToFireTimeoutMs = 1000): Command => ({
  type: 'StartTimer',
  attributes: { timerId, startToFireTimeoutMs },
});

export const cancelTimer = (timerId: string): Command => ({ type: 'CancelTimer', attributes: { timerId } });

export const complete: Command = { type: 'CompleteWorkflowExecution', attributes: {} };

export const fail = (failure: Failure): Command => ({ type: 'FailWorkflowExecution', attributes: { failure } });

export const continueAsNew = (
  attributes: Partial<CommandAttributes<'ContinueAsNewWorkflowExecution'>> = {},
): Command => ({
  type: 'ContinueAsNewWorkflowExecution',
  attributes: { workflowType: '', taskQueue: { name: '' }, ...attributes },
});

export function payload(value: unknown): Payload {
  const metadata = { encoding: new TextEncoder().encode('json/plain') };
  return { metadata, data: new TextEncoder().encode(JSON.stringify(value)) };
}

export const applicationFailure = (message: string, type = 'Error'): Failure => ({
  message,
  applicationFailureInfo: { type },
});
