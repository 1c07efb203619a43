// Signals: something is said to a running workflow. It is in history before the sender hears that it was taken.

import type { NewEventOf } from '../api/event.ts';
import type { SignalWorkflowExecutionRequest } from '../api/workflow-service.ts';
import { ALREADY_COMPLETED } from './close.ts';
import { type Decision, decided, type Fact, notFound, nothing, refuse } from './fact.ts';
import { isOpen, type ReadonlyRun } from './run.ts';
import { scheduled, wake } from './workflow-task.ts';

export type SignalRequest = Pick<
  SignalWorkflowExecutionRequest,
  'signalName' | 'input' | 'identity' | 'requestId' | 'header' | 'links'
>;

const MOST_SIGNALS = 10_000;

/**
 * A repeated request id changes nothing, also after the run has closed, so that a client may send again what it does not know to
 * have arrived. The id may be that of a start as well, as it is for a signal that starts: the two are told apart.
 */
export function signalWorkflow(run: ReadonlyRun, request: SignalRequest): Decision {
  const { signalName, requestId } = request;
  if (!signalName) return refuse('INVALID_ARGUMENT', 'SignalName is not set on request.');
  const seenAs = requestId && `signal ${requestId}`;
  if (seenAs && run.requestIds.has(seenAs)) return nothing;
  if (!isOpen(run)) return notFound(ALREADY_COMPLETED);
  if (run.signalCount >= MOST_SIGNALS) {
    return refuse(
      'INVALID_ARGUMENT',
      `the run has received ${MOST_SIGNALS} signals, which is all that one run takes: let the workflow continue as new`,
    );
  }
  const seen: Fact[] = seenAs ? [{ type: 'RequestSeen', requestId: seenAs, of: 'signal' }] : [];
  return decided(...seen, signaled(request), ...wakeForSignal(run));
}

export function signaled({
  signalName,
  input,
  identity,
  header,
  requestId,
  links,
}: SignalRequest): NewEventOf<'WorkflowExecutionSignaled'> {
  return { type: 'WorkflowExecutionSignaled', links, attributes: { signalName, input, identity, header, requestId } };
}

/** A signal ends a start delay, but not the back-off of a retry. */
function wakeForSignal(run: ReadonlyRun): readonly Fact[] {
  return run.firstTask?.endsOnSignal ? [scheduled(run, 1)] : wake(run);
}
