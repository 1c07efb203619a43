// One workflow task: what happened goes in, the code runs until it waits, and what it asks for comes out.

import type { EventOf } from '../../../api/event.ts';
import type { Job } from '../../workflow/contract.ts';
import type { Context } from '../context.ts';
import { explained, TaskFailed } from '../explain.ts';
import type { Tracer } from '../tracer.ts';
import type { CachedRun } from './cached-run.ts';

export interface Sandbox {
  readonly context: Context;
  readonly tracer: Tracer;
  /** Told before and after user code runs, so that code that never ends is noticed. */
  readonly beat: { begin(): void; end(): void };
}

/** Runs the code through the workflow task that this event started. Throws TaskFailed for what fails the task. */
export function activate(
  sandbox: Sandbox,
  run: CachedRun,
  { eventId, eventTimeMs, attributes }: EventOf<'WorkflowTaskStarted'>,
  isReplaying: boolean,
): void {
  const { machine } = sandbox.context;
  const { run: realm } = run.instance;
  realm.nowMs = eventTimeMs;
  realm.logging = !isReplaying;
  const activation = {
    nowMs: eventTimeMs,
    isReplaying,
    historyLength: eventId,
    historySize: attributes.historySizeBytes ?? 0,
    continueAsNewSuggested: attributes.suggestContinueAsNew ?? false,
    jobs: ordered(run),
  };
  run.jobs = [];
  run.begun = true;
  run.startedEventId = eventId;
  let released = true;
  sandbox.beat.begin();
  sandbox.context.enter(realm, () => machine.activate(realm, activation));
  while (released && machine.hasConditions(realm)) {
    sandbox.context.enter(realm, () => {
      released = machine.settle(realm);
    });
  }
  sandbox.beat.end();
  conclude(sandbox, run);
}

/**
 * A new seed first; then signals, because the code is promised to see them before what they may be racing with; then what else
 * happened, in its order; and the start last, so that signals sent along with it wait for the handlers that it sets.
 */
function ordered({ jobs, begun }: CachedRun): Job[] {
  const start: Job[] = begun ? [] : [{ kind: 'start' }];
  if (jobs.length <= 1) return [...jobs, ...start];
  const rank = ({ kind }: Job) => (kind === 'reseed' ? 0 : kind === 'signal' ? 1 : 2);
  return [...jobs].sort((a, b) => rank(a) - rank(b)).concat(start);
}

function conclude({ context: { machine }, tracer }: Sandbox, run: CachedRun): void {
  const { run: realm } = run.instance;
  const { commands, taskError } = machine.conclude(realm);
  const { violation } = realm;
  // What the code must not do fails the task even where the code caught the error.
  const failure = violation ? machine.failureOf(realm, violation) : taskError?.failure;
  if (failure) throw new TaskFailed('WORKFLOW_WORKER_UNHANDLED_FAILURE', explained(failure, tracer));
  run.expected.push(...commands);
}
