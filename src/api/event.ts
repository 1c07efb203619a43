// An event of a workflow's history: what happened, when, and the attributes of its type. The table gives each type its number,
// the field that its attributes stand in, and their message.

import { decode, encode } from './codec.ts';
import { type UserMetadata, userMetadata } from './messages/common.ts';
import { eventType } from './messages/enums.ts';
import {
  childWorkflowExecutionCanceledEvent,
  childWorkflowExecutionCompletedEvent,
  childWorkflowExecutionFailedEvent,
  childWorkflowExecutionStartedEvent,
  childWorkflowExecutionTerminatedEvent,
  childWorkflowExecutionTimedOutEvent,
  externalWorkflowExecutionCancelRequestedEvent,
  externalWorkflowExecutionSignaledEvent,
  requestCancelExternalWorkflowExecutionFailedEvent,
  requestCancelExternalWorkflowExecutionInitiatedEvent,
  signalExternalWorkflowExecutionFailedEvent,
  signalExternalWorkflowExecutionInitiatedEvent,
  startChildWorkflowExecutionFailedEvent,
  startChildWorkflowExecutionInitiatedEvent,
} from './messages/events-across.ts';
import {
  activityPropertiesModifiedExternallyEvent,
  activityTaskCanceledEvent,
  activityTaskCancelRequestedEvent,
  activityTaskCompletedEvent,
  activityTaskFailedEvent,
  activityTaskScheduledEvent,
  activityTaskStartedEvent,
  activityTaskTimedOutEvent,
  markerRecordedEvent,
  timerCanceledEvent,
  timerFiredEvent,
  timerStartedEvent,
} from './messages/events-activity.ts';
import {
  upsertWorkflowSearchAttributesEvent,
  workflowExecutionOptionsUpdatedEvent,
  workflowExecutionPausedEvent,
  workflowExecutionTimeSkippingTransitionedEvent,
  workflowExecutionUnpausedEvent,
  workflowExecutionUpdateAcceptedEvent,
  workflowExecutionUpdateAdmittedEvent,
  workflowExecutionUpdateCompletedEvent,
  workflowExecutionUpdateRejectedEvent,
  workflowPropertiesModifiedEvent,
  workflowPropertiesModifiedExternallyEvent,
} from './messages/events-change.ts';
import {
  nexusOperationCanceledEvent,
  nexusOperationCancelRequestCompletedEvent,
  nexusOperationCancelRequestedEvent,
  nexusOperationCancelRequestFailedEvent,
  nexusOperationCompletedEvent,
  nexusOperationFailedEvent,
  nexusOperationScheduledEvent,
  nexusOperationStartedEvent,
  nexusOperationTimedOutEvent,
} from './messages/events-nexus.ts';
import {
  workflowExecutionCanceledEvent,
  workflowExecutionCancelRequestedEvent,
  workflowExecutionCompletedEvent,
  workflowExecutionContinuedAsNewEvent,
  workflowExecutionFailedEvent,
  workflowExecutionSignaledEvent,
  workflowExecutionStartedEvent,
  workflowExecutionTerminatedEvent,
  workflowExecutionTimedOutEvent,
} from './messages/events-workflow.ts';
import {
  workflowTaskCompletedEvent,
  workflowTaskFailedEvent,
  workflowTaskScheduledEvent,
  workflowTaskStartedEvent,
  workflowTaskTimedOutEvent,
} from './messages/events-workflow-task.ts';
import {
  type EventGroupMarker,
  eventGroupMarker,
  type Link,
  link,
  type Principal,
  principal,
} from './messages/link.ts';
import { bool, field, type Infer, int, type Kind, list, must, timestamp, variants } from './schema.ts';

export const eventTypes = {
  WorkflowExecutionStarted: { number: 1, field: 6, attributes: workflowExecutionStartedEvent },
  WorkflowExecutionCompleted: { number: 2, field: 7, attributes: workflowExecutionCompletedEvent },
  WorkflowExecutionFailed: { number: 3, field: 8, attributes: workflowExecutionFailedEvent },
  WorkflowExecutionTimedOut: { number: 4, field: 9, attributes: workflowExecutionTimedOutEvent },
  WorkflowTaskScheduled: { number: 5, field: 10, attributes: workflowTaskScheduledEvent },
  WorkflowTaskStarted: { number: 6, field: 11, attributes: workflowTaskStartedEvent },
  WorkflowTaskCompleted: { number: 7, field: 12, attributes: workflowTaskCompletedEvent },
  WorkflowTaskTimedOut: { number: 8, field: 13, attributes: workflowTaskTimedOutEvent },
  WorkflowTaskFailed: { number: 9, field: 14, attributes: workflowTaskFailedEvent },
  ActivityTaskScheduled: { number: 10, field: 15, attributes: activityTaskScheduledEvent },
  ActivityTaskStarted: { number: 11, field: 16, attributes: activityTaskStartedEvent },
  ActivityTaskCompleted: { number: 12, field: 17, attributes: activityTaskCompletedEvent },
  ActivityTaskFailed: { number: 13, field: 18, attributes: activityTaskFailedEvent },
  ActivityTaskTimedOut: { number: 14, field: 19, attributes: activityTaskTimedOutEvent },
  ActivityTaskCancelRequested: { number: 15, field: 22, attributes: activityTaskCancelRequestedEvent },
  ActivityTaskCanceled: { number: 16, field: 23, attributes: activityTaskCanceledEvent },
  TimerStarted: { number: 17, field: 20, attributes: timerStartedEvent },
  TimerFired: { number: 18, field: 21, attributes: timerFiredEvent },
  TimerCanceled: { number: 19, field: 24, attributes: timerCanceledEvent },
  WorkflowExecutionCancelRequested: { number: 20, field: 28, attributes: workflowExecutionCancelRequestedEvent },
  WorkflowExecutionCanceled: { number: 21, field: 29, attributes: workflowExecutionCanceledEvent },
  RequestCancelExternalWorkflowExecutionInitiated: {
    number: 22,
    field: 30,
    attributes: requestCancelExternalWorkflowExecutionInitiatedEvent,
  },
  RequestCancelExternalWorkflowExecutionFailed: {
    number: 23,
    field: 31,
    attributes: requestCancelExternalWorkflowExecutionFailedEvent,
  },
  ExternalWorkflowExecutionCancelRequested: {
    number: 24,
    field: 32,
    attributes: externalWorkflowExecutionCancelRequestedEvent,
  },
  MarkerRecorded: { number: 25, field: 25, attributes: markerRecordedEvent },
  WorkflowExecutionSignaled: { number: 26, field: 26, attributes: workflowExecutionSignaledEvent },
  WorkflowExecutionTerminated: { number: 27, field: 27, attributes: workflowExecutionTerminatedEvent },
  WorkflowExecutionContinuedAsNew: { number: 28, field: 33, attributes: workflowExecutionContinuedAsNewEvent },
  StartChildWorkflowExecutionInitiated: {
    number: 29,
    field: 34,
    attributes: startChildWorkflowExecutionInitiatedEvent,
  },
  StartChildWorkflowExecutionFailed: { number: 30, field: 35, attributes: startChildWorkflowExecutionFailedEvent },
  ChildWorkflowExecutionStarted: { number: 31, field: 36, attributes: childWorkflowExecutionStartedEvent },
  ChildWorkflowExecutionCompleted: { number: 32, field: 37, attributes: childWorkflowExecutionCompletedEvent },
  ChildWorkflowExecutionFailed: { number: 33, field: 38, attributes: childWorkflowExecutionFailedEvent },
  ChildWorkflowExecutionCanceled: { number: 34, field: 39, attributes: childWorkflowExecutionCanceledEvent },
  ChildWorkflowExecutionTimedOut: { number: 35, field: 40, attributes: childWorkflowExecutionTimedOutEvent },
  ChildWorkflowExecutionTerminated: { number: 36, field: 41, attributes: childWorkflowExecutionTerminatedEvent },
  SignalExternalWorkflowExecutionInitiated: {
    number: 37,
    field: 42,
    attributes: signalExternalWorkflowExecutionInitiatedEvent,
  },
  SignalExternalWorkflowExecutionFailed: {
    number: 38,
    field: 43,
    attributes: signalExternalWorkflowExecutionFailedEvent,
  },
  ExternalWorkflowExecutionSignaled: { number: 39, field: 44, attributes: externalWorkflowExecutionSignaledEvent },
  UpsertWorkflowSearchAttributes: { number: 40, field: 45, attributes: upsertWorkflowSearchAttributesEvent },
  WorkflowExecutionUpdateAdmitted: { number: 47, field: 52, attributes: workflowExecutionUpdateAdmittedEvent },
  WorkflowExecutionUpdateAccepted: { number: 41, field: 46, attributes: workflowExecutionUpdateAcceptedEvent },
  WorkflowExecutionUpdateRejected: { number: 42, field: 47, attributes: workflowExecutionUpdateRejectedEvent },
  WorkflowExecutionUpdateCompleted: { number: 43, field: 48, attributes: workflowExecutionUpdateCompletedEvent },
  WorkflowPropertiesModifiedExternally: {
    number: 44,
    field: 49,
    attributes: workflowPropertiesModifiedExternallyEvent,
  },
  ActivityPropertiesModifiedExternally: {
    number: 45,
    field: 50,
    attributes: activityPropertiesModifiedExternallyEvent,
  },
  WorkflowPropertiesModified: { number: 46, field: 51, attributes: workflowPropertiesModifiedEvent },
  NexusOperationScheduled: { number: 48, field: 53, attributes: nexusOperationScheduledEvent },
  NexusOperationStarted: { number: 49, field: 54, attributes: nexusOperationStartedEvent },
  NexusOperationCompleted: { number: 50, field: 55, attributes: nexusOperationCompletedEvent },
  NexusOperationFailed: { number: 51, field: 56, attributes: nexusOperationFailedEvent },
  NexusOperationCanceled: { number: 52, field: 57, attributes: nexusOperationCanceledEvent },
  NexusOperationTimedOut: { number: 53, field: 58, attributes: nexusOperationTimedOutEvent },
  NexusOperationCancelRequested: { number: 54, field: 59, attributes: nexusOperationCancelRequestedEvent },
  WorkflowExecutionOptionsUpdated: { number: 55, field: 60, attributes: workflowExecutionOptionsUpdatedEvent },
  NexusOperationCancelRequestCompleted: {
    number: 56,
    field: 61,
    attributes: nexusOperationCancelRequestCompletedEvent,
  },
  NexusOperationCancelRequestFailed: { number: 57, field: 62, attributes: nexusOperationCancelRequestFailedEvent },
  WorkflowExecutionPaused: { number: 58, field: 63, attributes: workflowExecutionPausedEvent },
  WorkflowExecutionUnpaused: { number: 59, field: 64, attributes: workflowExecutionUnpausedEvent },
  WorkflowExecutionTimeSkippingTransitioned: {
    number: 60,
    field: 65,
    attributes: workflowExecutionTimeSkippingTransitionedEvent,
  },
} as const;

export type EventType = keyof typeof eventTypes;

export type EventAttributes<T extends EventType> = Infer<(typeof eventTypes)[T]['attributes']>;

/** What every event carries beside its attributes. */
export interface EventHead {
  readonly eventId: number;
  readonly eventTimeMs: number;
  readonly version?: number | undefined;
  readonly taskId?: number | undefined;
  readonly workerMayIgnore?: boolean | undefined;
  readonly userMetadata?: UserMetadata | undefined;
  readonly links?: readonly Link[] | undefined;
  readonly principal?: Principal | undefined;
  readonly eventGroupMarkers?: readonly EventGroupMarker[] | undefined;
}

export type EventOf<T extends EventType> = EventHead & { readonly type: T; readonly attributes: EventAttributes<T> };
export type HistoryEvent = { [T in EventType]: EventOf<T> }[EventType];

/** An event that has no id yet: what a decision is made of. Its time is that of the decision unless it says otherwise. */
export type NewEventOf<T extends EventType> = Omit<EventOf<T>, 'eventId' | 'eventTimeMs'> & {
  readonly eventTimeMs?: number | undefined;
};
export type NewEvent = { [T in EventType]: NewEventOf<T> }[EventType];

/** One event, as the protocol's HistoryEvent. */
export const historyEvent: Kind<HistoryEvent> = variants<HistoryEvent>('event', eventTypes, {
  eventId: must(1, int),
  eventTimeMs: must(2, timestamp),
  type: must(3, eventType),
  version: field(4, int),
  taskId: field(5, int),
  workerMayIgnore: field(300, bool),
  userMetadata: field(301, userMetadata),
  links: field(302, list(link)),
  principal: field(303, principal),
  eventGroupMarkers: field(304, list(eventGroupMarker)),
});

export function encodeEvent(event: HistoryEvent): Uint8Array {
  return encode(historyEvent, event);
}

/** Reads one event. Throws for a type that this version does not know: its meaning cannot be guessed. */
export function decodeEvent(encoded: Uint8Array): HistoryEvent {
  return decode(historyEvent, encoded);
}
