import type { HistoryEvent } from '../../api/event.ts';
import { decodeHistory } from '../../api/history.ts';
import type { BaseWorkflowHandle, QueryDefinition, Workflow } from '../common/definitions.ts';
import { composeInterceptors } from '../common/interceptors.ts';
import { workflowCallError } from './errors.ts';
import { executionDescription, type WorkflowExecutionDescription } from './execution-info.ts';
import {
  cancelWorkflow,
  describeWorkflow,
  queryWorkflow,
  signalWorkflow,
  terminateWorkflow,
} from './workflow-calls.ts';
import type { WorkflowClient } from './workflow-client.ts';
import { awaitResult } from './workflow-result.ts';

/** A run's events, all of them. */
export interface History {
  readonly events: readonly HistoryEvent[];
}

// biome-ignore-start lint/suspicious/noExplicitAny: arguments are those of any signal, query or workflow
/** One workflow, as a client sees it. Methods throw WorkflowNotFoundError where there is no such workflow. */
export interface WorkflowHandle<T extends Workflow = Workflow> extends BaseWorkflowHandle<T> {
  readonly client: WorkflowClient;

  /** Asks the workflow a question. It answers while it runs and after it has ended, as long as a worker has its code. */
  query<Ret, Args extends any[] = []>(definition: QueryDefinition<Ret, Args> | string, ...args: Args): Promise<Ret>;

  /** Asks the workflow to end: its root scope is cancelled, which its code may catch. */
  cancel(reason?: string): Promise<void>;

  /** Ends the workflow now; its code hears nothing of it. */
  terminate(reason?: string): Promise<void>;

  describe(): Promise<WorkflowExecutionDescription>;

  fetchHistory(): Promise<History>;
}
// biome-ignore-end lint/suspicious/noExplicitAny: see above

/** The handle of a workflow that this client started. */
export interface WorkflowHandleWithFirstExecutionRunId<T extends Workflow = Workflow> extends WorkflowHandle<T> {
  readonly firstExecutionRunId: string;
}

export interface WorkflowHandleWithStartDetails<T extends Workflow = Workflow>
  extends WorkflowHandleWithFirstExecutionRunId<T> {
  readonly eagerlyStarted: boolean;
}

/** The handle of a workflow that this client signalled, and started if it was not running. */
export interface WorkflowHandleWithSignaledRunId<T extends Workflow = Workflow> extends WorkflowHandle<T> {
  readonly signaledRunId: string;
}

export interface HandleTarget {
  readonly workflowId: string;
  /** Absent: the current run, whichever that is at the time of the call. */
  readonly runId?: string | undefined;
  /** Cancel and terminate refuse a run of another chain. */
  readonly firstExecutionRunId?: string | undefined;
  /** Where `result` begins. */
  readonly runIdForResult?: string | undefined;
  readonly followRuns: boolean;
}

export function workflowHandle<T extends Workflow>(client: WorkflowClient, target: HandleTarget): WorkflowHandle<T> {
  const { workflowId, runId, firstExecutionRunId } = target;
  const { interceptors } = client;
  const workflowExecution = { workflowId, runId };
  return {
    client,
    workflowId,
    result: () => awaitResult(client, workflowId, target.runIdForResult ?? '', target.followRuns),
    signal: async (definition, ...args) =>
      composeInterceptors(interceptors, 'signal', (input: Parameters<typeof signalWorkflow>[1]) =>
        signalWorkflow(client, input),
      )({ workflowExecution, signalName: nameOf('signal', definition), args, headers: {} }),
    query: async <Ret>(definition: { readonly name: string } | string, ...args: unknown[]) =>
      composeInterceptors(interceptors, 'query', (input: Parameters<typeof queryWorkflow>[1]) =>
        queryWorkflow(client, input),
      )({
        workflowExecution,
        queryType: nameOf('query', definition),
        args,
        headers: {},
        queryRejectCondition: client.queryRejectCondition,
      }) as Promise<Ret>,
    cancel: (reason) =>
      composeInterceptors(interceptors, 'cancel', (input: Parameters<typeof cancelWorkflow>[1]) =>
        cancelWorkflow(client, input),
      )({ workflowExecution, firstExecutionRunId, reason }),
    terminate: (reason) =>
      composeInterceptors(interceptors, 'terminate', (input: Parameters<typeof terminateWorkflow>[1]) =>
        terminateWorkflow(client, input),
      )({ workflowExecution, firstExecutionRunId, reason }),
    describe: () => describe(client, workflowExecution),
    fetchHistory: () => fetchHistory(client, workflowExecution),
  };
}

function nameOf(what: 'signal' | 'query', definition: { readonly name: string } | string): string {
  const name = typeof definition === 'string' ? definition : definition?.name;
  if (typeof name === 'string' && name !== '') return name;
  throw new TypeError(
    `the ${what} has no name: name it by a text, or by what define${what === 'signal' ? 'Signal' : 'Query'} made`,
  );
}

interface Target {
  readonly workflowId: string;
  readonly runId: string | undefined;
}

async function describe(client: WorkflowClient, workflowExecution: Target): Promise<WorkflowExecutionDescription> {
  const call = composeInterceptors(client.interceptors, 'describe', (input: { readonly workflowExecution: Target }) =>
    describeWorkflow(client, input),
  );
  return executionDescription(client.dataConverter, await call({ workflowExecution }));
}

async function fetchHistory(client: WorkflowClient, { workflowId, runId = '' }: Target): Promise<History> {
  const events: HistoryEvent[] = [];
  let nextPageToken: Uint8Array | undefined;
  do {
    const page = await client.workflowService
      .getWorkflowExecutionHistory({
        namespace: client.options.namespace,
        execution: { workflowId, runId },
        nextPageToken,
      })
      .catch((error: unknown) => {
        throw workflowCallError(error, workflowId, runId || undefined);
      });
    events.push(...decodeHistory(page.history));
    nextPageToken = page.nextPageToken;
  } while (nextPageToken && nextPageToken.length > 0);
  return { events };
}
