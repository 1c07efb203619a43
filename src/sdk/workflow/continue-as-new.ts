// Continuing as new: the run closes and the next one of the chain starts, with an empty history.

import type { CommandOf } from '../../api/command.ts';
import type { Workflow } from '../common/definitions.ts';
import { type Duration, msOptionalToNumber } from '../common/duration.ts';
import { brandError } from '../common/error-brand.ts';
import { mapToPayloads, toPayloads } from '../common/payload-converter.ts';
import { compileRetryPolicy, type RetryPolicy } from '../common/retry-policy.ts';
import { copied } from './info.ts';
import { type Run, theRun } from './run.ts';

export interface ContinueAsNewOptions {
  /** Default: the same. */
  readonly workflowType?: string | undefined;
  /** Default: the same. */
  readonly taskQueue?: string | undefined;
  /** Default: the same. */
  readonly workflowRunTimeout?: Duration | undefined;
  /** Default: the same. */
  readonly workflowTaskTimeout?: Duration | undefined;
  /** Default: the same. */
  readonly memo?: Readonly<Record<string, unknown>> | undefined;
  /** Default: the same. */
  readonly searchAttributes?: Readonly<Record<string, readonly unknown[]>> | undefined;
  /** Default: the same. */
  readonly retry?: RetryPolicy | undefined;
}

/** What `continueAsNew` throws to end the run. Let it pass. */
export class ContinueAsNew extends Error {
  static {
    brandError(ContinueAsNew, 'ContinueAsNew');
  }

  readonly command: CommandOf<'ContinueAsNewWorkflowExecution'>;

  constructor(command: CommandOf<'ContinueAsNewWorkflowExecution'>) {
    super('Workflow continued as new');
    this.command = command;
  }
}

/** Ends this run and starts the next of its chain, with these arguments and otherwise the same options. Never returns. */
export function continueAsNew<F extends Workflow>(...args: Parameters<F>): Promise<never> {
  return makeContinueAsNewFunc<F>()(...args);
}

/** A function that continues as new with these options. It takes the next run's arguments and never returns. */
export function makeContinueAsNewFunc<F extends Workflow>(
  options: ContinueAsNewOptions = {},
): (...args: Parameters<F>) => Promise<never> {
  const run = theRun('continueAsNew()');
  const inherited = attributesOf(run, options);
  return async (...args) => {
    throw new ContinueAsNew({
      type: 'ContinueAsNewWorkflowExecution',
      attributes: { ...inherited, input: toPayloads(run.payloadConverter, args) },
    });
  };
}

function attributesOf(run: Run, options: ContinueAsNewOptions) {
  const { started } = run.realm.start;
  const { memo, searchAttributes, retry } = options;
  const payloads = (values: Readonly<Record<string, unknown>>) => mapToPayloads(run.payloadConverter, values);
  return {
    workflowType: options.workflowType ?? run.info.workflowType,
    taskQueue: { name: options.taskQueue ?? run.info.taskQueue },
    workflowRunTimeoutMs: msOptionalToNumber(options.workflowRunTimeout) ?? started.workflowRunTimeoutMs,
    workflowTaskTimeoutMs: msOptionalToNumber(options.workflowTaskTimeout) ?? started.workflowTaskTimeoutMs,
    memo: memo ? payloads(memo) : copied(started.memo),
    searchAttributes: searchAttributes ? payloads(searchAttributes) : copied(started.searchAttributes),
    retryPolicy: retry ? compileRetryPolicy(retry) : copied(started.retryPolicy),
    initiator: 'WORKFLOW',
  } as const;
}
