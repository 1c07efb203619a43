// What the clients for workflows and activities have in common.

import { hostname } from 'node:os';
import type { WorkflowService } from '../../api/workflow-service.ts';
import { type DataConverter, type LoadedDataConverter, loadDataConverter } from '../common/data-converter.ts';
import { clientService, runWithOptions } from './service-calls.ts';

/** Whatever can reach a WorkflowService: in the same process, or a connection to a server. */
export interface ConnectionLike {
  readonly workflowService: WorkflowService;
}

export interface BaseClientOptions {
  /** The service itself; or give `connection`. */
  readonly service?: WorkflowService | undefined;
  readonly connection?: ConnectionLike | undefined;
  /** Default 'default'. */
  readonly namespace?: string | undefined;
  /** Who calls, as histories and descriptions show it. Default `pid@host`. */
  readonly identity?: string | undefined;
  readonly dataConverter?: DataConverter | undefined;
}

export interface LoadedClientOptions {
  readonly namespace: string;
  readonly identity: string;
}

export class BaseClient {
  /** The service, with retries. Requests name their namespace themselves. */
  readonly workflowService: WorkflowService;
  readonly dataConverter: LoadedDataConverter;
  readonly options: LoadedClientOptions;

  constructor(options: BaseClientOptions) {
    const service = options.service ?? options.connection?.workflowService;
    if (!service) {
      throw new TypeError(
        "a client needs a service or a connection: use the client of open() from 'perdure', or pass one of the two",
      );
    }
    this.workflowService = clientService(service);
    this.dataConverter = loadDataConverter(options.dataConverter);
    this.options = {
      namespace: options.namespace ?? 'default',
      identity: options.identity ?? defaultIdentity(),
    };
  }

  /**
   * Calls made in `fn` give up at this time with a ServiceError of code DEADLINE_EXCEEDED; what they asked for may happen all
   * the same. A number is milliseconds since 1970.
   */
  withDeadline<R>(deadline: number | Date, fn: () => Promise<R>): Promise<R> {
    return runWithOptions({ deadlineMs: Number(deadline) }, fn);
  }

  /** Calls made in `fn` give up when the signal is aborted, with a ServiceError of code CANCELLED. */
  withAbortSignal<R>(signal: AbortSignal, fn: () => Promise<R>): Promise<R> {
    return runWithOptions({ signal }, fn);
  }
}

export function defaultIdentity(): string {
  return `${process.pid}@${hostname()}`;
}
