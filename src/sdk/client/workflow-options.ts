import { randomUUID } from 'node:crypto';
import type { Memo, Payload, UserMetadata } from '../../api/messages/common.ts';
import type { StartWorkflowExecutionRequest } from '../../api/workflow-service.ts';
import { encodePayloads, encodeRecord, encodeValues, type LoadedDataConverter } from '../common/data-converter.ts';
import type { SignalDefinition, Workflow } from '../common/definitions.ts';
import { type Duration, msOptionalToNumber } from '../common/duration.ts';
import { ValueError } from '../common/errors.ts';
import type { Headers } from '../common/interceptors.ts';
import { defaultPayloadConverter } from '../common/payload-converter.ts';
import { whyTooLarge } from '../common/payload-size.ts';
import { compilePriority } from '../common/priority.ts';
import { compileRetryPolicy } from '../common/retry-policy.ts';
import {
  type CommonWorkflowOptions,
  type WithWorkflowArgs,
  WorkflowIdConflictPolicy,
  WorkflowIdReusePolicy,
} from '../common/workflow-options.ts';
import type { BaseClient } from './base-client.ts';

/** What a client says of a workflow that it starts. */
export interface WorkflowOptions extends CommonWorkflowOptions {
  /** The queue that the workflow's workers poll. */
  readonly taskQueue: string;
  /** What the workflow is for, e.g. an order's number: a start with the id of a running workflow is refused. */
  readonly workflowId: string;
  /** Whether `result()` follows retries, continue-as-new and cron to the end of the chain. Default true. */
  readonly followRuns?: boolean | undefined;
  /** Wait this long before the first workflow task; a signal ends the wait. Not with `cronSchedule`. */
  readonly startDelay?: Duration | undefined;
}

export type WorkflowStartOptions<W extends Workflow = Workflow> = WithWorkflowArgs<W, WorkflowOptions>;

// biome-ignore lint/suspicious/noExplicitAny: the arguments are those of any signal
export interface WorkflowSignalWithStartOptions<SignalArgs extends any[] = any[]> extends WorkflowOptions {
  readonly signal: SignalDefinition<SignalArgs> | string;
  readonly signalArgs?: SignalArgs | Readonly<SignalArgs> | undefined;
}

/** The options as interceptors see them: arguments always there, durations in milliseconds. */
export interface CompiledWorkflowOptions
  extends Omit<
    WorkflowOptions,
    'workflowRunTimeout' | 'workflowExecutionTimeout' | 'workflowTaskTimeout' | 'startDelay'
  > {
  readonly args: readonly unknown[];
  readonly workflowRunTimeoutMs: number | undefined;
  readonly workflowExecutionTimeoutMs: number | undefined;
  readonly workflowTaskTimeoutMs: number | undefined;
  readonly startDelayMs: number | undefined;
}

/** Checks the options of a start. Throws a TypeError or ValueError that names the option. */
export function compileWorkflowOptions(
  options: WorkflowOptions & { readonly args?: readonly unknown[] | undefined },
): CompiledWorkflowOptions {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError("the options of the start are missing: give at least { taskQueue: '…', workflowId: '…' }");
  }
  const { workflowRunTimeout, workflowExecutionTimeout, workflowTaskTimeout, startDelay, args = [], ...rest } = options;
  requireText('workflowId', rest.workflowId, 'choose one that names what the workflow is for');
  requireText('taskQueue', rest.taskQueue, 'name the queue that its worker polls');
  requireOneOf('workflowIdReusePolicy', rest.workflowIdReusePolicy, WorkflowIdReusePolicy);
  requireOneOf('workflowIdConflictPolicy', rest.workflowIdConflictPolicy, WorkflowIdConflictPolicy);
  if (!Array.isArray(args)) throw new TypeError('args must be a list of the arguments of the workflow function');
  return {
    ...rest,
    args,
    workflowRunTimeoutMs: msOptionalToNumber(workflowRunTimeout),
    workflowExecutionTimeoutMs: msOptionalToNumber(workflowExecutionTimeout),
    workflowTaskTimeoutMs: msOptionalToNumber(workflowTaskTimeout),
    startDelayMs: msOptionalToNumber(startDelay),
  };
}

function requireText(name: string, value: unknown, remedy: string): void {
  if (typeof value !== 'string' || value === '') {
    throw new TypeError(`the option ${name} is ${value === '' ? 'empty' : 'missing'}: ${remedy}`);
  }
}

/** A policy with a typing error must not be taken for the default, which may start a workflow a second time. */
function requireOneOf(name: string, value: string | undefined, policies: Readonly<Record<string, string>>): void {
  if (value === undefined || value === null || Object.hasOwn(policies, value)) return;
  throw new TypeError(`the option ${name} is '${value}': it must be one of ${Object.keys(policies).join(', ')}`);
}

export async function startRequest(
  { options: { namespace, identity }, dataConverter }: BaseClient,
  workflowType: string,
  options: CompiledWorkflowOptions,
  headers: Headers,
): Promise<StartWorkflowExecutionRequest> {
  return {
    namespace,
    identity,
    requestId: randomUUID(),
    workflowId: options.workflowId,
    workflowType,
    taskQueue: { name: options.taskQueue, kind: 'NORMAL' },
    input: await encodeArguments(dataConverter, options.args, `the input of workflow '${workflowType}'`),
    workflowExecutionTimeoutMs: options.workflowExecutionTimeoutMs,
    workflowRunTimeoutMs: options.workflowRunTimeoutMs,
    workflowTaskTimeoutMs: options.workflowTaskTimeoutMs,
    workflowStartDelayMs: options.startDelayMs,
    workflowIdReusePolicy: options.workflowIdReusePolicy,
    workflowIdConflictPolicy: options.workflowIdConflictPolicy,
    retryPolicy: options.retry && compileRetryPolicy(options.retry),
    cronSchedule: options.cronSchedule,
    memo: await encodeMemo(dataConverter, options.memo, workflowType),
    header: Object.keys(headers).length > 0 ? headers : undefined,
    userMetadata: await userMetadata(dataConverter, options),
    priority: options.priority && compilePriority(options.priority),
  };
}

/** Values on their way out. Throws a ValueError when they are larger than a service takes. */
export async function encodeArguments(
  dataConverter: LoadedDataConverter,
  args: readonly unknown[],
  what: string,
): Promise<readonly Payload[] | undefined> {
  const payloads = await encodeValues(dataConverter, args);
  const why = whyTooLarge(payloads, what);
  if (why !== undefined) throw new ValueError(why);
  return payloads;
}

async function encodeMemo(
  dataConverter: LoadedDataConverter,
  memo: CompiledWorkflowOptions['memo'],
  workflowType: string,
): Promise<Memo | undefined> {
  const payloads = await encodeRecord(dataConverter, memo);
  const why = whyTooLarge(payloads, `the memo of workflow '${workflowType}'`);
  if (why !== undefined) throw new ValueError(why);
  return payloads;
}

/** Summary and details are always plain JSON texts, whatever the converter; a codec may hide them. */
async function userMetadata(
  dataConverter: LoadedDataConverter,
  { staticSummary, staticDetails }: CompiledWorkflowOptions,
): Promise<UserMetadata | undefined> {
  if (staticSummary === undefined && staticDetails === undefined) return undefined;
  const encoded = async (text: string | undefined): Promise<Payload | undefined> =>
    text === undefined
      ? undefined
      : (await encodePayloads(dataConverter, [defaultPayloadConverter.toPayload(text)]))[0];
  return { summary: await encoded(staticSummary), details: await encoded(staticDetails) };
}
