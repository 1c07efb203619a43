import { invalidArgument } from '../api/service-error.ts';
import type { ActivityRef } from '../api/workflow-service.ts';
import type { RunRef } from '../engine/runs.ts';
import type { AttemptClaim } from '../machine/activity.ts';
import { checkNamespace } from './namespace.ts';
import { type ActivityTaskToken, readToken } from './task-token.ts';

/** The run and the attempt that an answer about an activity is for: by its token, or by ids. */
export function attemptOf(request: ActivityRef & { readonly namespace: string }): {
  readonly ref: RunRef;
  readonly claim: AttemptClaim;
} {
  checkNamespace(request.namespace);
  if ('taskToken' in request) {
    const token = readToken<ActivityTaskToken>(request.taskToken, 'scheduledEventId');
    return { ref: token, claim: token };
  }
  const { namespace, workflowId, runId, activityId } = request;
  if (!workflowId) throw invalidArgument('WorkflowId is not set on request.');
  if (!activityId) throw invalidArgument('activityID is not set on request');
  return { ref: { namespace, workflowId, runId }, claim: { activityId } };
}
