// How a run's code ends: by a result, or by an error, which is one of four things.

import { isCancellation, TemporalFailure } from '../common/failure.ts';
import { ContinueAsNew } from './continue-as-new.ts';
import type { AskedCommand, Site } from './contract.ts';
import { log } from './log.ts';
import { ask, type Run } from './run.ts';

/** The workflow's function returned. */
export function endWithResult(run: Run, result: unknown): void {
  try {
    const payload = run.payloadConverter.toPayload(result);
    close(run, { type: 'CompleteWorkflowExecution', attributes: { result: [payload] } }, {});
  } catch (error) {
    failTask(run, error);
  }
}

/**
 * The workflow's function, or a handler, threw. A cancellation that was requested cancels the workflow; a TemporalFailure fails
 * it; any other error is taken for a bug, which fails only the workflow task, so that the workflow goes on once it is put right.
 */
export function endWithError(run: Run, error: unknown): void {
  try {
    if (error instanceof ContinueAsNew) {
      close(run, error.command, error);
    } else if (run.cancelRequested && isCancellation(error)) {
      close(run, { type: 'CancelWorkflowExecution', attributes: {} }, error as Error);
    } else if (error instanceof TemporalFailure) {
      const failure = run.failureConverter.errorToFailure(error, run.payloadConverter);
      run.runningSignals.clear();
      close(run, { type: 'FailWorkflowExecution', attributes: { failure } }, error);
    } else {
      failTask(run, error);
    }
  } catch (unexpected) {
    failTask(run, unexpected);
  }
}

/** The first error counts: what follows it may be its consequence. */
export function failTask(run: Run, error: unknown): void {
  run.taskError ??= { error };
}

function close(run: Run, command: AskedCommand, site: Site): void {
  if (run.closed) return;
  ask(run, command, site);
  run.closed = true;
  const unfinished = [...run.runningSignals.values()].filter(({ warn }) => warn).map(({ name }) => name);
  if (unfinished.length === 0) return;
  log.warn(
    `The workflow ended while handlers of signals were running, which are abandoned: ${[...new Set(unfinished)].join(', ')}. Wait for them with await condition(allHandlersFinished), or set them with unfinishedPolicy ABANDON.`,
  );
}
