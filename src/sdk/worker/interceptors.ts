// Interceptors of a worker's activities.

import type { Context } from '../activity/context.ts';
import type { Headers } from '../common/interceptors.ts';

export interface ActivityExecuteInput {
  readonly args: readonly unknown[];
  readonly headers: Headers;
}

/** Stands around an attempt. */
export interface ActivityInboundCallsInterceptor {
  readonly execute?: (
    input: ActivityExecuteInput,
    next: (input: ActivityExecuteInput) => Promise<unknown>,
  ) => Promise<unknown>;
}

type LogAttributes = Readonly<Record<string, unknown>>;

/** Changes what an activity's own lines carry. */
export interface ActivityOutboundCallsInterceptor {
  readonly getLogAttributes?: (input: LogAttributes, next: (input: LogAttributes) => LogAttributes) => LogAttributes;
}

/** Called for each attempt. */
export type ActivityInterceptorsFactory = (context: Context) => {
  readonly inbound?: ActivityInboundCallsInterceptor | undefined;
  readonly outbound?: ActivityOutboundCallsInterceptor | undefined;
};

export interface WorkerInterceptors {
  readonly activity?: readonly ActivityInterceptorsFactory[] | undefined;
}
