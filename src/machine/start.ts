// How a run begins: asked for by a client, or as the next of its chain.
//
//   no run, or a closed one --start--> running          (if the reuse policy lets the id be used again)
//   running --start--> refused | the running one | terminated, and a new one runs    (by the conflict policy)
//
// The request id is looked at before all policies: a start that is repeated is the same start, also after the run has closed.

import type { EventAttributes, NewEventOf } from '../api/event.ts';
import type { StartWorkflowExecutionRequest, WorkflowIdConflictPolicy } from '../api/workflow-service.ts';
import { terminated } from './close.ts';
import type { Fact, Millis, Moment, Refusal, Successor } from './fact.ts';
import { idProblem } from './id-limit.ts';
import { policyProblem } from './retry.ts';
import { isOpen, type ReadonlyRun, startRequestId } from './run.ts';
import { grantedRunTimeoutMs, grantedTaskTimeoutMs, timeProblem } from './time-limits.ts';

/** A run to be created: its first event, and the facts that follow it. */
export interface Beginning {
  readonly runId: string;
  readonly started: NewEventOf<'WorkflowExecutionStarted'>;
  readonly facts: readonly Fact[];
}

export type StartDecision =
  | { readonly kind: 'existing'; readonly run: ReadonlyRun; readonly started: boolean }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'begin'; readonly beginning: Beginning; readonly endsCurrent: readonly Fact[] };

export interface StartRequest extends StartWorkflowExecutionRequest {
  /** For signal-with-start: recorded before the first workflow task. */
  readonly firstSignal?: NewEventOf<'WorkflowExecutionSignaled'> | undefined;
}

export function startWorkflow(current: ReadonlyRun | undefined, request: StartRequest, moment: Moment): StartDecision {
  const problem = startProblem(request);
  if (problem) return refused({ code: 'INVALID_ARGUMENT', message: problem });
  if (!current) return begin(request, moment);
  if (current.requestIds.get(request.requestId) === 'start') return { kind: 'existing', run: current, started: true };
  return isOpen(current) ? besideRunning(current, request, moment) : afterClosed(current, request, moment);
}

function besideRunning(current: ReadonlyRun, request: StartRequest, moment: Moment): StartDecision {
  switch (conflictPolicy(request)) {
    case 'USE_EXISTING':
      return { kind: 'existing', run: current, started: false };
    case 'TERMINATE_EXISTING': {
      const reason = 'TerminateIfRunning WorkflowIdReusePolicy';
      return begin(request, moment, terminated(current, { reason, identity: 'history-service' }).facts);
    }
    default:
      return refused(
        alreadyStarted(
          current,
          `Workflow execution is already running. WorkflowId: ${current.key.workflowId}, RunId: ${current.key.runId}.`,
        ),
      );
  }
}

function afterClosed(current: ReadonlyRun, request: StartRequest, moment: Moment): StartDecision {
  const { workflowId, runId } = current.key;
  const policy = request.workflowIdReusePolicy;
  if (policy === 'REJECT_DUPLICATE') {
    const message = `Workflow execution already finished. WorkflowId: ${workflowId}, RunId: ${runId}. Workflow Id reuse policy: RejectDuplicate.`;
    return refused(alreadyStarted(current, message));
  }
  if (policy === 'ALLOW_DUPLICATE_FAILED_ONLY' && current.status === 'COMPLETED') {
    const message = `Workflow execution already finished successfully. WorkflowId: ${workflowId}, RunId: ${runId}. Workflow Id reuse policy: AllowDuplicateFailedOnly.`;
    return refused(alreadyStarted(current, message));
  }
  return begin(request, moment);
}

function refused(refusal: Refusal): StartDecision {
  return { kind: 'refused', refusal };
}

function alreadyStarted(current: ReadonlyRun, message: string): Refusal {
  const { runId } = current.key;
  const { firstExecutionRunId } = current.birth;
  const detail = {
    type: 'WorkflowExecutionAlreadyStartedFailure',
    startRequestId: startRequestId(current) ?? '',
    runId,
    firstExecutionRunId,
  } as const;
  return { code: 'ALREADY_EXISTS', message, detail };
}

/** The old reuse policy TERMINATE_IF_RUNNING is the conflict policy TERMINATE_EXISTING under its first name. */
function conflictPolicy({ workflowIdReusePolicy, workflowIdConflictPolicy }: StartRequest): WorkflowIdConflictPolicy {
  if (workflowIdReusePolicy === 'TERMINATE_IF_RUNNING') return 'TERMINATE_EXISTING';
  return workflowIdConflictPolicy ?? 'FAIL';
}

function startProblem(request: StartRequest): string | undefined {
  const { workflowId, workflowType, taskQueue, requestId, retryPolicy } = request;
  if (!workflowId) return 'WorkflowId is not set on request.';
  if (!workflowType) return 'WorkflowType is not set on request.';
  if (!taskQueue.name) return 'taskQueue is not set';
  const ids = { WorkflowId: workflowId, WorkflowType: workflowType, TaskQueue: taskQueue.name, RequestId: requestId };
  const tooLong = idProblem(ids);
  if (tooLong) return tooLong;
  if (request.cronSchedule)
    return 'CronSchedule is not supported by this version of perdure: start the workflow from a timer of your own.';
  return timeProblem(timesOf(request)) ?? policyConflict(request) ?? (retryPolicy && policyProblem(retryPolicy));
}

function timesOf(request: StartRequest) {
  const { workflowExecutionTimeoutMs = 0, workflowRunTimeoutMs = 0 } = request;
  const { workflowTaskTimeoutMs = 0, workflowStartDelayMs = 0 } = request;
  return { workflowExecutionTimeoutMs, workflowRunTimeoutMs, workflowTaskTimeoutMs, workflowStartDelayMs };
}

function policyConflict({ workflowIdReusePolicy, workflowIdConflictPolicy }: StartRequest): string | undefined {
  const conflict = workflowIdConflictPolicy ?? 'UNSPECIFIED';
  if (workflowIdReusePolicy === 'TERMINATE_IF_RUNNING' && conflict !== 'UNSPECIFIED')
    return 'Invalid WorkflowIDReusePolicy: WORKFLOW_ID_REUSE_POLICY_TERMINATE_IF_RUNNING cannot be used together with a WorkflowIDConflictPolicy.';
  // To terminate a run makes it a closed one, whose id must not be used again.
  if (workflowIdReusePolicy === 'REJECT_DUPLICATE' && conflict === 'TERMINATE_EXISTING')
    return 'Invalid WorkflowIDReusePolicy: WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE cannot be used together with WorkflowIdConflictPolicy WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING.';
  return undefined;
}

function begin(request: StartRequest, moment: Moment, endsCurrent: readonly Fact[] = []): StartDecision {
  const runId = moment.newId();
  const started: NewEventOf<'WorkflowExecutionStarted'> = {
    type: 'WorkflowExecutionStarted',
    userMetadata: request.userMetadata,
    links: request.links,
    attributes: startedAttributes(request, runId, moment.nowMs),
  };
  const facts: Fact[] = [
    { type: 'RequestSeen', requestId: request.requestId || moment.newId(), of: 'start' },
    ...(request.firstSignal ? [request.firstSignal] : []),
    ...firstTask(started.attributes),
  ];
  return { kind: 'begin', beginning: { runId, started, facts }, endsCurrent };
}

function startedAttributes(
  request: StartRequest,
  runId: string,
  nowMs: Millis,
): EventAttributes<'WorkflowExecutionStarted'> {
  const times = timesOf(request);
  const executionTimeoutMs = times.workflowExecutionTimeoutMs;
  const startsAtMs = nowMs + times.workflowStartDelayMs;
  const { workflowType, workflowId, taskQueue, input, identity, memo, searchAttributes, retryPolicy, priority } =
    request;
  return {
    workflowType,
    workflowId,
    taskQueue: { name: taskQueue.name, kind: 'NORMAL' },
    input,
    identity,
    memo,
    searchAttributes,
    retryPolicy,
    priority,
    workflowExecutionTimeoutMs: executionTimeoutMs,
    workflowRunTimeoutMs: grantedRunTimeoutMs(times.workflowRunTimeoutMs, executionTimeoutMs),
    workflowTaskTimeoutMs: grantedTaskTimeoutMs(times.workflowTaskTimeoutMs),
    workflowExecutionExpirationTimeMs: executionTimeoutMs > 0 ? startsAtMs + executionTimeoutMs : undefined,
    firstWorkflowTaskBackoffMs: times.workflowStartDelayMs,
    originalExecutionRunId: runId,
    firstExecutionRunId: runId,
    attempt: 1,
    header: request.header ?? {},
  };
}

function firstTask({
  taskQueue,
  workflowTaskTimeoutMs,
  firstWorkflowTaskBackoffMs,
}: EventAttributes<'WorkflowExecutionStarted'>): Fact[] {
  if (firstWorkflowTaskBackoffMs) return [];
  return [
    {
      type: 'WorkflowTaskScheduled',
      attributes: { taskQueue, startToCloseTimeoutMs: workflowTaskTimeoutMs, attempt: 1 },
    },
  ];
}

/** The next run of the chain of `run`, which was started with `before` and closes in the same commit. */
export function beginSuccessor(
  run: ReadonlyRun,
  before: EventAttributes<'WorkflowExecutionStarted'>,
  successor: Successor,
): Beginning {
  const { runId, initiator, backoffMs, failure, changes } = successor;
  const attributes: EventAttributes<'WorkflowExecutionStarted'> = {
    ...before,
    ...changes,
    originalExecutionRunId: runId,
    continuedExecutionRunId: run.key.runId,
    initiator,
    continuedFailure: failure,
    attempt: initiator === 'RETRY' ? run.birth.attempt + 1 : 1,
    firstWorkflowTaskBackoffMs: backoffMs,
  };
  const { userMetadata } = run.birth;
  return {
    runId,
    started: { type: 'WorkflowExecutionStarted', userMetadata, attributes },
    facts: firstTask(attributes),
  };
}
