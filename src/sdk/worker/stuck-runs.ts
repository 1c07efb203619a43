// Runs whose workflow task keeps failing: mostly because the code was changed while they were open, so that it no longer does
// what their history says. Nothing is lost and nobody has to restart them, they go on by themselves once the code is put right;
// but somebody has to know.

import type { WorkflowTaskFailedCause } from '../../api/messages/enums.ts';
import type { Failure } from '../../api/messages/failure.ts';
import type { Logger } from '../common/logger.ts';

export interface StuckRun {
  readonly workflowId: string;
  readonly runId: string;
  readonly workflowType: string;
  /** Of the workflow task, from 1. */
  readonly attempt: number;
  readonly cause: WorkflowTaskFailedCause;
  /** What went wrong, and where, and what to do. */
  readonly failure: Failure;
}

export type OnStuck = (run: StuckRun) => void;

export interface StuckRuns {
  /** The run's workflow task failed. Says so once for each error of a run, however often it comes again. */
  failed(run: StuckRun): void;
  /** The run has gone on, or has ended. */
  wentOn(runId: string): void;
  /** The runs that failed and have not gone on since. */
  readonly runIds: readonly string[];
}

interface Seen {
  readonly logged: Set<string>;
  readonly told: Set<string>;
  failures: number;
}

export function stuckRuns(logger: Logger, onStuck: OnStuck = () => undefined): StuckRuns {
  const seen = new Map<string, Seen>();

  return {
    failed(run) {
      const before = seen.get(run.runId) ?? { logged: new Set(), told: new Set(), failures: 0 };
      seen.set(run.runId, before);
      before.failures += 1;
      const error = `${run.cause} ${run.failure.message}`;
      if (!before.logged.has(error)) {
        before.logged.add(error);
        logger.warn(describe(run), { workflowId: run.workflowId, runId: run.runId, attempt: run.attempt });
      }
      // The first failure may be one of a kind, e.g. a loop in a query; the second says that the run does not go on.
      const keepsFailing = run.attempt > 1 || before.failures > 1;
      if (keepsFailing && !before.told.has(error)) {
        before.told.add(error);
        tell(run);
      }
    },
    wentOn(runId) {
      seen.delete(runId);
    },
    get runIds() {
      return [...seen.keys()];
    },
  };

  function tell(run: StuckRun): void {
    try {
      onStuck(run);
    } catch (error) {
      logger.error('the onStuck listener threw', { error });
    }
  }
}

function describe({ workflowType, workflowId, attempt, cause, failure }: StuckRun): string {
  return `the workflow task of '${workflowType}' (${workflowId}) failed, attempt ${attempt}, ${cause}: ${located(failure)} – nothing is lost: the run waits and goes on by itself once its code is put right`;
}

/** What an error of the user's own says is not always enough to find it by; our own name their place already. */
function located({ message, stackTrace = '' }: Failure): string {
  const place = /^\s+at .*?\(?((?:[A-Za-z]:)?[^\s()]+:\d+:\d+)\)?$/m.exec(stackTrace)?.[1];
  return place === undefined || message.includes(place) ? message : `${message} (at ${place})`;
}
