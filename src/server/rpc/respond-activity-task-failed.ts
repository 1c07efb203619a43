import { transact } from '../../engine/transact.ts';
import { failActivity } from '../../machine/activity.ts';
import { attemptOf } from '../attempt-ref.ts';
import type { Rpc } from '../rpc.ts';

/** The attempt failed: another follows, or the workflow is told, as the retry policy says. */
export const respondActivityTaskFailed: Rpc<'respondActivityTaskFailed'> = async (engine, request) => {
  const { ref, claim } = attemptOf(request);
  const { failure, identity, lastHeartbeatDetails: heartbeatDetails } = request;
  await transact(engine, ref, ({ run }, moment) =>
    failActivity(run, claim, { failure, identity, heartbeatDetails }, moment),
  );
  return {};
};
