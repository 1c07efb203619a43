// The commands with which a workflow ends itself, and what follows: nothing, a retry, or the next run of its chain.

import type { CommandOf } from '../api/command.ts';
import type { RetryState } from '../api/messages/enums.ts';
import type { Failure } from '../api/messages/failure.ts';
import { type Answering, badCommand, type CommandOutcome } from './answering.ts';
import type { Fact, Millis, Moment, Successor } from './fact.ts';
import { policyProblem, retryVerdict } from './retry.ts';
import type { ReadonlyRun } from './run.ts';

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
  const fact: Fact = {
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

export function cancelWorkflow(answering: Answering, command: CommandOf<'CancelWorkflowExecution'>): CommandOutcome {
  if (!answering.run.cancelRequested) {
    return badCommand(
      'BAD_CANCEL_WORKFLOW_EXECUTION_ATTRIBUTES',
      'the workflow was not asked to cancel: fail it, or request its cancellation first',
    );
  }
  const attributes = { details: command.attributes.details, workflowTaskCompletedEventId: answering.completedEventId };
  return { facts: [{ type: 'WorkflowExecutionCanceled', attributes }], closes: true };
}

export function continueAsNew(
  answering: Answering,
  command: CommandOf<'ContinueAsNewWorkflowExecution'>,
): CommandOutcome {
  const { attributes } = command;
  const { run, moment, completedEventId } = answering;
  const problem = attributes.retryPolicy && policyProblem(attributes.retryPolicy);
  if (problem) return badCommand('BAD_CONTINUE_AS_NEW_ATTRIBUTES', problem);
  const workflowType = attributes.workflowType || run.birth.workflowType;
  const taskQueue = attributes.taskQueue?.name || run.birth.taskQueue;
  const runId = moment.newId();
  const { input, header, memo, searchAttributes, retryPolicy } = attributes;
  const workflowRunTimeoutMs = attributes.workflowRunTimeoutMs || run.birth.runTimeoutMs;
  const workflowTaskTimeoutMs = attributes.workflowTaskTimeoutMs || run.birth.taskTimeoutMs;
  const changes = {
    workflowType,
    taskQueue,
    input,
    header,
    memo,
    searchAttributes,
    retryPolicy,
    workflowRunTimeoutMs,
    workflowTaskTimeoutMs,
  };
  const fact: Fact = {
    type: 'WorkflowExecutionContinuedAsNew',
    attributes: {
      ...changes,
      newExecutionRunId: runId,
      taskQueue: { name: taskQueue, kind: 'NORMAL' },
      workflowTaskCompletedEventId: completedEventId,
      initiator: 'WORKFLOW',
      backoffStartIntervalMs: backoffMs(run, attributes.backoffStartIntervalMs ?? 0, moment),
    },
  };
  const successor: Successor = {
    runId,
    initiator: 'WORKFLOW',
    backoffMs: backoffMs(run, attributes.backoffStartIntervalMs ?? 0, moment),
    changes,
  };
  return { facts: [fact], closes: true, successor };
}

/** A workflow that continues as new without end does so at most once per interval, if one is set. */
function backoffMs(run: ReadonlyRun, askedMs: Millis, { nowMs, settings }: Moment): Millis {
  return Math.max(askedMs, run.birth.startTimeMs + settings.continueAsNewMinIntervalMs - nowMs, 0);
}
