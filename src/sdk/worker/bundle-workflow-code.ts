import type { WorkflowBundle } from './worker-options.ts';

/**
 * Bundles the workflows that a file exports, for `workflowBundle` of a worker: made when an application is built, it saves
 * production the bundler and the time. Throws an Error that names file, line and what is wrong there.
 */
export async function bundleWorkflowCode(options: { readonly workflowsPath: string }): Promise<WorkflowBundle> {
  const { bundleWorkflows } = await import('../sandbox/bundle/bundle.ts');
  return bundleWorkflows({ path: options.workflowsPath });
}
