import type { WorkerStamp } from '../api/workflow-service.ts';
import type { PollingWorker } from '../engine/delivery.ts';
import type { Engine } from '../engine/engine.ts';

/** A worker that calls directly lives in this process, and its attempts end with it. */
export function workerOf(engine: Engine, { identity, workerInstanceKey }: WorkerStamp): PollingWorker {
  return { identity, workerInstanceKey, processId: engine.processId };
}
