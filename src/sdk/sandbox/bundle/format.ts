// What a bundle is, for those who make one and those who run it.

/** The name that frames of workflow code carry until they are mapped. */
export const BUNDLE_FILE = 'perdure-workflows.js';

/** Says what a bundle's two parts expect of each other and of the host; raised when that changes. */
export const BUNDLE_FORMAT = 1;

/** Workflow code, ready for a worker. */
export interface WorkflowBundle {
  readonly code: string;
  /** JSON. Without it, errors name places in the bundle and not in the source. */
  readonly sourceMap?: string | undefined;
}
