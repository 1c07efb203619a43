// What left the engine: every answer that it gave, which it may never take back. Some of it is held against what it said before as
// soon as it is said; the rest is held against what is durable in the end (checks/).

import { eventBytes } from '../../src/api/history.ts';
import type { Payloads } from '../../src/api/messages/common.ts';
import type { ServiceError } from '../../src/api/service-error.ts';
import type {
  ActivityRef,
  PollActivityTaskQueueResponse,
  PollWorkflowTaskQueueResponse,
} from '../../src/api/workflow-service.ts';
import { decodeToken } from '../../src/engine/history.ts';
import type { ActivityTaskToken } from '../../src/server/task-token.ts';
import { describeCall } from './describe-call.ts';
import type { CallName, RequestOf, ResponseOf } from './network.ts';
import { inPayloads } from './script.ts';
import type { World } from './world.ts';

type HeardOf<Name extends CallName> = {
  readonly caller: string;
  readonly name: Name;
  readonly request: RequestOf<Name>;
  readonly outcome:
    | { readonly is: 'answered'; readonly response: ResponseOf<Name> }
    | { readonly is: 'refused'; readonly error: ServiceError };
  /** When the request arrived at the engine. */
  readonly arrivedMs: number;
};
export type Heard = { [Name in CallName]: HeardOf<Name> }[CallName];

/** A call that was carried out, says the engine. */
export interface Kept<Name extends CallName> {
  readonly request: RequestOf<Name>;
  readonly response: ResponseOf<Name>;
  readonly arrivedMs: number;
  readonly answeredMs: number;
}

/** An attempt of an activity as its worker got it. */
export interface Delivery {
  readonly attempt: number;
  readonly runId: string;
  readonly scheduledEventId: number;
  readonly maximumAttempts: number;
}

/** The details that the attempts of one activity left, in the order in which they were sent. */
interface Beats {
  readonly sent: { readonly details: unknown; kept: boolean }[];
}

export class Ledger {
  readonly #world: World;
  readonly #kept = new Map<CallName, Kept<CallName>[]>();
  /** By run id, and there by event id: the event's bytes. */
  readonly seenEvents = new Map<string, Map<number, string>>();
  readonly deliveries: Delivery[] = [];
  readonly #delivered = new Set<string>();
  readonly #beats = new Map<string, Beats>();

  constructor(world: World) {
    this.#world = world;
  }

  kept<Name extends CallName>(name: Name): readonly Kept<Name>[] {
    return (this.#kept.get(name) ?? []) as unknown as readonly Kept<Name>[];
  }

  hear(heard: Heard): void {
    const line = describeCall(heard);
    if (line) this.#world.note(line);
    if (heard.outcome.is === 'refused') return;
    const { name, request, arrivedMs } = heard;
    const { response } = heard.outcome;
    const all = this.#kept.get(name) ?? [];
    this.#kept.set(name, all);
    all.push({ request, response, arrivedMs, answeredMs: this.#world.nowMs });
    if (heard.name === 'pollActivityTaskQueue') this.#hearAttempt(response as PollActivityTaskQueueResponse);
    if (heard.name === 'pollWorkflowTaskQueue') this.hearTask(response as PollWorkflowTaskQueueResponse);
    if (heard.name === 'respondWorkflowTaskCompleted') {
      const { workflowTask } = response as ResponseOf<'respondWorkflowTaskCompleted'>;
      if (workflowTask) this.hearTask(workflowTask);
    }
    if (heard.name === 'recordActivityTaskHeartbeat') this.#keepBeat(heard.request, heard.request.details);
    if (heard.name === 'respondActivityTaskFailed') this.#keepBeat(heard.request, heard.request.lastHeartbeatDetails);
  }

  /** A workflow task shows durable events only, but for the last two of one that is tried again. */
  hearTask(task: PollWorkflowTaskQueueResponse): void {
    if (task.taskToken.length === 0) return;
    const events = [...eventBytes(task.history)];
    const durable = task.attempt > 1 && !task.query ? events.slice(0, -2) : events;
    const last = task.query ? undefined : task.startedEventId - (events.length - durable.length);
    if (last === undefined || task.nextPageToken) return;
    this.seeEvents(task.workflowExecution.runId, last - durable.length + 1, durable);
  }

  /** Events that somebody was shown: they stay as they are, whatever happens. */
  seeEvents(runId: string, firstEventId: number, events: readonly Uint8Array[]): void {
    const seen = this.seenEvents.get(runId) ?? new Map<number, string>();
    this.seenEvents.set(runId, seen);
    for (const [index, event] of events.entries()) {
      const eventId = firstEventId + index;
      const bytes = Buffer.from(event).toString('base64');
      const before = seen.get(eventId);
      if (before !== undefined && before !== bytes)
        this.#world.accuse(`event ${eventId} of run ${runId} is not what it was when it was shown before`);
      seen.set(eventId, bytes);
    }
  }

  /** A worker sends details: whether they are kept is not known yet. */
  sendBeat(taskToken: Uint8Array, details: unknown): void {
    const beats = this.#beatsOf(taskToken);
    beats.sent.push({ details, kept: false });
  }

  #keepBeat(ref: ActivityRef, payloads: Payloads | undefined): void {
    if (!payloads || !('taskToken' in ref)) return;
    const details = inPayloads(payloads);
    for (const beat of this.#beatsOf(ref.taskToken).sent) if (beat.details === details) beat.kept = true;
  }

  #beatsOf(taskToken: Uint8Array): Beats {
    const { runId, scheduledEventId } = decodeToken<ActivityTaskToken>(taskToken);
    const key = `${runId} ${scheduledEventId}`;
    const beats = this.#beats.get(key) ?? { sent: [] };
    this.#beats.set(key, beats);
    return beats;
  }

  #hearAttempt(task: PollActivityTaskQueueResponse): void {
    if (task.taskToken.length === 0) return;
    const { runId, scheduledEventId, attempt } = decodeToken<ActivityTaskToken>(task.taskToken);
    const maximumAttempts = task.retryPolicy?.maximumAttempts ?? 0;
    this.deliveries.push({ runId, scheduledEventId, attempt, maximumAttempts });
    const key = `${runId} ${scheduledEventId} ${attempt}`;
    if (this.#delivered.has(key))
      this.#world.accuse(`attempt ${attempt} of activity ${scheduledEventId} of run ${runId} was started twice`);
    if (maximumAttempts > 0 && attempt > maximumAttempts)
      this.#world.accuse(`activity ${scheduledEventId} of run ${runId} has attempt ${attempt} of ${maximumAttempts}`);
    this.#delivered.add(key);
    this.#checkDetails(task.taskToken, task.heartbeatDetails);
  }

  /** An attempt gets the last details that were kept, or later ones whose fate nobody knew. */
  #checkDetails(taskToken: Uint8Array, delivered: Payloads | undefined): void {
    const { sent } = this.#beatsOf(taskToken);
    const details = inPayloads(delivered);
    const lastKept = sent.findLastIndex(({ kept }) => kept);
    const possible = sent.slice(Math.max(lastKept, 0)).map((beat) => beat.details);
    if (lastKept < 0) possible.push(undefined);
    if (!possible.includes(details))
      this.#world.accuse(
        `an attempt was given heartbeat details ${JSON.stringify(details)}, and the last that were kept are ${JSON.stringify(sent[lastKept]?.details)}`,
      );
  }
}
