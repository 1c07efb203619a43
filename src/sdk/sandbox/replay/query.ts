// Answering queries: by the workflow's handlers, or, for the names that begin with two underscores, from what the replay knows.

import type { Payloads } from '../../../api/messages/common.ts';
import type { WorkflowQuery, WorkflowQueryResult } from '../../../api/workflow-service.ts';
import { defaultPayloadConverter } from '../../common/payload-converter.ts';
import type { QueryAnswer } from '../../workflow/contract.ts';
import { explained, failureOf } from '../explain.ts';
import type { Sandbox } from './activate.ts';
import type { CachedRun } from './cached-run.ts';

const builtIn: Readonly<Record<string, (sandbox: Sandbox, run: CachedRun) => unknown>> = {
  __stack_trace: ({ context, tracer }, { instance }) =>
    context.machine
      .waits(instance.run)
      .map(({ what, site }) => `waiting for ${what}\n${withoutHead(tracer.stack(site.stack))}`)
      .join('\n\n'),
  __temporal_workflow_metadata: ({ context }, { instance, workflowType }) => {
    const { queries, signals, currentDetails } = context.machine.handlers(instance.run);
    const ours = BUILT_IN_DESCRIPTIONS.map(([name, description]) => ({ name, description }));
    return {
      definition: {
        type: workflowType,
        queryDefinitions: [...ours, ...queries],
        signalDefinitions: signals,
        updateDefinitions: [],
      },
      currentDetails,
    };
  },
};

const BUILT_IN_DESCRIPTIONS = [
  ['__stack_trace', 'What the workflow waits for, and where in its code.'],
  ['__temporal_workflow_metadata', 'The names of its handlers.'],
] as const;

export function answerQuery(sandbox: Sandbox, run: CachedRun, query: WorkflowQuery): WorkflowQueryResult {
  const own = Object.hasOwn(builtIn, query.queryType) ? builtIn[query.queryType] : undefined;
  if (own) return { resultType: 'ANSWERED', answer: [defaultPayloadConverter.toPayload(own(sandbox, run))] };
  const answer = askWorkflow(sandbox, run, query.queryType, query.queryArgs ?? []);
  if (answer.kind === 'answered') return { resultType: 'ANSWERED', answer: answer.answer };
  const failure = explained(answer.failure, sandbox.tracer);
  return { resultType: 'FAILED', errorMessage: failure.message, failure };
}

function askWorkflow({ context, beat }: Sandbox, run: CachedRun, queryType: string, args: Payloads): QueryAnswer {
  const { run: realm } = run.instance;
  let answer: QueryAnswer = { kind: 'failed', failure: failureOf('the query was not answered', 'QueryFailed') };
  realm.logging = true;
  beat.begin();
  context.enter(realm, () => {
    answer = context.machine.query(realm, queryType, args);
  });
  beat.end();
  return answer;
}

/** The line above a stack's frames names an error, and here there is none. */
function withoutHead(stack: string): string {
  return stack.replace(/^(?!\s+at ).*\n/, '');
}
