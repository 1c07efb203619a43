import { transact } from '../../engine/transact.ts';
import { completeActivity } from '../../machine/activity.ts';
import { attemptOf } from '../attempt-ref.ts';
import type { Rpc } from '../rpc.ts';

/** The attempt succeeded: its result is in history before the worker hears that it was taken. */
export const respondActivityTaskCompleted: Rpc<'respondActivityTaskCompleted'> = async (engine, request) => {
  const { ref, claim } = attemptOf(request);
  await transact(engine, ref, ({ run }) => completeActivity(run, claim, request));
  return {};
};
