// One line of the trace for one call: who called what of which run, and how it ended. Polls that end empty are not worth one.

import { decodeToken } from '../../src/engine/history.ts';
import type { Heard } from './ledger.ts';
import { inPayloads } from './script.ts';

export function describeCall(heard: Heard): string | undefined {
  const { caller, name, outcome } = heard;
  const what = subject(heard);
  if (what === undefined) return undefined;
  const end = outcome.is === 'answered' ? result(heard) : `${outcome.error.code} ${outcome.error.message}`;
  return `${caller} ${name} ${what}${end ? ` -> ${end}` : ''}`;
}

/** undefined: not worth a line. */
function subject(heard: Heard): string | undefined {
  switch (heard.name) {
    case 'pollWorkflowTaskQueue':
    case 'pollActivityTaskQueue':
      return heard.outcome.is === 'answered' && heard.outcome.response.taskToken.length === 0
        ? undefined
        : heard.request.taskQueue.name;
    case 'startWorkflowExecution':
      return `${heard.request.workflowId} ${heard.request.requestId}`;
    case 'signalWithStartWorkflowExecution':
      return `${heard.request.workflowId} ${heard.request.requestId} ${String(inPayloads(heard.request.signalInput))}`;
    case 'signalWorkflowExecution':
      return `${runOf(heard.request.workflowExecution)} ${heard.request.requestId ?? ''} ${String(inPayloads(heard.request.input))}`;
    case 'requestCancelWorkflowExecution':
    case 'terminateWorkflowExecution':
      return `${runOf(heard.request.workflowExecution)} ${heard.request.reason ?? ''}`;
    case 'respondWorkflowTaskCompleted':
      return `${task(heard.request.taskToken)} [${heard.request.commands.map(({ type }) => type).join(' ')}]`;
    case 'respondWorkflowTaskFailed':
      return task(heard.request.taskToken);
    case 'respondActivityTaskCompleted':
    case 'respondActivityTaskFailed':
    case 'respondActivityTaskCanceled':
    case 'recordActivityTaskHeartbeat':
      return 'taskToken' in heard.request
        ? task(heard.request.taskToken)
        : `${heard.request.workflowId} ${heard.request.runId} activity ${heard.request.activityId}`;
    case 'queryWorkflow':
      return runOf(heard.request.execution);
    default:
      return '';
  }
}

function result(heard: Heard): string {
  if (heard.outcome.is !== 'answered') return '';
  switch (heard.name) {
    case 'startWorkflowExecution':
    case 'signalWithStartWorkflowExecution': {
      const { runId, started } = heard.outcome.response;
      return `${started ? 'started' : 'found'} ${runId}`;
    }
    case 'pollWorkflowTaskQueue':
    case 'pollActivityTaskQueue':
      return task(heard.outcome.response.taskToken);
    case 'respondWorkflowTaskCompleted': {
      const next = heard.outcome.response.workflowTask;
      return next ? `next ${task(next.taskToken)}` : '';
    }
    case 'recordActivityTaskHeartbeat':
      return heard.outcome.response.cancelRequested ? 'cancel requested' : '';
    case 'queryWorkflow':
      return JSON.stringify(inPayloads(heard.outcome.response.queryResult));
    default:
      return '';
  }
}

function runOf({ workflowId, runId }: { readonly workflowId: string; readonly runId: string }): string {
  return runId ? `${workflowId} ${runId}` : workflowId;
}

/** The task of a token, as `workflow run #event.attempt`. */
function task(token: Uint8Array): string {
  const { workflowId, runId, scheduledEventId, attempt, queryId } = decodeToken<Record<string, string | number>>(token);
  return queryId ? `query ${queryId}` : `${workflowId} ${runId} #${scheduledEventId}.${attempt}`;
}
