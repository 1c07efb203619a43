// How long runs and their workflow tasks may take, as asked for and as granted.

import type { Millis } from './fact.ts';

const DEFAULT_TASK_TIMEOUT_MS = 10_000;
const LONGEST_TASK_TIMEOUT_MS = 120_000;

/** A run has no longer than its chain has. 0: no limit. */
export function grantedRunTimeoutMs(askedMs: Millis, executionTimeoutMs: Millis): Millis {
  if (executionTimeoutMs === 0) return askedMs;
  return askedMs === 0 ? executionTimeoutMs : Math.min(askedMs, executionTimeoutMs);
}

/** A workflow task always has a limit: a worker that says nothing is not waited for. */
export function grantedTaskTimeoutMs(askedMs: Millis): Millis {
  return Math.min(askedMs || DEFAULT_TASK_TIMEOUT_MS, LONGEST_TASK_TIMEOUT_MS);
}

/** Which of these spans is none; undefined when all are. */
export function timeProblem(spans: Readonly<Record<string, Millis>>): string | undefined {
  for (const [name, ms] of Object.entries(spans)) {
    if (!(ms >= 0)) return `${name} is ${ms}: it must be 0 (none) or more.`;
  }
  return undefined;
}
