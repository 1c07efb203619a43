// The code of every simulated workflow: a pure function from a history to the commands that are missing in it. It keeps nothing: what
// was asked for before is seen in the events, so replaying is the same as going on.

import type { Command } from '../../src/api/command.ts';
import type { HistoryEvent } from '../../src/api/event.ts';
import {
  type ActivityStep,
  inPayloads,
  payloadsOf,
  type Script,
  type Step,
  TASK_QUEUE,
  type TimerStep,
} from './script.ts';

interface ActivityFacts {
  readonly scheduledEventId: number;
  cancelRequested: boolean;
  outcome: 'pending' | 'completed' | 'failed';
}

/** What a history says that the code depends on. */
export interface Facts {
  readonly script: Script;
  readonly attempt: number;
  readonly activities: ReadonlyMap<string, ActivityFacts>;
  readonly timers: ReadonlyMap<string, 'pending' | 'ended'>;
  readonly signals: ReadonlyMap<string, number>;
  readonly cancelRequested: boolean;
}

export function factsOf(events: readonly HistoryEvent[]): Facts {
  const [first] = events;
  if (first?.type !== 'WorkflowExecutionStarted') throw new Error('the history does not begin with its start');
  const activities = new Map<string, ActivityFacts>();
  const byEventId = new Map<number, ActivityFacts>();
  const timers = new Map<string, 'pending' | 'ended'>();
  const signals = new Map<string, number>();
  let cancelRequested = false;
  for (const event of events) {
    switch (event.type) {
      case 'ActivityTaskScheduled': {
        const facts: ActivityFacts = { scheduledEventId: event.eventId, cancelRequested: false, outcome: 'pending' };
        activities.set(event.attributes.activityId, facts);
        byEventId.set(event.eventId, facts);
        break;
      }
      case 'ActivityTaskCancelRequested':
        known(byEventId, event.attributes.scheduledEventId).cancelRequested = true;
        break;
      case 'ActivityTaskCompleted':
        known(byEventId, event.attributes.scheduledEventId).outcome = 'completed';
        break;
      case 'ActivityTaskFailed':
      case 'ActivityTaskTimedOut':
      case 'ActivityTaskCanceled':
        known(byEventId, event.attributes.scheduledEventId).outcome = 'failed';
        break;
      case 'TimerStarted':
        timers.set(event.attributes.timerId, 'pending');
        break;
      case 'TimerFired':
      case 'TimerCanceled':
        timers.set(event.attributes.timerId, 'ended');
        break;
      case 'WorkflowExecutionSignaled': {
        const { signalName } = event.attributes;
        signals.set(signalName, (signals.get(signalName) ?? 0) + 1);
        break;
      }
      case 'WorkflowExecutionCancelRequested':
        cancelRequested = true;
        break;
    }
  }
  const { input, attempt } = first.attributes;
  return { script: inPayloads(input) as Script, attempt, activities, timers, signals, cancelRequested };
}

function known(activities: ReadonlyMap<number, ActivityFacts>, scheduledEventId: number): ActivityFacts {
  const facts = activities.get(scheduledEventId);
  if (!facts)
    throw new Error(`an event speaks of an activity scheduled by event ${scheduledEventId}, and there is none`);
  return facts;
}

export function decide(events: readonly HistoryEvent[]): Command[] {
  const facts = factsOf(events);
  const { script } = facts;
  if (facts.cancelRequested && script.onCancel !== 'ignore') return stop(facts);
  const commands: Command[] = [];
  const state = advance(facts, { do: 'sequence', of: script.steps }, commands);
  if (state === 'waiting') return commands;
  return [...commands, state === 'failed' ? failWith('a vital activity failed') : ending(facts)];
}

type State = 'waiting' | 'done' | 'failed';

function advance(facts: Facts, step: Step, commands: Command[]): State {
  switch (step.do) {
    case 'activity':
      return advanceActivity(facts, step, commands);
    case 'timer':
      return advanceTimer(facts, step, commands);
    case 'await':
      return (facts.signals.get(step.signal) ?? 0) >= step.count ? 'done' : 'waiting';
    case 'sequence':
      for (const one of step.of) {
        const state = advance(facts, one, commands);
        if (state !== 'done') return state;
      }
      return 'done';
    case 'all': {
      const states = step.of.map((one) => advance(facts, one, commands));
      if (states.includes('failed')) return 'failed';
      return states.includes('waiting') ? 'waiting' : 'done';
    }
    case 'race':
      return advanceRace(facts, step, commands);
  }
}

function advanceActivity(facts: Facts, step: ActivityStep, commands: Command[]): State {
  const activity = facts.activities.get(step.id);
  if (!activity) {
    const { do: _, id, taskQueue, isVital: __, ...options } = step;
    commands.push({
      type: 'ScheduleActivityTask',
      attributes: { activityId: id, activityType: 'work', taskQueue: { name: taskQueue ?? TASK_QUEUE }, ...options },
    });
    return 'waiting';
  }
  if (activity.outcome === 'pending') return 'waiting';
  return activity.outcome === 'failed' && step.isVital ? 'failed' : 'done';
}

function advanceTimer(facts: Facts, { id, ms }: TimerStep, commands: Command[]): State {
  const timer = facts.timers.get(id);
  if (timer === undefined) commands.push({ type: 'StartTimer', attributes: { timerId: id, startToFireTimeoutMs: ms } });
  return timer === 'ended' ? 'done' : 'waiting';
}

function advanceRace(facts: Facts, step: Extract<Step, { do: 'race' }>, commands: Command[]): State {
  const activity = advanceActivity(facts, step.activity, commands);
  const timer = advanceTimer(facts, step.timer, commands);
  if (activity === 'waiting' && timer === 'waiting') return 'waiting';
  if (timer === 'waiting') commands.push({ type: 'CancelTimer', attributes: { timerId: step.timer.id } });
  if (activity === 'waiting' && step.loser !== 'abandon') {
    cancelActivity(facts, step.activity.id, commands);
    if (step.loser === 'wait') return 'waiting';
  }
  return activity === 'failed' ? 'failed' : 'done';
}

function cancelActivity(facts: Facts, id: string, commands: Command[]): void {
  const activity = facts.activities.get(id);
  if (activity?.outcome !== 'pending' || activity.cancelRequested) return;
  commands.push({ type: 'RequestCancelActivityTask', attributes: { scheduledEventId: activity.scheduledEventId } });
}

function stop(facts: Facts): Command[] {
  const commands: Command[] = [];
  if (facts.script.onCancel === 'clean up') {
    for (const id of facts.activities.keys()) cancelActivity(facts, id, commands);
    for (const [timerId, state] of facts.timers)
      if (state === 'pending') commands.push({ type: 'CancelTimer', attributes: { timerId } });
    if ([...facts.activities.values()].some(({ outcome }) => outcome === 'pending')) return commands;
  }
  return [...commands, { type: 'CancelWorkflowExecution', attributes: {} }];
}

function ending({ script, attempt }: Facts): Command {
  if (attempt <= script.failingAttempts) return failWith(`attempt ${attempt} is to fail`);
  if (script.chain === 0) return { type: 'CompleteWorkflowExecution', attributes: { result: payloadsOf('done') } };
  const next: Script = { ...script, chain: script.chain - 1 };
  return {
    type: 'ContinueAsNewWorkflowExecution',
    attributes: { workflowType: 'scripted', taskQueue: { name: TASK_QUEUE }, input: payloadsOf(next) },
  };
}

function failWith(message: string): Command {
  return {
    type: 'FailWorkflowExecution',
    attributes: { failure: { message, applicationFailureInfo: { type: 'Scripted' } } },
  };
}
