// What the events and marks of activities leave in the run (activity.ts draws their life).

import { assert } from '../base/assert.ts';
import type { EventEvolvers, MarkEvolvers } from './evolve.ts';
import { dropActivity, type PendingActivity, putActivity, type Run } from './run.ts';

type Events =
  | 'ActivityTaskScheduled'
  | 'ActivityTaskStarted'
  | 'ActivityTaskCompleted'
  | 'ActivityTaskFailed'
  | 'ActivityTaskTimedOut'
  | 'ActivityTaskCancelRequested'
  | 'ActivityTaskCanceled';
type Marks = 'ActivityAttemptStarted' | 'ActivityAttemptEnded' | 'ActivityReady' | 'HeartbeatRecorded';

const events: EventEvolvers<Events> = {
  ActivityTaskScheduled: (run, { eventId, eventTimeMs, attributes }) => {
    putActivity(run, {
      scheduledEventId: eventId,
      activityId: attributes.activityId,
      activityType: attributes.activityType,
      taskQueue: attributes.taskQueue.name,
      scheduleToCloseTimeoutMs: attributes.scheduleToCloseTimeoutMs ?? 0,
      scheduleToStartTimeoutMs: attributes.scheduleToStartTimeoutMs ?? 0,
      startToCloseTimeoutMs: attributes.startToCloseTimeoutMs ?? 0,
      heartbeatTimeoutMs: attributes.heartbeatTimeoutMs ?? 0,
      retryPolicy: attributes.retryPolicy ?? {},
      priority: attributes.priority,
      scheduledTimeMs: eventTimeMs,
      attempt: 1,
      attemptScheduledTimeMs: eventTimeMs,
      state: 'ready',
    });
    run.scheduledAttributes.set(eventId, attributes);
    run.readied.push({ kind: 'activity', scheduledEventId: eventId, attempt: 1 });
  },
  // Written together with the closing event, which forgets the activity.
  ActivityTaskStarted: () => {},
  ActivityTaskCompleted: (run, { attributes }) => dropActivity(run, attributes.scheduledEventId),
  ActivityTaskFailed: (run, { attributes }) => dropActivity(run, attributes.scheduledEventId),
  ActivityTaskTimedOut: (run, { attributes }) => dropActivity(run, attributes.scheduledEventId),
  ActivityTaskCanceled: (run, { attributes }) => dropActivity(run, attributes.scheduledEventId),
  // An activity that has ended without the workflow knowing may be asked to cancel: there is nothing left to ask.
  ActivityTaskCancelRequested: (run, { eventId, attributes }) => {
    const activity = run.activities.get(attributes.scheduledEventId);
    if (activity) putActivity(run, { ...activity, cancelRequestedEventId: eventId });
  },
};

const marks: MarkEvolvers<Marks> = {
  ActivityAttemptStarted: (run, { scheduledEventId, identity, requestId, processId }, nowMs) => {
    const activity = pending(run, scheduledEventId);
    assert(
      activity.state === 'ready',
      `attempt ${activity.attempt} of activity ${activity.activityId} cannot start while ${activity.state}`,
    );
    const started = { identity, requestId, processId, timeMs: nowMs };
    putActivity(run, {
      ...activity,
      state: 'started',
      started,
      lastStartedTimeMs: nowMs,
      lastWorkerIdentity: identity,
    });
  },
  ActivityAttemptEnded: (run, { scheduledEventId, failure, nextAttemptAtMs, heartbeatDetails }) => {
    const { started: _, ...activity } = pending(run, scheduledEventId);
    putActivity(run, {
      ...activity,
      state: 'waiting',
      attempt: activity.attempt + 1,
      lastFailure: failure,
      nextAttemptAtMs,
      lastHeartbeatTimeMs: undefined,
      heartbeatDetails: heartbeatDetails ?? activity.heartbeatDetails,
    });
  },
  ActivityReady: (run, { scheduledEventId }, nowMs) => {
    const activity = pending(run, scheduledEventId);
    putActivity(run, { ...activity, state: 'ready', attemptScheduledTimeMs: nowMs, nextAttemptAtMs: undefined });
    run.readied.push({ kind: 'activity', scheduledEventId, attempt: activity.attempt });
  },
  HeartbeatRecorded: (run, { scheduledEventId, details }, nowMs) => {
    const activity = pending(run, scheduledEventId);
    putActivity(run, {
      ...activity,
      lastHeartbeatTimeMs: nowMs,
      heartbeatDetails: details ?? activity.heartbeatDetails,
    });
  },
};

export const evolveActivity = { events, marks };

function pending(run: Run, scheduledEventId: number): PendingActivity {
  const activity = run.activities.get(scheduledEventId);
  assert(activity, `no activity is pending for event ${scheduledEventId}`);
  return activity;
}
