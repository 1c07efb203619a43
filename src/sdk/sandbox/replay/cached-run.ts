// A run that the sandbox holds: its code, as far as it has come, and what the replay has to remember of its history.

import type { Asked, Job } from '../../workflow/contract.ts';
import type { Instance } from '../context.ts';

export interface ScheduledActivity {
  readonly activityId: string;
  readonly activityType: string;
}

export interface CachedRun {
  readonly runId: string;
  readonly workflowType: string;
  readonly instance: Instance;
  /** The last event that was read. */
  lastEventId: number;
  /** The WorkflowTaskStarted that the code has run up to. */
  startedEventId: number;
  /** Whether the workflow's function has been called. */
  begun: boolean;
  /** What has happened since the last workflow task. */
  jobs: Job[];
  /** What the code asked for and history has not confirmed yet, in order. */
  expected: Asked[];
  /** Pending activities, by the event that scheduled them, and the other way round. */
  readonly activities: Map<number, ScheduledActivity>;
  readonly scheduledEventIds: Map<string, number>;
  readonly timers: Set<string>;
  /** Bytes of history that the run was fed. */
  historyBytes: number;
}

export function newCachedRun(runId: string, workflowType: string, instance: Instance): CachedRun {
  return {
    runId,
    workflowType,
    instance,
    lastEventId: 0,
    startedEventId: 0,
    begun: false,
    jobs: [],
    expected: [],
    activities: new Map(),
    scheduledEventIds: new Map(),
    timers: new Set(),
    historyBytes: 0,
  };
}
