// What workflows, activities, signals, queries and updates look like to the type checker, shared by those who write them and
// those who call them.

// biome-ignore-all lint/suspicious/noExplicitAny: these types accept every function and read its types off

/** A workflow's function. Arguments and result must be what the data converter can carry. */
export type Workflow = (...args: any[]) => Promise<any>;

export type WorkflowResultType<W extends Workflow> = ReturnType<W> extends Promise<infer R> ? R : never;

export type ActivityFunction<P extends any[] = any[], R = any> = (...args: P) => Promise<R>;

/** Activities by name, whatever their types: what a worker is given. */
export type UntypedActivities = Record<string, ActivityFunction>;

declare const args: unique symbol;
declare const result: unique symbol;

/** A signal's name, with the types of its arguments. Made by `defineSignal`. */
export interface SignalDefinition<Args extends any[] = [], Name extends string = string> {
  readonly type: 'signal';
  readonly name: Name;
  /** Only for the type checker. */
  readonly [args]?: Args;
}

/** A query's name, with the types of its answer and arguments. Made by `defineQuery`. */
export interface QueryDefinition<Ret, Args extends any[] = [], Name extends string = string> {
  readonly type: 'query';
  readonly name: Name;
  /** Only for the type checker. */
  readonly [args]?: Args;
  /** Only for the type checker. */
  readonly [result]?: Ret;
}

/** An update's name, with the types of its result and arguments. Made by `defineUpdate`. */
export interface UpdateDefinition<Ret, Args extends any[] = [], Name extends string = string> {
  readonly type: 'update';
  readonly name: Name;
  /** Only for the type checker. */
  readonly [args]?: Args;
  /** Only for the type checker. */
  readonly [result]?: Ret;
}

/** What becomes of a signal or update handler that is still running when its workflow ends. */
export const HandlerUnfinishedPolicy = {
  /** It is abandoned, and a line of the log says so. */
  WARN_AND_ABANDON: 'WARN_AND_ABANDON',
  ABANDON: 'ABANDON',
} as const;
export type HandlerUnfinishedPolicy = (typeof HandlerUnfinishedPolicy)[keyof typeof HandlerUnfinishedPolicy];

/** What handles of a workflow, from inside another or from a client, have in common. */
export interface BaseWorkflowHandle<T extends Workflow> {
  readonly workflowId: string;
  /** Settles when the workflow has ended. */
  result(): Promise<WorkflowResultType<T>>;
  signal<Args extends any[] = [], Name extends string = string>(
    definition: SignalDefinition<Args, Name> | string,
    ...args: Args
  ): Promise<void>;
}

/** The name that a workflow function is registered under: the function's own name, or a text. */
export function extractWorkflowType(workflow: string | Workflow): string {
  if (typeof workflow === 'string') return workflow;
  if (typeof workflow === 'function' && workflow.name !== '') return workflow.name;
  throw new TypeError(
    typeof workflow === 'function'
      ? 'the workflow function has no name: export it under one, or give its name as a text'
      : `a workflow is named by a text or its function, not by ${workflow === null ? 'null' : `a ${typeof workflow}`}`,
  );
}
