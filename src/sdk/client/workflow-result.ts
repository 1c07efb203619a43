// Waiting for a workflow's end. The service answers a long poll with the run's last event; an event that names a further run
// (retry, cron, continue-as-new) leads on to that run, so that the caller sees the end of the chain.

import type { EventOf, HistoryEvent } from '../../api/event.ts';
import { decodeHistory } from '../../api/history.ts';
import { ServiceError } from '../../api/service-error.ts';
import { decodeOptionalError, decodeValue, decodeValues, type LoadedDataConverter } from '../common/data-converter.ts';
import { CancelledFailure, type RetryState, TerminatedFailure, TimeoutFailure } from '../common/failure.ts';
import type { BaseClient } from './base-client.ts';
import { WorkflowContinuedAsNewError, WorkflowFailedError, workflowCallError } from './errors.ts';
import { ambientOptions } from './service-calls.ts';

/** A long poll ends a second before its deadline, so it gets a second more than its caller has. */
const LONG_POLL_MARGIN_MS = 1_000;

/** The result of a run, or of the chain of runs that begins with it. An empty run id is the current run. */
export async function awaitResult<R>(
  client: BaseClient,
  workflowId: string,
  runId: string,
  followRuns: boolean,
): Promise<R> {
  for (let run = runId; ; ) {
    const event = await closeEvent(client, workflowId, run);
    const nextRun = followRuns ? nextRunOf(event) : undefined;
    if (!nextRun) return resultOf<R>(client.dataConverter, event);
    run = nextRun;
  }
}

async function closeEvent(client: BaseClient, workflowId: string, runId: string): Promise<HistoryEvent> {
  const { deadlineMs } = ambientOptions();
  let nextPageToken: Uint8Array | undefined;
  for (;;) {
    const response = await client.workflowService
      .getWorkflowExecutionHistory(
        {
          namespace: client.options.namespace,
          execution: { workflowId, runId },
          waitNewEvent: true,
          historyEventFilterType: 'CLOSE_EVENT',
          nextPageToken,
        },
        { deadlineMs: deadlineMs && deadlineMs + LONG_POLL_MARGIN_MS },
      )
      .catch((error: unknown) => {
        throw workflowCallError(error, workflowId, runId || undefined);
      });
    const [event] = decodeHistory(response.history);
    if (event) return event;
    nextPageToken = response.nextPageToken;
    giveUpIfDue(workflowId, deadlineMs);
  }
}

function giveUpIfDue(workflowId: string, deadlineMs: number | undefined): void {
  if (deadlineMs === undefined || Date.now() < deadlineMs) return;
  throw new ServiceError(
    'DEADLINE_EXCEEDED',
    `workflow '${workflowId}' had not ended by the deadline that its caller set; it goes on`,
  );
}

function nextRunOf(event: HistoryEvent): string | undefined {
  switch (event.type) {
    case 'WorkflowExecutionCompleted':
    case 'WorkflowExecutionFailed':
    case 'WorkflowExecutionTimedOut':
    case 'WorkflowExecutionContinuedAsNew':
      return event.attributes.newExecutionRunId || undefined;
    default:
      return undefined;
  }
}

async function resultOf<R>(converter: LoadedDataConverter, event: HistoryEvent): Promise<R> {
  switch (event.type) {
    case 'WorkflowExecutionCompleted':
      return decodeValue<R>(converter, event.attributes.result);
    case 'WorkflowExecutionContinuedAsNew':
      throw new WorkflowContinuedAsNewError(
        'Workflow execution continued as new',
        event.attributes.newExecutionRunId ?? '',
      );
    default:
      throw await failedError(converter, event);
  }
}

async function failedError(converter: LoadedDataConverter, event: HistoryEvent): Promise<WorkflowFailedError> {
  switch (event.type) {
    case 'WorkflowExecutionFailed':
      return new WorkflowFailedError(
        'Workflow execution failed',
        await decodeOptionalError(converter, event.attributes.failure),
        known(event.attributes.retryState),
      );
    case 'WorkflowExecutionCanceled':
      return cancelledError(converter, event);
    case 'WorkflowExecutionTerminated': {
      const reason = event.attributes.reason || 'Workflow execution terminated';
      return new WorkflowFailedError(reason, withoutStack(new TerminatedFailure(reason)), 'NON_RETRYABLE_FAILURE');
    }
    case 'WorkflowExecutionTimedOut': {
      const timeout = new TimeoutFailure('Workflow execution timed out', undefined, 'START_TO_CLOSE');
      return new WorkflowFailedError(timeout.message, withoutStack(timeout), known(event.attributes.retryState));
    }
    default:
      throw new TypeError(`the service answered ${event.type} where a workflow's last event was asked for`);
  }
}

async function cancelledError(
  converter: LoadedDataConverter,
  { attributes }: EventOf<'WorkflowExecutionCanceled'>,
): Promise<WorkflowFailedError> {
  const cancelled = new CancelledFailure('Workflow canceled', await decodeValues(converter, attributes.details));
  return new WorkflowFailedError('Workflow execution cancelled', withoutStack(cancelled), 'NON_RETRYABLE_FAILURE');
}

/** A failure that stands for an event happened there, not in this code. */
function withoutStack<E extends Error>(error: E): E {
  error.stack = `${error.name}: ${error.message}`;
  return error;
}

function known(retryState: RetryState | 'UNSPECIFIED' | undefined): RetryState | undefined {
  return retryState === 'UNSPECIFIED' ? undefined : retryState;
}
