import { AsyncCompletionClient } from './async-completion-client.ts';
import { BaseClient, type BaseClientOptions } from './base-client.ts';
import type { QueryRejectCondition, WorkflowClientInterceptor } from './interceptors.ts';
import { WorkflowClient } from './workflow-client.ts';

export interface ClientOptions extends BaseClientOptions {
  readonly interceptors?: { readonly workflow?: readonly WorkflowClientInterceptor[] | undefined } | undefined;
  readonly workflow?: { readonly queryRejectCondition?: QueryRejectCondition | undefined } | undefined;
}

/** The client of a namespace: starts workflows and talks to them, and ends activities from outside. */
export class Client extends BaseClient {
  readonly workflow: WorkflowClient;
  readonly activity: AsyncCompletionClient;

  constructor(options: ClientOptions) {
    super(options);
    const { interceptors, workflow, ...base } = options;
    this.workflow = new WorkflowClient({ ...base, ...workflow, interceptors: interceptors?.workflow });
    this.activity = new AsyncCompletionClient(base);
  }
}
