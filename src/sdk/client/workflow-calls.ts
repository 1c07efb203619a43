// The calls about workflows, each from a caller's values to the service's request and back: what stands at the end of the
// chains of interceptors.

import { randomUUID } from 'node:crypto';
import { ServiceError } from '../../api/service-error.ts';
import type { DescribeWorkflowExecutionResponse, QueryWorkflowResponse } from '../../api/workflow-service.ts';
import { decodeError, decodeValue, encodeValues } from '../common/data-converter.ts';
import { WorkflowExecutionAlreadyStartedError } from '../common/failure.ts';
import type { Headers } from '../common/interceptors.ts';
import type { BaseClient } from './base-client.ts';
import { QueryNotRegisteredError, QueryRejectedError, workflowCallError } from './errors.ts';
import type {
  WorkflowCancelInput,
  WorkflowDescribeInput,
  WorkflowQueryInput,
  WorkflowSignalInput,
  WorkflowSignalWithStartInput,
  WorkflowStartInput,
  WorkflowStartOutput,
  WorkflowTarget,
  WorkflowTerminateInput,
} from './interceptors.ts';
import { encodeArguments, startRequest } from './workflow-options.ts';

export async function startWorkflow(client: BaseClient, input: WorkflowStartInput): Promise<WorkflowStartOutput> {
  const { workflowType, options, headers } = input;
  const request = await startRequest(client, workflowType, options, headers);
  const { runId, firstExecutionRunId } = await client.workflowService
    .startWorkflowExecution(request)
    .catch((error: unknown) => {
      throw startError(error, options.workflowId, workflowType);
    });
  return { runId, firstExecutionRunId: firstExecutionRunId || runId, eagerlyStarted: false };
}

export async function signalWithStart(client: BaseClient, input: WorkflowSignalWithStartInput): Promise<string> {
  const { workflowType, options, headers, signalName, signalArgs } = input;
  const request = {
    ...(await startRequest(client, workflowType, options, headers)),
    signalName,
    signalInput: await encodeArguments(client.dataConverter, signalArgs, `the input of signal '${signalName}'`),
  };
  const { runId } = await client.workflowService.signalWithStartWorkflowExecution(request).catch((error: unknown) => {
    throw startError(error, options.workflowId, workflowType);
  });
  return runId;
}

export async function signalWorkflow(client: BaseClient, input: WorkflowSignalInput): Promise<void> {
  await client.workflowService
    .signalWorkflowExecution({
      namespace: client.options.namespace,
      identity: client.options.identity,
      requestId: randomUUID(),
      workflowExecution: execution(input.workflowExecution),
      signalName: input.signalName,
      input: await encodeArguments(client.dataConverter, input.args, `the input of signal '${input.signalName}'`),
      header: optionalHeader(input.headers),
    })
    .catch(about(input.workflowExecution));
}

export async function cancelWorkflow(client: BaseClient, input: WorkflowCancelInput): Promise<void> {
  await client.workflowService
    .requestCancelWorkflowExecution({
      namespace: client.options.namespace,
      identity: client.options.identity,
      requestId: randomUUID(),
      workflowExecution: execution(input.workflowExecution),
      firstExecutionRunId: input.firstExecutionRunId,
      reason: input.reason,
    })
    .catch(about(input.workflowExecution));
}

export async function terminateWorkflow(client: BaseClient, input: WorkflowTerminateInput): Promise<void> {
  await client.workflowService
    .terminateWorkflowExecution({
      namespace: client.options.namespace,
      identity: client.options.identity,
      workflowExecution: execution(input.workflowExecution),
      reason: input.reason,
      details: await encodeValues(client.dataConverter, input.details ?? []),
      firstExecutionRunId: input.firstExecutionRunId,
    })
    .catch(about(input.workflowExecution));
}

export async function describeWorkflow(
  client: BaseClient,
  input: WorkflowDescribeInput,
): Promise<DescribeWorkflowExecutionResponse> {
  return client.workflowService
    .describeWorkflowExecution({
      namespace: client.options.namespace,
      execution: execution(input.workflowExecution),
    })
    .catch(about(input.workflowExecution));
}

export async function queryWorkflow(client: BaseClient, input: WorkflowQueryInput): Promise<unknown> {
  const { workflowExecution, queryType, queryRejectCondition, headers, args } = input;
  const query = {
    queryType,
    queryArgs: await encodeArguments(client.dataConverter, args, `the input of query '${queryType}'`),
    header: optionalHeader(headers),
  };
  let response: QueryWorkflowResponse;
  try {
    response = await client.workflowService.queryWorkflow({
      namespace: client.options.namespace,
      execution: execution(workflowExecution),
      query,
      queryRejectCondition,
    });
  } catch (error) {
    throw await queryError(client, error, workflowExecution);
  }
  if (response.queryRejected) throw new QueryRejectedError(response.queryRejected.status);
  return decodeValue(client.dataConverter, response.queryResult);
}

async function queryError(client: BaseClient, error: unknown, { workflowId, runId }: WorkflowTarget): Promise<unknown> {
  if (!(error instanceof ServiceError) || error.code !== 'INVALID_ARGUMENT') {
    return workflowCallError(error, workflowId, runId);
  }
  const { detail, message } = error;
  const cause =
    detail?.type === 'QueryFailedFailure' ? await decodeError(client.dataConverter, detail.failure) : undefined;
  return new QueryNotRegisteredError(message, cause);
}

function startError(error: unknown, workflowId: string, workflowType: string): unknown {
  if (error instanceof ServiceError && error.code === 'ALREADY_EXISTS') {
    const remedy = `To go on with it, use getHandle('${workflowId}'), or start with workflowIdConflictPolicy: 'USE_EXISTING', which joins a run that is open.`;
    const message = `Workflow execution already started: ${error.message} ${remedy}`;
    return new WorkflowExecutionAlreadyStartedError(message, workflowId, workflowType);
  }
  return workflowCallError(error, workflowId);
}

function about({ workflowId, runId }: WorkflowTarget): (error: unknown) => never {
  return (error) => {
    throw workflowCallError(error, workflowId, runId);
  };
}

function execution({ workflowId, runId = '' }: WorkflowTarget) {
  return { workflowId, runId };
}

function optionalHeader(headers: Headers): Headers | undefined {
  return Object.keys(headers).length > 0 ? headers : undefined;
}
