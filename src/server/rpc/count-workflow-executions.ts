import { parseFilter } from '../list-filter.ts';
import { checkNamespace } from '../namespace.ts';
import type { Rpc } from '../rpc.ts';

/** Counts runs. */
export const countWorkflowExecutions: Rpc<'countWorkflowExecutions'> = async (engine, { namespace, query }) => {
  checkNamespace(namespace);
  return { count: await engine.store.countRuns(namespace, parseFilter(query)) };
};
