// What a simulated workflow is to do: a small tree of steps, drawn by the world's chance and given to the workflow as its input, so
// that its history says all of it. decide.ts carries it out.

import type { Payloads, RetryPolicy } from '../../src/api/messages/common.ts';
import type { SeededRandom } from '../seeded-random.ts';

export type Step =
  | ActivityStep
  | TimerStep
  /** Waits until this many signals of the name have come. */
  | { readonly do: 'await'; readonly signal: string; readonly count: number }
  | { readonly do: 'sequence' | 'all'; readonly of: readonly Step[] }
  /** The activity and the timer race; the one that loses is canceled. */
  | {
      readonly do: 'race';
      readonly activity: ActivityStep;
      readonly timer: TimerStep;
      /** What becomes of an activity that lost: asked to cancel, asked and waited for, or left alone. */
      readonly loser: 'try' | 'wait' | 'abandon';
    };

export interface ActivityStep {
  readonly do: 'activity';
  readonly id: string;
  readonly taskQueue?: string | undefined;
  readonly scheduleToCloseTimeoutMs?: number | undefined;
  readonly scheduleToStartTimeoutMs?: number | undefined;
  readonly startToCloseTimeoutMs?: number | undefined;
  readonly heartbeatTimeoutMs?: number | undefined;
  readonly retryPolicy?: RetryPolicy | undefined;
  /** Is the workflow to fail if the activity does? */
  readonly isVital: boolean;
}

export interface TimerStep {
  readonly do: 'timer';
  readonly id: string;
  readonly ms: number;
}

export interface Script {
  readonly steps: readonly Step[];
  /** A workflow that is asked to cancel: goes on; ends at once; or cancels what is pending and ends when that has ended. */
  readonly onCancel: 'ignore' | 'stop' | 'clean up';
  /** How many more times it continues as new when it is through. */
  readonly chain: number;
  /** Attempts up to this one end in failure. */
  readonly failingAttempts: number;
}

export const SIGNALS = ['alpha', 'beta'] as const;
/** No step waits for more signals of one name. */
export const MOST_SIGNALS = 3;

export const TASK_QUEUE = 'main';
export const OTHER_QUEUE = 'other';

export function inventScript(random: SeededRandom): Script {
  const ids = numbered();
  const steps = () => Array.from({ length: random.integer(1, 4) }, () => inventStep(random, ids, 2));
  // Now and then a history that does not fit on one page.
  const manySteps = () => Array.from({ length: 50 }, () => quickActivity(ids()));
  return {
    steps: random.chance(0.02) ? manySteps() : steps(),
    onCancel: random.pick(['ignore', 'stop', 'clean up']),
    chain: random.chance(0.3) ? random.integer(1, 3) : 0,
    failingAttempts: random.chance(0.15) ? random.integer(1, 2) : 0,
  };
}

function numbered(): () => string {
  let last = 0;
  return () => String(++last);
}

function inventStep(random: SeededRandom, id: () => string, depth: number): Step {
  const lot = random.fraction();
  if (depth > 0 && lot < 0.3) {
    const of = Array.from({ length: random.integer(2, 4) }, () => inventStep(random, id, depth - 1));
    return { do: random.chance(0.75) ? 'all' : 'sequence', of };
  }
  if (lot < 0.65) return inventActivity(random, id());
  if (lot < 0.78) return inventTimer(random, id());
  if (lot < 0.88) return { do: 'await', signal: random.pick(SIGNALS), count: random.integer(1, MOST_SIGNALS) };
  const loser = random.pick(['try', 'wait', 'abandon'] as const);
  return { do: 'race', activity: inventActivity(random, id()), timer: inventTimer(random, id()), loser };
}

function inventTimer(random: SeededRandom, id: string): TimerStep {
  const lot = random.fraction();
  if (lot < 0.35) return { do: 'timer', id, ms: random.integer(1, 50) };
  if (lot < 0.7) return { do: 'timer', id, ms: random.integer(50, 5_000) };
  if (lot < 0.97) return { do: 'timer', id, ms: random.integer(5_000, 120_000) };
  return { do: 'timer', id, ms: random.integer(3_600_000, 2 * 86_400_000) };
}

function inventActivity(random: SeededRandom, id: string): ActivityStep {
  const maybe = (probability: number, least: number, most: number) =>
    random.chance(probability) ? random.integer(least, most) : undefined;
  return {
    do: 'activity',
    id,
    taskQueue: random.chance(0.2) ? OTHER_QUEUE : undefined,
    startToCloseTimeoutMs: random.integer(200, 60_000),
    scheduleToCloseTimeoutMs: maybe(0.2, 500, 120_000),
    scheduleToStartTimeoutMs: maybe(0.15, 100, 30_000),
    heartbeatTimeoutMs: maybe(0.3, 100, 10_000),
    retryPolicy: random.chance(0.2) ? undefined : inventRetryPolicy(random),
    isVital: random.chance(0.2),
  };
}

function quickActivity(id: string): ActivityStep {
  const retryPolicy = { initialIntervalMs: 1, backoffCoefficient: 1 };
  return { do: 'activity', id, startToCloseTimeoutMs: 1_000, retryPolicy, isVital: false };
}

function inventRetryPolicy(random: SeededRandom): RetryPolicy {
  const initialIntervalMs = random.integer(1, 3_000);
  return {
    initialIntervalMs,
    backoffCoefficient: random.pick([1, 1.5, 2]),
    maximumIntervalMs: initialIntervalMs * random.integer(1, 10),
    maximumAttempts: random.pick([0, 1, 1, 1, 2, 4]),
    nonRetryableErrorTypes: random.chance(0.2) ? ['Hopeless'] : [],
  };
}

const encoding = new TextEncoder().encode('json/plain');

export function payloadsOf(value: unknown): Payloads {
  return [{ metadata: { encoding }, data: new TextEncoder().encode(JSON.stringify(value)) }];
}

/** What stands in payloads that `payloadsOf` made; undefined where there are none. */
export function inPayloads(payloads: Payloads | undefined): unknown {
  const data = payloads?.[0]?.data;
  return data ? JSON.parse(new TextDecoder().decode(data)) : undefined;
}
