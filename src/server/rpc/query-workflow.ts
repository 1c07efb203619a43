import { invalidArgument, ServiceError } from '../../api/service-error.ts';
import { askWorkflow } from '../../engine/query.ts';
import type { Rpc } from '../rpc.ts';
import { refOf } from '../run-ref.ts';

/** Asks the workflow's code, open or closed; it changes nothing. */
export const queryWorkflow: Rpc<'queryWorkflow'> = async (engine, request, options) => {
  if (!request.query.queryType) throw invalidArgument('QueryType is not set on request.');
  const answer = await askWorkflow(engine, refOf(request.namespace, request.execution), request, options);
  if ('rejectedAs' in answer) return { queryRejected: { status: answer.rejectedAs } };
  const { resultType, answer: queryResult, errorMessage = 'the query failed', failure } = answer.result;
  if (resultType === 'ANSWERED') return { queryResult };
  throw new ServiceError('INVALID_ARGUMENT', errorMessage, {
    type: 'QueryFailedFailure',
    failure: failure ?? { message: errorMessage, source: 'Server' },
  });
};
