// What the replay does with each type of event: compare it with the command that must have asked for it, keep it as a job for the
// next workflow task, or pass it by. Every type is in the table; one that this version cannot replay fails the workflow task.

import type { EventOf, EventType, HistoryEvent } from '../../../api/event.ts';
import type { RetryState } from '../../../api/messages/enums.ts';
import type { Failure } from '../../../api/messages/failure.ts';
import type { Asked, AskedCommand, Job } from '../../workflow/contract.ts';
import { failureOf, TaskFailed } from '../explain.ts';
import type { CachedRun, ScheduledActivity } from './cached-run.ts';
import { describeEvent, EVENT_OF, otherCommand, unaskedAnswer, unrecordedCommand } from './nondeterminism.ts';

type Reader<T extends EventType> = (run: CachedRun, event: EventOf<T>) => void;

const passBy = (): void => {};

/** The workflow's own doing, which has to be asked for by the next expected command. */
function confirms<T extends EventType>(
  same: (command: AskedCommand, event: EventOf<T>, run: CachedRun) => boolean,
  then: Reader<T> = passBy,
  identity: (run: CachedRun, event: EventOf<T>) => string | undefined = () => undefined,
): Reader<T> {
  return (run, event) => {
    const asked = run.expected[0];
    if (!asked || EVENT_OF[asked.command.type] !== event.type || !same(asked.command, event, run)) {
      throw otherCommand(event as HistoryEvent, asked, identity(run, event));
    }
    run.expected.shift();
    then(run, event);
  };
}

/** Something that happened to the workflow; it happens to the code at the next workflow task. */
function happens<T extends EventType>(job: (run: CachedRun, event: EventOf<T>) => Job | undefined): Reader<T> {
  return (run, event) => {
    assertNothingExpected(run, event as HistoryEvent);
    const one = job(run, event);
    if (one) run.jobs.push(one);
  };
}

/** Written by the service for its own purposes. */
const beside: Reader<EventType> = (run, event) => assertNothingExpected(run, event as HistoryEvent);

const unsupported: Reader<EventType> = (_, event) => {
  throw new TaskFailed(
    'WORKFLOW_WORKER_UNHANDLED_FAILURE',
    failureOf(
      `history has ${describeEvent(event as HistoryEvent, undefined)}, which this version of perdure cannot replay: let a worker that can run this workflow, or update perdure`,
      'UnsupportedEvent',
    ),
  );
};

const same = (): boolean => true;

const readers: { readonly [T in EventType]: Reader<T> } = {
  WorkflowExecutionStarted: passBy,
  WorkflowTaskScheduled: beside,
  WorkflowTaskStarted: beside,
  WorkflowTaskCompleted: (_, event) => refuseUnknownFlags(event),
  WorkflowTaskTimedOut: passBy,
  WorkflowTaskFailed: (run, { attributes: { cause, newRunId } }) => {
    if (cause === 'RESET_WORKFLOW' && newRunId) run.jobs.push({ kind: 'reseed', seed: newRunId });
  },

  ActivityTaskScheduled: confirms(
    (command, { attributes }) =>
      command.type === 'ScheduleActivityTask' &&
      command.attributes.activityId === attributes.activityId &&
      command.attributes.activityType === attributes.activityType,
    (run, { eventId, attributes: { activityId, activityType } }) => {
      run.activities.set(eventId, { activityId, activityType });
      run.scheduledEventIds.set(activityId, eventId);
    },
  ),
  ActivityTaskStarted: beside,
  ActivityTaskCompleted: happens((run, event) => {
    const { activityId } = closeActivity(run, event);
    return {
      kind: 'resolveActivity',
      activityId,
      outcome: { kind: 'completed', result: event.attributes.result ?? [] },
    };
  }),
  ActivityTaskFailed: happens((run, event) => {
    const { failure, retryState } = event.attributes;
    return activityFailed(run, event, 'Activity task failed', failure, retryState);
  }),
  ActivityTaskTimedOut: happens((run, event) => {
    const { failure, retryState } = event.attributes;
    return activityFailed(run, event, 'Activity task timed out', failure, retryState);
  }),
  ActivityTaskCanceled: happens((run, event) => {
    const canceled = { message: 'Activity cancelled', canceledFailureInfo: { details: event.attributes.details } };
    return activityFailed(run, event, 'Activity cancelled', canceled, 'CANCEL_REQUESTED');
  }),
  ActivityTaskCancelRequested: confirms(
    (command, { attributes }, run) =>
      command.type === 'RequestCancelActivityTask' &&
      run.scheduledEventIds.get(command.attributes.activityId) === attributes.scheduledEventId,
    passBy,
    (run, { attributes }) => {
      const activity = run.activities.get(attributes.scheduledEventId);
      return activity && `activity ${activity.activityId} "${activity.activityType}"`;
    },
  ),

  TimerStarted: confirms(
    (command, { attributes }) => command.type === 'StartTimer' && command.attributes.timerId === attributes.timerId,
    (run, { attributes }) => {
      run.timers.add(attributes.timerId);
    },
  ),
  TimerFired: happens((run, event) => {
    if (!run.timers.delete(event.attributes.timerId)) throw unaskedAnswer(event);
    return { kind: 'fireTimer', timerId: event.attributes.timerId };
  }),
  TimerCanceled: confirms(
    (command, { attributes }) => command.type === 'CancelTimer' && command.attributes.timerId === attributes.timerId,
    (run, { attributes }) => {
      run.timers.delete(attributes.timerId);
    },
  ),

  WorkflowExecutionSignaled: happens((_, { attributes: { signalName, input = [] } }) => ({
    kind: 'signal',
    signalName,
    input,
  })),
  WorkflowExecutionCancelRequested: happens(() => ({ kind: 'cancel' })),

  WorkflowExecutionCompleted: confirms(same),
  WorkflowExecutionFailed: confirms(same),
  WorkflowExecutionCanceled: confirms(same),
  WorkflowExecutionContinuedAsNew: confirms(same),
  WorkflowExecutionTimedOut: passBy,
  WorkflowExecutionTerminated: passBy,

  WorkflowExecutionOptionsUpdated: beside,
  WorkflowExecutionPaused: beside,
  WorkflowExecutionUnpaused: beside,
  WorkflowExecutionTimeSkippingTransitioned: beside,
  WorkflowPropertiesModifiedExternally: beside,
  ActivityPropertiesModifiedExternally: beside,

  MarkerRecorded: unsupported,
  UpsertWorkflowSearchAttributes: unsupported,
  WorkflowPropertiesModified: unsupported,
  WorkflowExecutionUpdateAdmitted: unsupported,
  WorkflowExecutionUpdateAccepted: unsupported,
  WorkflowExecutionUpdateRejected: unsupported,
  WorkflowExecutionUpdateCompleted: unsupported,
  StartChildWorkflowExecutionInitiated: unsupported,
  StartChildWorkflowExecutionFailed: unsupported,
  ChildWorkflowExecutionStarted: unsupported,
  ChildWorkflowExecutionCompleted: unsupported,
  ChildWorkflowExecutionFailed: unsupported,
  ChildWorkflowExecutionCanceled: unsupported,
  ChildWorkflowExecutionTimedOut: unsupported,
  ChildWorkflowExecutionTerminated: unsupported,
  SignalExternalWorkflowExecutionInitiated: unsupported,
  SignalExternalWorkflowExecutionFailed: unsupported,
  ExternalWorkflowExecutionSignaled: unsupported,
  RequestCancelExternalWorkflowExecutionInitiated: unsupported,
  RequestCancelExternalWorkflowExecutionFailed: unsupported,
  ExternalWorkflowExecutionCancelRequested: unsupported,
  NexusOperationScheduled: unsupported,
  NexusOperationStarted: unsupported,
  NexusOperationCompleted: unsupported,
  NexusOperationFailed: unsupported,
  NexusOperationCanceled: unsupported,
  NexusOperationTimedOut: unsupported,
  NexusOperationCancelRequested: unsupported,
  NexusOperationCancelRequestCompleted: unsupported,
  NexusOperationCancelRequestFailed: unsupported,
};

/** Reads one event. Throws a Nondeterminism, or a TaskFailed for what cannot be replayed. */
export function readEvent(run: CachedRun, event: HistoryEvent): void {
  if (event.workerMayIgnore && readers[event.type] === unsupported) return;
  (readers[event.type] as (run: CachedRun, event: HistoryEvent) => void)(run, event);
}

/** The events of one workflow task's commands stand together, right after its completion. */
function assertNothingExpected(run: CachedRun, next: HistoryEvent): void {
  if (run.expected.length > 0) throw unrecordedCommand(run.expected[0] as Asked, next);
}

type ActivityClosed = EventOf<
  'ActivityTaskCompleted' | 'ActivityTaskFailed' | 'ActivityTaskTimedOut' | 'ActivityTaskCanceled'
>;

function closeActivity(run: CachedRun, event: ActivityClosed): ScheduledActivity {
  const { scheduledEventId } = event.attributes;
  const activity = run.activities.get(scheduledEventId);
  if (!activity) throw unaskedAnswer(event as HistoryEvent);
  run.activities.delete(scheduledEventId);
  if (run.scheduledEventIds.get(activity.activityId) === scheduledEventId) {
    run.scheduledEventIds.delete(activity.activityId);
  }
  return activity;
}

/** The service keeps only why the activity failed; that an activity did is added here, with all that is known of it. */
function activityFailed(
  run: CachedRun,
  event: ActivityClosed,
  message: string,
  cause: Failure | undefined,
  retryState: RetryState | undefined,
): Job {
  const { activityId, activityType } = closeActivity(run, event);
  const { scheduledEventId, startedEventId } = event.attributes;
  const identity = 'identity' in event.attributes ? event.attributes.identity : undefined;
  const failure: Failure = {
    message,
    ...(cause && { cause }),
    activityFailureInfo: { scheduledEventId, startedEventId, identity, activityId, activityType, retryState },
  };
  return { kind: 'resolveActivity', activityId, outcome: { kind: 'failed', failure } };
}

/** A flag says that the task was answered by rules that the code before it did not know; there are none yet. */
function refuseUnknownFlags({ eventId, attributes }: EventOf<'WorkflowTaskCompleted'>): void {
  const flags = [...(attributes.sdkMetadata?.langUsedFlags ?? []), ...(attributes.sdkMetadata?.coreUsedFlags ?? [])];
  if (flags.length === 0) return;
  throw new TaskFailed(
    'WORKFLOW_WORKER_UNHANDLED_FAILURE',
    failureOf(
      `event ${eventId} WorkflowTaskCompleted was written with the SDK flags ${flags.join(', ')} (${attributes.sdkMetadata?.sdkName || 'SDK not named'}), which this worker does not know: update perdure, or let a worker of that SDK run this workflow`,
      'UnknownSdkFlag',
    ),
  );
}
