// `perdure/worker`: run workflows and activities.

export { GracefulShutdownPeriodExpiredError } from '../common/errors.ts';
export * from '../common/index.ts';
export { consoleLogger, makeLogger } from '../common/logger.ts';
export { bundleWorkflowCode } from './bundle-workflow-code.ts';
export type {
  ActivityExecuteInput,
  ActivityInboundCallsInterceptor,
  ActivityInterceptorsFactory,
  ActivityOutboundCallsInterceptor,
  WorkerInterceptors,
} from './interceptors.ts';
export type { OnStuck, StuckRun } from './stuck-runs.ts';
export { Worker, type WorkerState } from './worker.ts';
export type { CompiledWorkerOptions, WorkerOptions, WorkflowBundle } from './worker-options.ts';
