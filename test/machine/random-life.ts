// A run whose life is left to chance, from a seed: everything that clients, workers and time do to one, in any order, sensible or
// not. What is refused is refused; what is decided is played, and so held against what is durable (play.ts).

import type { Command } from '../../src/api/command.ts';
import type { HistoryEvent } from '../../src/api/event.ts';
import {
  cancelActivity,
  completeActivity,
  failActivity,
  heartbeat,
  startActivity,
} from '../../src/machine/activity.ts';
import { requestCancelWorkflow, terminateWorkflow } from '../../src/machine/close.ts';
import { completeWorkflowTask } from '../../src/machine/complete-workflow-task.ts';
import { endOrphans, meetDeadline, readyTasks } from '../../src/machine/due.ts';
import type { Decision } from '../../src/machine/fact.ts';
import { type BufferedEvent, isOpen, type Run } from '../../src/machine/run.ts';
import { signalWorkflow } from '../../src/machine/signal.ts';
import { beginSuccessor } from '../../src/machine/start.ts';
import { failWorkflowTask, startWorkflowTask } from '../../src/machine/workflow-task.ts';
import { type SeededRandom, seededRandom } from '../seeded-random.ts';
import { at, begin, historyOf, only, openRun, play } from './play.ts';
import {
  applicationFailure,
  cancelActivity as cancelActivityCommand,
  cancelTimer,
  claimOf,
  complete,
  continueAsNew,
  fail,
  payload,
  scheduleActivity,
  startTimer,
} from './worker.ts';

interface Life {
  readonly random: SeededRandom;
  readonly histories: (readonly HistoryEvent[])[];
  run: Run;
  nowMs: number;
  process: number;
}

/** Lives through `steps` steps, and answers with the histories of the runs that there were. */
export function randomLife(seed: number, steps: number): readonly (readonly HistoryEvent[])[] {
  const random = seededRandom(seed);
  const life: Life = { random, histories: [], run: openRun(), nowMs: 0, process: 1 };
  anotherRun(life);
  for (let step = 0; step < steps; step += 1) {
    if (!isOpen(life.run)) anotherRun(life);
    random.pick(happenings)(life);
  }
  return life.histories;
}

function anotherRun(life: Life): void {
  const { random } = life;
  life.run = openRun(
    {
      ...(random.chance(0.3) ? { retryPolicy: { initialIntervalMs: 700, maximumAttempts: 3 } } : {}),
      ...(random.chance(0.2) ? { workflowStartDelayMs: 3_000 } : {}),
      ...(random.chance(0.2) ? { workflowRunTimeoutMs: 60_000 } : {}),
      ...(random.chance(0.2) ? { workflowExecutionTimeoutMs: 90_000, memo: { m: payload('memo') } } : {}),
      ...(random.chance(0.5) ? { workflowTaskTimeoutMs: 4_000 } : {}),
    },
    life.nowMs,
  );
  life.histories.push(historyOf(life.run));
}

/** Plays a decision, and goes on with the run that takes over if there is one. */
function happen(life: Life, decision: Decision): void {
  play(life.run, decision, life.nowMs);
  if (!decision.successor) return;
  const started = only(historyOf(life.run), 'WorkflowExecutionStarted');
  life.run = begin(beginSuccessor(life.run, started, decision.successor), life.nowMs);
  life.histories.push(historyOf(life.run));
}

const clientsDo: readonly ((life: Life) => void)[] = [
  (life) => {
    const { random } = life;
    const requestId = random.chance(0.5) ? `request-${random.integer(1, 9)}` : undefined;
    happen(life, signalWorkflow(life.run, { signalName: 's', requestId, input: [payload(random.integer(1, 99))] }));
  },
  (life) => {
    if (life.random.chance(0.1)) happen(life, requestCancelWorkflow(life.run, { reason: 'chance' }));
    if (isOpen(life.run) && life.random.chance(0.02)) happen(life, terminateWorkflow(life.run, {}));
  },
];

const timeDoes: readonly ((life: Life) => void)[] = [
  (life) => {
    life.nowMs += life.random.pick([1, 10, 300, 1_000, 2_500, 11_000]);
    for (let decision = meet(life); decision.facts.length > 0; decision = meet(life)) happen(life, decision);
  },
  (life) => {
    if (life.random.chance(0.8)) return;
    life.process += 1;
    const orphaned = () => endOrphans(life.run, `p${life.process}`, at(life.nowMs));
    for (let decision = orphaned(); decision.facts.length > 0; decision = orphaned()) happen(life, decision);
  },
];

const meet = (life: Life) => meetDeadline(life.run, at(life.nowMs));

const workersDo: readonly ((life: Life) => void)[] = [
  takeSomething,
  takeSomething,
  takeSomething,
  answerTask,
  (life) => {
    if (!life.run.task?.started || life.random.chance(0.7)) return;
    const failure = {
      cause: 'WORKFLOW_WORKER_UNHANDLED_FAILURE',
      failure: applicationFailure('x'),
      identity: 'w',
    } as const;
    happen(life, failWorkflowTask(life.run, claimOf(life.run), failure, at(life.nowMs)));
  },
  answerActivity,
  answerActivity,
];

const happenings = [...clientsDo, ...timeDoes, ...workersDo];

function takeSomething(life: Life): void {
  const { random, run, nowMs } = life;
  const [ref] = readyTasks(run).toSorted(() => random.pick([-1, 1]));
  if (!ref) return;
  const processId = random.chance(0.5) ? `p${life.process}` : undefined;
  const start = { identity: `worker-${random.integer(1, 3)}`, requestId: `poll-${random.integer(1, 999)}`, processId };
  const queue = run.sticky && random.chance(0.7) ? run.sticky.queue : 'q';
  if (ref.kind === 'activity') happen(life, startActivity(run, { ...ref, start }));
  else happen(life, startWorkflowTask(run, { ...ref, queue, start }, at(nowMs)));
}

function answerTask(life: Life): void {
  const { random, run, nowMs } = life;
  if (!run.task?.started) return;
  const commands = Array.from({ length: random.integer(0, 4) }, () => randomCommand(life));
  const sticky = random.chance(0.5) ? { queue: 'sticky', scheduleToStartTimeoutMs: 2_000 } : undefined;
  const completion = { commands, identity: 'worker', sticky, forceNewTask: random.chance(0.1) };
  happen(life, completeWorkflowTask(run, claimOf(run), completion, at(nowMs)));
}

function randomCommand({ random, run }: Life): Command {
  const timerId = `t${random.integer(1, 40)}`;
  const timers = [...run.timers.keys(), ...run.buffered.map(timerIdOf)].filter((id) => id !== undefined);
  const pending = [...run.activities.keys(), ...run.buffered.map(scheduledEventIdOf)].filter((id) => id !== undefined);
  if (random.chance(0.3)) return randomActivity(random);
  if (random.chance(0.3)) return startTimer(timerId, random.integer(0, 5_000));
  if (timers.length > 0 && random.chance(0.4)) return cancelTimer(random.pick(timers));
  if (pending.length > 0 && random.chance(0.6)) return cancelActivityCommand(random.pick(pending));
  if (random.chance(0.1)) return cancelActivityCommand(run.nextEventId + random.integer(0, 3));
  if (random.chance(0.05)) return cancelTimer(timerId);
  if (random.chance(0.85)) return startTimer(timerId, random.integer(0, 30_000));
  return random.pick([complete, fail(applicationFailure('broken')), continueAsNew()]);
}

function timerIdOf({ event }: BufferedEvent): string | undefined {
  return event.type === 'TimerFired' ? event.attributes.timerId : undefined;
}

function scheduledEventIdOf({ event }: BufferedEvent): number | undefined {
  return event.type === 'ActivityTaskStarted' ? event.attributes.scheduledEventId : undefined;
}

function randomActivity(random: SeededRandom): Command {
  return scheduleActivity({
    activityId: `a${random.integer(1, 60)}`,
    input: [payload(random.integer(1, 99))],
    scheduleToCloseTimeoutMs: random.pick([undefined, 8_000]),
    scheduleToStartTimeoutMs: random.pick([undefined, 3_000]),
    startToCloseTimeoutMs: random.pick([2_000, 20_000]),
    heartbeatTimeoutMs: random.pick([undefined, 1_000]),
    retryPolicy: random.pick([undefined, { maximumAttempts: random.integer(1, 3), initialIntervalMs: 500 }]),
  });
}

function answerActivity(life: Life): void {
  const { random, run, nowMs } = life;
  const started = [...run.activities.values()].filter(({ state }) => state === 'started');
  if (started.length === 0) return;
  const { scheduledEventId, attempt, activityId } = random.pick(started);
  const claim = random.pick([
    { scheduledEventId, attempt },
    { activityId },
    { scheduledEventId, attempt: attempt - random.integer(0, 1) },
  ]);
  const details = random.chance(0.5) ? [payload('details')] : undefined;
  const answer = { identity: 'worker', failure: applicationFailure('broken'), heartbeatDetails: details };
  happen(
    life,
    random.pick([
      () => completeActivity(run, claim, { identity: 'worker', result: details }),
      () => failActivity(run, claim, answer, at(nowMs)),
      () => cancelActivity(run, claim, { identity: 'worker', details }),
      () => heartbeat(run, claim, details),
    ])(),
  );
}
