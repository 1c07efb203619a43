import { ServiceError } from '../../api/service-error.ts';
import type { ActivityRef } from '../../api/workflow-service.ts';
import { encodeError, encodeValues } from '../common/data-converter.ts';
import { NamespaceNotFoundError } from '../common/errors.ts';
import { ensureTemporalFailure } from '../common/failure.ts';
import { BaseClient } from './base-client.ts';
import {
  ActivityCancelledError,
  ActivityCompletionError,
  ActivityNotFoundError,
  ActivityPausedError,
  ActivityResetError,
} from './errors.ts';

/** An activity by its ids. Without a run id: of the workflow's current run. */
export interface FullActivityId {
  readonly workflowId: string;
  readonly runId?: string | undefined;
  readonly activityId: string;
}

/**
 * Ends activities from outside their function: those that threw CompleteAsyncError, named by the task token that
 * `activityInfo()` gave them or by their ids. It is the `activity` of a `Client`.
 *
 * Throws ActivityNotFoundError where no such activity is pending, ActivityCompletionError for any other refusal.
 */
export class AsyncCompletionClient extends BaseClient {
  /** The activity has returned this. */
  async complete(activity: Uint8Array | FullActivityId, result?: unknown): Promise<void> {
    const payloads = await encodeValues(this.dataConverter, [result]);
    await this.#call(activity, (to) => this.workflowService.respondActivityTaskCompleted({ ...to, result: payloads }));
  }

  /** The attempt has failed with this error, and is retried as its policy says. */
  async fail(activity: Uint8Array | FullActivityId, error: unknown): Promise<void> {
    const failure = await encodeError(this.dataConverter, ensureTemporalFailure(error));
    await this.#call(activity, (to) => this.workflowService.respondActivityTaskFailed({ ...to, failure }));
  }

  /** The activity has ended because it was asked to. */
  async reportCancellation(activity: Uint8Array | FullActivityId, details?: unknown): Promise<void> {
    const payloads = await encodeValues(this.dataConverter, details === undefined ? [] : [details]);
    await this.#call(activity, (to) => this.workflowService.respondActivityTaskCanceled({ ...to, details: payloads }));
  }

  /**
   * The activity is alive, and has come this far. Throws ActivityCancelledError when the workflow wants it to end,
   * ActivityResetError or ActivityPausedError when that happened to it.
   */
  async heartbeat(activity: Uint8Array | FullActivityId, details?: unknown): Promise<void> {
    const payloads = await encodeValues(this.dataConverter, details === undefined ? [] : [details]);
    const answer = await this.#call(activity, (to) =>
      this.workflowService.recordActivityTaskHeartbeat({ ...to, details: payloads }),
    );
    if (answer.cancelRequested) throw new ActivityCancelledError('the cancellation of the activity was requested');
    if (answer.activityReset) throw new ActivityResetError('the activity was reset');
    if (answer.activityPaused) throw new ActivityPausedError('the activity is paused');
  }

  async #call<R>(
    activity: Uint8Array | FullActivityId,
    call: (to: ActivityRef & { readonly namespace: string; readonly identity: string }) => Promise<R>,
  ): Promise<R> {
    const ref = ArrayBuffer.isView(activity)
      ? { taskToken: activity }
      : { workflowId: activity.workflowId, runId: activity.runId ?? '', activityId: activity.activityId };
    try {
      return await call({ ...ref, ...this.options });
    } catch (error) {
      throw completionError(error);
    }
  }
}

function completionError(error: unknown): unknown {
  if (!(error instanceof ServiceError)) return error;
  if (error.detail?.type === 'NamespaceNotFoundFailure') return new NamespaceNotFoundError(error.detail.namespace);
  if (error.code === 'NOT_FOUND') return new ActivityNotFoundError(error.message);
  return new ActivityCompletionError(error.message, { cause: error });
}
