import { transact } from '../../engine/transact.ts';
import { cancelActivity } from '../../machine/activity.ts';
import { attemptOf } from '../attempt-ref.ts';
import type { Rpc } from '../rpc.ts';

/** The attempt stopped because it was asked to. */
export const respondActivityTaskCanceled: Rpc<'respondActivityTaskCanceled'> = async (engine, request) => {
  const { ref, claim } = attemptOf(request);
  await transact(engine, ref, ({ run }) => cancelActivity(run, claim, request));
  return {};
};
