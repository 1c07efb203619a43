/** One run of one workflow. The namespace is in every key, so that two namespaces never meet. */
export interface RunKey {
  readonly namespace: string;
  readonly workflowId: string;
  readonly runId: string;
}

export type RunStatus =
  | 'RUNNING'
  | 'COMPLETED'
  | 'FAILED'
  | 'CANCELED'
  | 'TERMINATED'
  | 'CONTINUED_AS_NEW'
  | 'TIMED_OUT'
  | 'PAUSED';
