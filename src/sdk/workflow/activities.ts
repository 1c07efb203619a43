// Calling activities: the only way for a workflow to do what cannot be done again the same way.

import type { CommandAttributes } from '../../api/command.ts';
import type { UserMetadata } from '../../api/messages/common.ts';
import { ActivityCancellationType, type ActivityOptions } from '../common/activity-options.ts';
import type { ActivityFunction, UntypedActivities } from '../common/definitions.ts';
import { msOptionalToNumber } from '../common/duration.ts';
import { ActivityFailure, CancelledFailure } from '../common/failure.ts';
import { toPayloads } from '../common/payload-converter.ts';
import { compilePriority } from '../common/priority.ts';
import { compileRetryPolicy } from '../common/retry-policy.ts';
import { cancelledBefore } from './cancellation-scope.ts';
import type { Site } from './contract.ts';
import { type AnyHandler, ask, type Run, siteOf, theRunThatAsks } from './run.ts';

/** An activity as a workflow calls it: always a promise, and with `executeWithOptions` for one call with other options. */
export type ActivityInterfaceFor<A> = {
  readonly [N in keyof A]: A[N] extends ActivityFunction ? A[N] & ActivityFunctionWithOptions<A[N]> : never;
};

export interface ActivityFunctionWithOptions<F extends ActivityFunction> {
  /** Calls the activity with these options on top of the proxy's. */
  executeWithOptions(options: ActivityOptions, args: Parameters<F>): Promise<Awaited<ReturnType<F>>>;
}

/** Options, checked and in the protocol's words. */
interface Compiled {
  readonly options: ActivityOptions;
  readonly attributes: Omit<CommandAttributes<'ScheduleActivityTask'>, 'activityId' | 'activityType' | 'taskQueue'>;
  readonly cancellationType: ActivityCancellationType;
}

/**
 * Functions that call activities, by the activities' names; give the activities' types: `proxyActivities<typeof activities>(…)`.
 * The call's promise resolves to what the activity returned, however many attempts that took, and rejects with an
 * ActivityFailure whose cause says why it did not.
 *
 * One of `startToCloseTimeout` and `scheduleToCloseTimeout` must be given. Throws a TypeError or ValueError for options that
 * cannot be.
 */
export function proxyActivities<A = UntypedActivities>(options: ActivityOptions): ActivityInterfaceFor<A> {
  const compiled = compile(options);
  return new Proxy({} as ActivityInterfaceFor<A>, {
    get(_, activityType) {
      // Somebody awaits or prints the proxy; no activity has these names.
      if (typeof activityType !== 'string' || activityType === 'then') return undefined;
      const call = (...args: unknown[]) => scheduleActivity(activityType, args, compiled, call);
      call.executeWithOptions = (own: ActivityOptions, args: unknown[]) =>
        scheduleActivity(activityType, args, compile(merged(options, own)), call.executeWithOptions);
      return call;
    },
  });
}

function compile(options: ActivityOptions | undefined): Compiled {
  if (options === undefined || options === null) throw new TypeError(MISSING_TIMEOUT);
  const { retry, priority, cancellationType = ActivityCancellationType.WAIT_CANCELLATION_COMPLETED } = options;
  if (options.startToCloseTimeout === undefined && options.scheduleToCloseTimeout === undefined) {
    throw new TypeError(MISSING_TIMEOUT);
  }
  if (!Object.hasOwn(ActivityCancellationType, cancellationType)) {
    throw new TypeError(
      `cancellationType is '${cancellationType}': it must be one of ${Object.keys(ActivityCancellationType).join(', ')}`,
    );
  }
  return {
    options,
    cancellationType,
    attributes: {
      startToCloseTimeoutMs: timeout(options, 'startToCloseTimeout'),
      scheduleToCloseTimeoutMs: timeout(options, 'scheduleToCloseTimeout'),
      scheduleToStartTimeoutMs: timeout(options, 'scheduleToStartTimeout'),
      heartbeatTimeoutMs: timeout(options, 'heartbeatTimeout'),
      retryPolicy: retry && compileRetryPolicy(retry),
      priority: priority && compilePriority(priority),
    },
  };
}

const MISSING_TIMEOUT =
  "activities need startToCloseTimeout (how long one attempt may take) or scheduleToCloseTimeout (all attempts together): e.g. proxyActivities({ startToCloseTimeout: '1 minute' })";

type TimeoutName = 'startToCloseTimeout' | 'scheduleToCloseTimeout' | 'scheduleToStartTimeout' | 'heartbeatTimeout';

function timeout(options: ActivityOptions, name: TimeoutName): number | undefined {
  const duration = options[name];
  try {
    const ms = msOptionalToNumber(duration);
    if (ms === undefined || ms > 0) return ms;
  } catch (error) {
    throw new TypeError(`${name}: ${(error as Error).message}`);
  }
  throw new TypeError(`${name} is ${JSON.stringify(duration)}: it must be longer than 0`);
}

/** Options for one call: its own where it has any; of a retry policy, field by field. */
function merged(options: ActivityOptions, own: ActivityOptions): ActivityOptions {
  const given = Object.entries(own ?? {}).filter(([, value]) => value !== undefined);
  const retry = options.retry && own?.retry ? { retry: { ...options.retry, ...own.retry } } : {};
  return { ...options, ...Object.fromEntries(given), ...retry };
}

function scheduleActivity(
  activityType: string,
  args: readonly unknown[],
  compiled: Compiled,
  calledBy: AnyHandler,
): Promise<unknown> {
  const run = theRunThatAsks(`the activity ${activityType}`);
  const site = siteOf(calledBy);
  const counted = String(run.nextActivity++);
  const activityId = compiled.options.activityId ?? counted;
  return new Promise((resolve, reject) => {
    if (cancelledBefore(reject, () => cancelActivity(run, activityId, activityType, compiled.cancellationType))) return;
    if (run.activities.has(activityId)) {
      throw new TypeError(
        `activity "${activityId}" is already pending: give each activity its own activityId, or none`,
      );
    }
    ask(
      run,
      {
        type: 'ScheduleActivityTask',
        attributes: {
          activityId,
          activityType,
          taskQueue: { name: compiled.options.taskQueue ?? run.info.taskQueue },
          input: toPayloads(run.payloadConverter, args),
          ...compiled.attributes,
        },
        ...withSummary(run, compiled.options.summary),
      },
      site,
    );
    const what = `activity ${activityId} "${activityType}"`;
    run.activities.set(activityId, { what, site, resolve, reject, answered: false });
  });
}

function withSummary(run: Run, summary: string | undefined): { userMetadata?: UserMetadata } {
  return summary === undefined ? {} : { userMetadata: { summary: run.payloadConverter.toPayload(summary) } };
}

function cancelActivity(run: Run, activityId: string, activityType: string, type: ActivityCancellationType): void {
  const activity = run.activities.get(activityId);
  if (!activity || activity.answered) return;
  const unsent = run.commands.findIndex(
    ({ command }) => command.type === 'ScheduleActivityTask' && command.attributes.activityId === activityId,
  );
  // What was asked for in this very activation is not asked for after all.
  if (unsent >= 0) run.commands.splice(unsent, 1);
  else if (type !== ActivityCancellationType.ABANDON) askToCancel(run, activityId, activity.site);
  if (unsent < 0 && type === ActivityCancellationType.WAIT_CANCELLATION_COMPLETED) return;
  run.activities.delete(activityId);
  const cause = new CancelledFailure('Activity cancelled');
  activity.reject(
    new ActivityFailure('Activity cancelled', activityType, activityId, 'CANCEL_REQUESTED', undefined, cause),
  );
}

function askToCancel(run: Run, activityId: string, site: Site): void {
  ask(run, { type: 'RequestCancelActivityTask', attributes: { activityId } }, site);
}
