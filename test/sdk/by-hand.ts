// An app in memory whose workflow tasks the test answers itself, without a worker: for what clients see of a run.

import type { Command } from '../../src/api/command.ts';
import type { PollWorkflowTaskQueueResponse } from '../../src/api/workflow-service.ts';
import { type App, open } from '../../src/embed.ts';
import { defaultPayloadConverter, type Payload } from '../../src/sdk/client/index.ts';

export interface ByHand extends AsyncDisposable {
  readonly app: App;
  /** The next workflow task of the queue 'q'. */
  task(): Promise<PollWorkflowTaskQueueResponse>;
  /** Answers the next workflow task of the queue 'q' with these commands. */
  answer(...commands: Command[]): Promise<void>;
}

const worker = { namespace: 'default', identity: 'by hand' };

export async function byHand(): Promise<ByHand> {
  const app = await open();
  const task = () => app.service.pollWorkflowTaskQueue({ ...worker, taskQueue: { name: 'q', kind: 'NORMAL' } });
  return {
    app,
    task,
    async answer(...commands) {
      const { taskToken } = await task();
      await app.service.respondWorkflowTaskCompleted({ ...worker, taskToken, commands });
    },
    [Symbol.asyncDispose]: () => app.close(),
  };
}

export function payloads(...values: unknown[]): Payload[] {
  return values.map((value) => defaultPayloadConverter.toPayload(value));
}

export const completed = (...result: unknown[]): Command => ({
  type: 'CompleteWorkflowExecution',
  attributes: { result: payloads(...result) },
});

export const failed = (message: string, type = 'Error', nonRetryable = false): Command => ({
  type: 'FailWorkflowExecution',
  attributes: { failure: { message, source: 'by hand', applicationFailureInfo: { type, nonRetryable } } },
});

export const continuedAsNew = (...input: unknown[]): Command => ({
  type: 'ContinueAsNewWorkflowExecution',
  attributes: { workflowType: 'work', taskQueue: { name: 'q' }, input: payloads(...input) },
});
