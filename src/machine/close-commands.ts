// The commands with which a workflow ends itself, and what follows: nothing, a retry, or the next run of its chain.

import type { CommandOf } from '../api/command.ts';
import type { NewEvent } from '../api/event.ts';
import type { RetryState } from '../api/messages/enums.ts';
import type { Failure } from '../api/messages/failure.ts';
import { type Answering, badCommand, type CommandOutcome } from './answering.ts';
import type { ContinuedAs, Millis, Moment, Successor } from './fact.ts';
import { policyProblem, retryVerdict } from './retry.ts';
import type { ReadonlyRun } from './run.ts';
import { grantedRunTimeoutMs, grantedTaskTimeoutMs, timeProblem } from './time-limits.ts';

export function completeWorkflow(
  answering: Answering,
  command: CommandOf<'CompleteWorkflowExecution'>,
): CommandOutcome {
  const attributes = { result: command.attributes.result, workflowTaskCompletedEventId: answering.completedEventId };
  return { facts: [{ type: 'WorkflowExecutionCompleted', attributes }], closes: true };
}

export function failWorkflow(answering: Answering, command: CommandOf<'FailWorkflowExecution'>): CommandOutcome {
  const { failure } = command.attributes;
  if (!failure) return badCommand('BAD_FAIL_WORKFLOW_EXECUTION_ATTRIBUTES', 'the command has no failure');
  const { run, moment, completedEventId } = answering;
  const { retryState, successor } = afterFailure(run, failure, moment);
  const fact: NewEvent = {
    type: 'WorkflowExecutionFailed',
    attributes: {
      failure,
      retryState,
      workflowTaskCompletedEventId: completedEventId,
      newExecutionRunId: successor?.runId,
    },
  };
  return { facts: [fact], closes: true, successor };
}

/** A workflow's retry policy, unlike an activity's, is set by its starter: without one there is no retry. */
export function afterFailure(
  run: ReadonlyRun,
  failure: Failure,
  moment: Moment,
): { readonly retryState: RetryState; readonly successor?: Successor } {
  const { retryPolicy: policy, attempt, executionExpiresAtMs: expiresAtMs } = run.birth;
  const verdict = retryVerdict({ policy, attempt, failure, expiresAtMs }, moment);
  if ('state' in verdict) return { retryState: verdict.state };
  const backoffMs = verdict.retryAtMs - moment.nowMs;
  return { retryState: 'IN_PROGRESS', successor: { runId: moment.newId(), initiator: 'RETRY', backoffMs, failure } };
}

/** Whether it was asked to or not: that it ends as canceled is the workflow's own decision. */
export function cancelWorkflow(answering: Answering, command: CommandOf<'CancelWorkflowExecution'>): CommandOutcome {
  const attributes = { details: command.attributes.details, workflowTaskCompletedEventId: answering.completedEventId };
  return { facts: [{ type: 'WorkflowExecutionCanceled', attributes }], closes: true };
}

export function continueAsNew(
  answering: Answering,
  command: CommandOf<'ContinueAsNewWorkflowExecution'>,
): CommandOutcome {
  const { run, moment, completedEventId } = answering;
  const problem = continueProblem(command);
  if (problem) return badCommand('BAD_CONTINUE_AS_NEW_ATTRIBUTES', problem);
  const changes = changesFor(run, command);
  const runId = moment.newId();
  const backoffMs = pauseMs(run, command.attributes.backoffStartIntervalMs ?? 0, moment);
  const fact: NewEvent = {
    type: 'WorkflowExecutionContinuedAsNew',
    attributes: {
      ...changes,
      newExecutionRunId: runId,
      workflowTaskCompletedEventId: completedEventId,
      initiator: 'WORKFLOW',
      backoffStartIntervalMs: backoffMs,
    },
  };
  return { facts: [fact], closes: true, successor: { runId, initiator: 'WORKFLOW', backoffMs, changes } };
}

function continueProblem({ attributes }: CommandOf<'ContinueAsNewWorkflowExecution'>): string | undefined {
  const { workflowRunTimeoutMs = 0, workflowTaskTimeoutMs = 0, backoffStartIntervalMs = 0, retryPolicy } = attributes;
  const problem = timeProblem({ workflowRunTimeoutMs, workflowTaskTimeoutMs, backoffStartIntervalMs });
  return problem ?? (retryPolicy && policyProblem(retryPolicy));
}

/** What the next run is started with: what the command says, and for type, queue and time limits what this run has. */
function changesFor(run: ReadonlyRun, { attributes }: CommandOf<'ContinueAsNewWorkflowExecution'>): ContinuedAs {
  const { input, header, memo, searchAttributes, retryPolicy } = attributes;
  const { workflowType, taskQueue, runTimeoutMs, taskTimeoutMs, executionTimeoutMs } = run.birth;
  return {
    workflowType: attributes.workflowType || workflowType,
    taskQueue: { name: attributes.taskQueue?.name || taskQueue, kind: 'NORMAL' },
    input,
    header,
    memo,
    searchAttributes,
    retryPolicy,
    workflowRunTimeoutMs: grantedRunTimeoutMs(attributes.workflowRunTimeoutMs || runTimeoutMs, executionTimeoutMs),
    workflowTaskTimeoutMs: grantedTaskTimeoutMs(attributes.workflowTaskTimeoutMs || taskTimeoutMs),
  };
}

/** A workflow that continues as new without end does so at most once per interval, if one is set. */
function pauseMs(run: ReadonlyRun, askedMs: Millis, { nowMs, settings }: Moment): Millis {
  return Math.max(askedMs, run.birth.startTimeMs + settings.continueAsNewMinIntervalMs - nowMs);
}
