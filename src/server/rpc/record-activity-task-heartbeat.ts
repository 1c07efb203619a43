import { transact } from '../../engine/transact.ts';
import { heartbeat } from '../../machine/activity.ts';
import { attemptOf } from '../attempt-ref.ts';
import type { Rpc } from '../rpc.ts';

/** Keeps the attempt alive, keeps its details for the next one, and answers whether it is asked to cancel. */
export const recordActivityTaskHeartbeat: Rpc<'recordActivityTaskHeartbeat'> = async (engine, request) => {
  const { ref, claim } = attemptOf(request);
  const { cancelRequested = false } = await transact(engine, ref, ({ run }) => heartbeat(run, claim, request.details));
  return { cancelRequested, activityPaused: false, activityReset: false };
};
