// What the command says in the end: how each document ended, and what it cost.

import { type CallFigures, type CallLedger, callFigures, type FinishedCall } from './call-ledger.ts';
import { printableLine } from './printable.ts';
import type { DocumentOutcome } from './workflows.ts';

/** A document that reached an end, and the run in which it did. */
export interface EndedDocument {
  readonly name: string;
  readonly runId: string;
  readonly outcome: DocumentOutcome;
}

export interface Report extends CallFigures {
  readonly documents: number;
  readonly completed: number;
  readonly rejected: number;
  readonly failed: number;
  /** Documents that reached no end. */
  readonly unfinished: number;
  readonly wallMs: number;
}

export interface Reported {
  readonly documents: number;
  readonly ended: readonly EndedDocument[];
  /** Of all documents, also those that reached no end. */
  readonly runIds: ReadonlySet<string>;
  readonly wallMs: number;
}

export async function makeReport(ledger: CallLedger, reported: Reported): Promise<Report> {
  const { documents, ended, runIds, wallMs } = reported;
  const calls = ended.flatMap(({ outcome }): FinishedCall[] =>
    outcome.status === 'failed' ? [] : [outcome.finished.result.call],
  );
  const count = (status: DocumentOutcome['status']) => ended.filter(({ outcome }) => outcome.status === status).length;
  return {
    documents,
    completed: count('completed'),
    rejected: count('rejected'),
    failed: count('failed'),
    unfinished: documents - ended.length,
    ...(await callFigures(ledger, runIds, calls)),
    wallMs: Math.round(wallMs),
  };
}

/** For programs: one line of JSON. */
export function reportJson(report: Report): string {
  const { documents, completed, rejected, failed, modelCalls, modelCallsFromHistory, modelCallsUnknown } = report;
  const ends = { documents, completed, rejected, failed };
  const calls = { modelCalls, modelCallsFromHistory, modelCallsUnknown };
  const { inputTokens, outputTokens } = report.spent;
  return `${JSON.stringify({ ...ends, ...calls, inputTokens, outputTokens, wallMs: report.wallMs })}\n`;
}

/** For people. */
export function reportText(report: Report, ended: readonly EndedDocument[], output: string): string {
  const ends = [
    [report.completed, 'completed'],
    [report.rejected, 'rejected'],
    [report.failed, 'failed'],
    [report.unfinished, 'not finished'],
  ] as const;
  const counts = ends.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  const { spent, notSpentAgain } = report;
  const lines = [
    `${counted(report.documents)}: ${counts.join(', ') || 'nothing to do'}, in ${(report.wallMs / 1000).toFixed(1)} s`,
    ...ended.flatMap(({ name, outcome }) =>
      outcome.status === 'completed' ? [] : [`  ${outcome.status}: ${printableLine(`${name}: ${outcome.reason}`)}`],
    ),
    `model calls: ${report.modelCalls} made now, ${report.modelCallsFromHistory} answered from history${unknown(report)}`,
    `tokens: ${tokens(spent)} spent now, ${tokens(notSpentAgain)} not spent again`,
    ...(report.completed > 0 ? [`the summaries are in ${output}`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function counted(documents: number): string {
  return documents === 1 ? '1 document' : `${documents} documents`;
}

function unknown({ modelCallsUnknown }: Report): string {
  if (modelCallsUnknown === 0) return '';
  return `, ${modelCallsUnknown} in flight when an earlier process died (nobody knows whether the model charged for them)`;
}

function tokens({ inputTokens, outputTokens }: Report['spent']): string {
  return `${inputTokens} in + ${outputTokens} out`;
}
