// `perdure/testing`: run activities in tests, without a workflow and a service.

export type { CancelReason } from '../worker/activity-attempt.ts';
export {
  defaultActivityInfo,
  MockActivityEnvironment,
  type MockActivityEnvironmentOptions,
} from './mock-activity-environment.ts';
