// A command: what a workflow asks for when it answers a workflow task. The table gives each type its number, the field that its
// attributes stand in, and their message.

import { decode, encode } from './codec.ts';
import {
  cancelTimerCommand,
  cancelWorkflowExecutionCommand,
  completeWorkflowExecutionCommand,
  failWorkflowExecutionCommand,
  modifyWorkflowPropertiesCommand,
  protocolMessageCommand,
  recordMarkerCommand,
  requestCancelActivityTaskCommand,
  scheduleActivityTaskCommand,
  startTimerCommand,
  upsertWorkflowSearchAttributesCommand,
} from './messages/commands.ts';
import {
  continueAsNewWorkflowExecutionCommand,
  requestCancelExternalWorkflowExecutionCommand,
  requestCancelNexusOperationCommand,
  scheduleNexusOperationCommand,
  signalExternalWorkflowExecutionCommand,
  startChildWorkflowExecutionCommand,
} from './messages/commands-across.ts';

import { type UserMetadata, userMetadata } from './messages/common.ts';
import { type EventGroupMarker, eventGroupMarker } from './messages/link.ts';
import { enumeration, field, type Infer, type Kind, list, must, variants } from './schema.ts';

export const commandTypes = {
  ScheduleActivityTask: { number: 1, field: 2, attributes: scheduleActivityTaskCommand },
  RequestCancelActivityTask: { number: 2, field: 6, attributes: requestCancelActivityTaskCommand },
  StartTimer: { number: 3, field: 3, attributes: startTimerCommand },
  CompleteWorkflowExecution: { number: 4, field: 4, attributes: completeWorkflowExecutionCommand },
  FailWorkflowExecution: { number: 5, field: 5, attributes: failWorkflowExecutionCommand },
  CancelTimer: { number: 6, field: 7, attributes: cancelTimerCommand },
  CancelWorkflowExecution: { number: 7, field: 8, attributes: cancelWorkflowExecutionCommand },
  RequestCancelExternalWorkflowExecution: {
    number: 8,
    field: 9,
    attributes: requestCancelExternalWorkflowExecutionCommand,
  },
  RecordMarker: { number: 9, field: 10, attributes: recordMarkerCommand },
  ContinueAsNewWorkflowExecution: { number: 10, field: 11, attributes: continueAsNewWorkflowExecutionCommand },
  StartChildWorkflowExecution: { number: 11, field: 12, attributes: startChildWorkflowExecutionCommand },
  SignalExternalWorkflowExecution: { number: 12, field: 13, attributes: signalExternalWorkflowExecutionCommand },
  UpsertWorkflowSearchAttributes: { number: 13, field: 14, attributes: upsertWorkflowSearchAttributesCommand },
  ProtocolMessage: { number: 14, field: 15, attributes: protocolMessageCommand },
  ModifyWorkflowProperties: { number: 16, field: 17, attributes: modifyWorkflowPropertiesCommand },
  ScheduleNexusOperation: { number: 17, field: 18, attributes: scheduleNexusOperationCommand },
  RequestCancelNexusOperation: { number: 18, field: 19, attributes: requestCancelNexusOperationCommand },
} as const;

export type CommandType = keyof typeof commandTypes;

export type CommandAttributes<T extends CommandType> = Infer<(typeof commandTypes)[T]['attributes']>;

export type CommandOf<T extends CommandType> = {
  readonly type: T;
  readonly attributes: CommandAttributes<T>;
  readonly userMetadata?: UserMetadata | undefined;
  readonly eventGroupMarkers?: readonly EventGroupMarker[] | undefined;
};
export type Command = { [T in CommandType]: CommandOf<T> }[CommandType];

const commandType = enumeration('COMMAND_TYPE', {
  Unspecified: 0,
  ...(Object.fromEntries(Object.entries(commandTypes).map(([type, { number }]) => [type, number])) as Record<
    CommandType,
    number
  >),
});

/** One command, as the protocol's Command. */
export const command: Kind<Command> = variants<Command>('command', commandTypes, {
  type: must(1, commandType),
  userMetadata: field(301, userMetadata),
  eventGroupMarkers: field(302, list(eventGroupMarker)),
});

export function encodeCommand(one: Command): Uint8Array {
  return encode(command, one);
}

/** Reads one command. Throws for a type that this version does not know. */
export function decodeCommand(encoded: Uint8Array): Command {
  return decode(command, encoded);
}
