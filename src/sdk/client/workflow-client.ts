import { extractWorkflowType, type Workflow, type WorkflowResultType } from '../common/definitions.ts';
import { composeInterceptors } from '../common/interceptors.ts';
import type { WithWorkflowArgs } from '../common/workflow-options.ts';
import { BaseClient, type BaseClientOptions } from './base-client.ts';
import { workflowCallError } from './errors.ts';
import { executionInfo, type WorkflowExecutionInfo } from './execution-info.ts';
import type {
  QueryRejectCondition,
  WorkflowClientInterceptor,
  WorkflowSignalWithStartInput,
  WorkflowStartInput,
} from './interceptors.ts';
import { signalWithStart, startWorkflow } from './workflow-calls.ts';
import {
  type History,
  type WorkflowHandle,
  type WorkflowHandleWithSignaledRunId,
  type WorkflowHandleWithStartDetails,
  workflowHandle,
} from './workflow-handle.ts';
import {
  compileWorkflowOptions,
  type WorkflowOptions,
  type WorkflowSignalWithStartOptions,
  type WorkflowStartOptions,
} from './workflow-options.ts';
import { awaitResult } from './workflow-result.ts';

export interface WorkflowClientOptions extends BaseClientOptions {
  readonly interceptors?: readonly WorkflowClientInterceptor[] | undefined;
  /** Of which workflows no queries are answered. Default 'NONE': all are. */
  readonly queryRejectCondition?: QueryRejectCondition | undefined;
}

export interface WorkflowResultOptions {
  /** Whether to follow retries, continue-as-new and cron to the end of the chain. Default true. */
  readonly followRuns?: boolean | undefined;
}

export interface GetWorkflowHandleOptions extends WorkflowResultOptions {
  /** Cancel and terminate then refuse a workflow that does not belong to this chain. */
  readonly firstExecutionRunId?: string | undefined;
}

export interface ListOptions {
  /** How many workflows are fetched at once. */
  readonly pageSize?: number | undefined;
  /** Which workflows, e.g. `ExecutionStatus = 'Running' AND WorkflowType = 'summarise'`. Default: all. */
  readonly query?: string | undefined;
}

/** Workflows, fetched page by page while they are iterated over. */
export interface AsyncWorkflowListIterable extends AsyncIterable<WorkflowExecutionInfo> {
  /** The histories of these workflows. */
  intoHistories(): AsyncIterable<{ readonly workflowId: string; readonly history: History }>;
}

/** Starts workflows and finds them. It is the `workflow` of a `Client`. */
export class WorkflowClient extends BaseClient {
  readonly interceptors: readonly WorkflowClientInterceptor[];
  readonly queryRejectCondition: QueryRejectCondition;

  constructor(options: WorkflowClientOptions) {
    super(options);
    this.interceptors = options.interceptors ?? [];
    this.queryRejectCondition = options.queryRejectCondition ?? 'NONE';
  }

  /**
   * Starts a workflow. Throws WorkflowExecutionAlreadyStartedError where the id's policies forbid it. The handle reaches the
   * workflow also after it has continued as new; its `result` is that of the chain which begins with this start.
   */
  async start<T extends Workflow>(
    workflow: string | T,
    options: WorkflowStartOptions<T>,
  ): Promise<WorkflowHandleWithStartDetails<T>> {
    const workflowType = extractWorkflowType(workflow);
    const call = composeInterceptors(this.interceptors, 'startWithDetails', (input: WorkflowStartInput) =>
      startWorkflow(this, input),
    );
    const compiled = compileWorkflowOptions(options);
    const started = await call({ workflowType, options: compiled, headers: {} });
    const { workflowId, followRuns = true } = compiled;
    const { runId, firstExecutionRunId, eagerlyStarted } = started;
    const handle = workflowHandle<T>(this, { workflowId, firstExecutionRunId, runIdForResult: runId, followRuns });
    return { ...handle, firstExecutionRunId, eagerlyStarted };
  }

  /** Starts a workflow and waits for its result. Throws as `start` and as the handle's `result` do. */
  async execute<T extends Workflow>(
    workflow: string | T,
    options: WorkflowStartOptions<T>,
  ): Promise<WorkflowResultType<T>> {
    const handle = await this.start(workflow, options);
    return handle.result();
  }

  /** Signals the running workflow with this id; where there is none, starts one whose first event after the start is the signal. */
  // biome-ignore lint/suspicious/noExplicitAny: the arguments are those of any signal
  async signalWithStart<T extends Workflow, SignalArgs extends any[] = []>(
    workflow: string | T,
    options: WithWorkflowArgs<T, WorkflowSignalWithStartOptions<SignalArgs>>,
  ): Promise<WorkflowHandleWithSignaledRunId<T>> {
    const workflowType = extractWorkflowType(workflow);
    const { signal, signalArgs = [], ...rest } = options as WorkflowSignalWithStartOptions;
    const call = composeInterceptors(this.interceptors, 'signalWithStart', (input: WorkflowSignalWithStartInput) =>
      signalWithStart(this, input),
    );
    const compiled = compileWorkflowOptions(rest as WorkflowOptions);
    const signalName = typeof signal === 'string' ? signal : signal.name;
    const runId = await call({ workflowType, options: compiled, signalName, signalArgs, headers: {} });
    const { workflowId, followRuns = true } = compiled;
    return { ...workflowHandle<T>(this, { workflowId, runIdForResult: runId, followRuns }), signaledRunId: runId };
  }

  /**
   * A handle of a workflow that exists, or will: nothing is asked of the service yet. Without a run id it stands for the current
   * run, whichever that is at the time of each call.
   */
  getHandle<T extends Workflow>(
    workflowId: string,
    runId?: string,
    options: GetWorkflowHandleOptions = {},
  ): WorkflowHandle<T> {
    const { firstExecutionRunId, followRuns = true } = options;
    const runIdForResult = runId ?? firstExecutionRunId;
    return workflowHandle<T>(this, { workflowId, runId, firstExecutionRunId, runIdForResult, followRuns });
  }

  /** The result of a workflow, or of the chain of runs that begins with this run. */
  async result<T extends Workflow>(
    workflowId: string,
    runId?: string,
    { followRuns = true }: WorkflowResultOptions = {},
  ): Promise<WorkflowResultType<T>> {
    return awaitResult(this, workflowId, runId ?? '', followRuns);
  }

  /** The workflows that a query matches. A query that the service does not understand is refused with INVALID_ARGUMENT. */
  list(options: ListOptions = {}): AsyncWorkflowListIterable {
    return {
      [Symbol.asyncIterator]: () => this.#list(options),
      intoHistories: () => this.#histories(options),
    };
  }

  /** How many workflows a query matches. */
  async count(query?: string): Promise<{ readonly count: number }> {
    return this.workflowService
      .countWorkflowExecutions({ namespace: this.options.namespace, query })
      .catch((error: unknown) => {
        throw workflowCallError(error);
      });
  }

  async *#list({ pageSize, query }: ListOptions): AsyncGenerator<WorkflowExecutionInfo> {
    let nextPageToken: Uint8Array | undefined;
    do {
      const page = await this.workflowService
        .listWorkflowExecutions({ namespace: this.options.namespace, query, pageSize, nextPageToken })
        .catch((error: unknown) => {
          throw workflowCallError(error);
        });
      for (const raw of page.executions) yield executionInfo(this.dataConverter, raw);
      nextPageToken = page.nextPageToken;
    } while (nextPageToken && nextPageToken.length > 0);
  }

  async *#histories(options: ListOptions): AsyncGenerator<{ workflowId: string; history: History }> {
    for await (const { workflowId, runId } of this.#list(options)) {
      yield { workflowId, history: await this.getHandle(workflowId, runId).fetchHistory() };
    }
  }
}
