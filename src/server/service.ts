// The service as one object: every call bound to one engine. The same object serves in process and, later, behind gRPC and HTTP.

import type { CallOptions, WorkflowService } from '../api/workflow-service.ts';
import type { Engine } from '../engine/engine.ts';
import { countWorkflowExecutions } from './rpc/count-workflow-executions.ts';
import { describeWorkflowExecution } from './rpc/describe-workflow-execution.ts';
import { getSystemInfo } from './rpc/get-system-info.ts';
import { getWorkflowExecutionHistory } from './rpc/get-workflow-execution-history.ts';
import { listWorkflowExecutions } from './rpc/list-workflow-executions.ts';
import { pollActivityTaskQueue } from './rpc/poll-activity-task-queue.ts';
import { pollWorkflowTaskQueue } from './rpc/poll-workflow-task-queue.ts';
import { queryWorkflow } from './rpc/query-workflow.ts';
import { recordActivityTaskHeartbeat } from './rpc/record-activity-task-heartbeat.ts';
import { requestCancelWorkflowExecution } from './rpc/request-cancel-workflow-execution.ts';
import { respondActivityTaskCanceled } from './rpc/respond-activity-task-canceled.ts';
import { respondActivityTaskCompleted } from './rpc/respond-activity-task-completed.ts';
import { respondActivityTaskFailed } from './rpc/respond-activity-task-failed.ts';
import { respondQueryTaskCompleted } from './rpc/respond-query-task-completed.ts';
import { respondWorkflowTaskCompleted } from './rpc/respond-workflow-task-completed.ts';
import { respondWorkflowTaskFailed } from './rpc/respond-workflow-task-failed.ts';
import { shutdownWorker } from './rpc/shutdown-worker.ts';
import { signalWithStartWorkflowExecution } from './rpc/signal-with-start-workflow-execution.ts';
import { signalWorkflowExecution } from './rpc/signal-workflow-execution.ts';
import { startWorkflowExecution } from './rpc/start-workflow-execution.ts';
import { terminateWorkflowExecution } from './rpc/terminate-workflow-execution.ts';
import type { Rpc } from './rpc.ts';

const calls: { readonly [Name in keyof WorkflowService]: Rpc<Name> } = {
  countWorkflowExecutions,
  describeWorkflowExecution,
  getSystemInfo,
  getWorkflowExecutionHistory,
  listWorkflowExecutions,
  pollActivityTaskQueue,
  pollWorkflowTaskQueue,
  queryWorkflow,
  recordActivityTaskHeartbeat,
  requestCancelWorkflowExecution,
  respondActivityTaskCanceled,
  respondActivityTaskCompleted,
  respondActivityTaskFailed,
  respondQueryTaskCompleted,
  respondWorkflowTaskCompleted,
  respondWorkflowTaskFailed,
  shutdownWorker,
  signalWithStartWorkflowExecution,
  signalWorkflowExecution,
  startWorkflowExecution,
  terminateWorkflowExecution,
};

export function serve(engine: Engine): WorkflowService {
  const bound = Object.entries(calls).map(([name, call]) => {
    const bind = call as (engine: Engine, request: unknown, options: CallOptions) => Promise<unknown>;
    return [name, (request: unknown, options: CallOptions = {}) => bind(engine, request, options)];
  });
  return Object.fromEntries(bound) as WorkflowService;
}
