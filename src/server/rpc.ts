import type { CallOptions, WorkflowService } from '../api/workflow-service.ts';
import type { Engine } from '../engine/engine.ts';

/** One call of the service: what it does with the engine. */
export type Rpc<Name extends keyof WorkflowService> = (
  engine: Engine,
  request: Parameters<WorkflowService[Name]>[0],
  options: CallOptions,
) => ReturnType<WorkflowService[Name]>;
