import { notFound } from '../../api/service-error.ts';
import type { Rpc } from '../rpc.ts';
import { type QueryTaskToken, readToken } from '../task-token.ts';

/** The answer to a query that went to a worker alone. */
export const respondQueryTaskCompleted: Rpc<'respondQueryTaskCompleted'> = async (engine, request) => {
  const { queryId } = readToken<QueryTaskToken>(request.taskToken, 'queryId');
  const { completedType, queryResult, errorMessage, failure } = request;
  if (!engine.queries.find(queryId)) throw notFound('query task not found, or already expired');
  engine.queries.answer({ [queryId]: { resultType: completedType, answer: queryResult, errorMessage, failure } });
  return {};
};
