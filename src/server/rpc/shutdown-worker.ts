import { offer } from '../../engine/delivery.ts';
import { look } from '../../engine/transact.ts';
import type { Rpc } from '../rpc.ts';

/** A worker stops: its polls end, and what waited in its sticky queue goes to any worker at once. */
export const shutdownWorker: Rpc<'shutdownWorker'> = async (engine, request) => {
  const { namespace, stickyTaskQueue, workerInstanceKey } = request;
  if (workerInstanceKey) engine.matching.endPolls(workerInstanceKey);
  if (!stickyTaskQueue) return {};
  const left = engine.matching.drop({ namespace, kind: 'workflow', name: stickyTaskQueue });
  for (const task of left) {
    const name = await look(engine, task.key, ({ run }) => run.birth.taskQueue);
    offer(engine, { namespace, kind: 'workflow', name }, task);
  }
  return {};
};
