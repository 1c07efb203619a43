import type { Rpc } from '../rpc.ts';

/** The version of Temporal's server whose behaviour is implemented: clients key features on it. */
const SERVER_VERSION = '1.32.0';

/** What a client may rely on. A capability that is not named here is off. */
export const getSystemInfo: Rpc<'getSystemInfo'> = async () => ({
  serverVersion: SERVER_VERSION,
  capabilities: {
    signalAndQueryHeader: true,
    internalErrorDifferentiation: true,
    activityFailureIncludeHeartbeat: true,
    encodedFailureAttributes: true,
    sdkMetadata: true,
    // Our own: every failed workflow task may be reported, not only the first attempt; the engine paces the attempts.
    reportEveryWorkflowTaskFailure: true,
  },
});
