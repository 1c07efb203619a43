// Runs, as the host drives them (contract.ts): `begin` once the user's code is evaluated for the run, then `activate` for each
// workflow task of the history.

import type { Payloads } from '../../api/messages/common.ts';
import type { Failure } from '../../api/messages/failure.ts';
import { arrayFromPayloads } from '../common/payload-converter.ts';
import type { RealmRun } from '../sandbox/realm/contract.ts';
import { randomSequence } from '../sandbox/realm/random.ts';
import type { Activation, Conclusion, HandlerNames, Job, Machine, QueryAnswer, Wait } from './contract.ts';
import { infoAt, infoInQuery } from './info.ts';
import { runJob } from './jobs.ts';
import { failTask } from './outcome.ts';
import type { AnyHandler, Handler, Run } from './run.ts';

type Workflows = Readonly<Record<string, unknown>>;

export const machine: Machine = {
  begin(realm, workflows) {
    stateOf(realm).workflow = workflowOf(stateOf(realm), workflows);
  },
  activate: (realm, activation) => activate(stateOf(realm), activation),
  settle: (realm) => settle(stateOf(realm)),
  hasConditions: (realm) => stateOf(realm).conditions.size > 0,
  conclude: (realm) => conclude(stateOf(realm)),
  query: (realm, queryType, args) => answer(stateOf(realm), queryType, args),
  waits: (realm) => waits(stateOf(realm)),
  handlers(realm) {
    const { queryHandlers, signalHandlers, currentDetails } = stateOf(realm);
    return { queries: named(queryHandlers), signals: named(signalHandlers), currentDetails };
  },
  failureOf: (realm, error) => failureOf(stateOf(realm), error),
};

function stateOf(realm: RealmRun): Run {
  return realm.state as Run;
}

function workflowOf(run: Run, workflows: Workflows): AnyHandler {
  const { workflowType } = run.info;
  const workflow = Object.hasOwn(workflows, workflowType) ? workflows[workflowType] : workflows.default;
  if (typeof workflow === 'function') return workflow as AnyHandler;
  const names = Object.keys(workflows).filter((name) => typeof workflows[name] === 'function');
  throw new TypeError(
    `this worker has no workflow named '${workflowType}': export a function of that name from the workflow file (it exports ${names.join(', ') || 'no function'})`,
  );
}

function activate(run: Run, activation: Activation): void {
  run.info = infoAt(run.info, activation);
  // A call that is answered by now is not cancelled any more, whatever comes before its answer in this activation.
  for (const job of activation.jobs) markAnswered(run, job);
  try {
    for (const job of activation.jobs) {
      runJob(run, job);
      settle(run);
      if (run.taskError) return;
    }
  } catch (error) {
    failTask(run, error);
  }
}

function markAnswered(run: Run, job: Job): void {
  const pending =
    job.kind === 'resolveActivity'
      ? run.activities.get(job.activityId)
      : job.kind === 'fireTimer'
        ? run.timers.get(job.timerId)
        : undefined;
  if (pending) pending.answered = true;
}

function settle(run: Run): boolean {
  let released = false;
  try {
    for (const blocked of run.conditions) {
      if (!blocked.holds()) continue;
      run.conditions.delete(blocked);
      blocked.resolve();
      released = true;
    }
  } catch (error) {
    failTask(run, error);
    return false;
  }
  return released;
}

function conclude(run: Run): Conclusion {
  const { commands, taskError } = run;
  run.commands = [];
  return {
    commands,
    taskError: taskError && { error: taskError.error, failure: failureOf(run, taskError.error) },
  };
}

function answer(run: Run, queryType: string, args: Payloads): QueryAnswer {
  const { info } = run;
  run.info = infoInQuery(info);
  const { random } = run.realm;
  // What a query draws must not be missing from what the workflow draws: a replay does not see the query.
  run.realm.random = randomSequence(queryType);
  const query: NonNullable<Run['query']> = { error: undefined };
  run.query = query;
  try {
    const value = queryHandler(run, queryType)(...arrayFromPayloads(run.payloadConverter, args));
    if (value instanceof Promise) {
      value.catch(() => undefined);
      throw new TypeError(`the handler of query '${queryType}' returned a promise: a query is answered at once`);
    }
    if (query.error) throw query.error;
    return { kind: 'answered', answer: [run.payloadConverter.toPayload(value)] };
  } catch (error) {
    return { kind: 'failed', failure: failureOf(run, error) };
  } finally {
    run.query = undefined;
    run.realm.random = random;
    run.info = info;
  }
}

function queryHandler(run: Run, queryType: string): AnyHandler {
  const handler = run.queryHandlers.get(queryType);
  if (handler) return handler.call;
  const byDefault = run.defaultQueryHandler;
  if (byDefault && !queryType.startsWith('__')) return (...args) => byDefault(queryType, ...args);
  throw new ReferenceError(
    `Workflow did not register a handler for ${queryType}. Registered queries: [${[...run.queryHandlers.keys()].join(' ')}]`,
  );
}

function waits(run: Run): Wait[] {
  const calls = [...run.activities.values(), ...run.timers.values()].map(({ what, site }) => ({ what, site }));
  return [...calls, ...[...run.conditions].map(({ site }) => ({ what: 'a condition', site }))];
}

function named(handlers: ReadonlyMap<string, Handler>): HandlerNames[] {
  return [...handlers].map(([name, { description }]) => ({ name, description }));
}

function failureOf(run: Run, error: unknown): Failure {
  return run.failureConverter.errorToFailure(error, run.payloadConverter);
}
