// What the command says in the end: how each document ended, and what it cost.

import { type CallFigures, type CallLedger, callFigures, type FinishedCall } from './call-ledger.ts';
import type { DocumentOutcome } from './workflows.ts';

/** A document that reached an end, and the run in which it did. */
export interface EndedDocument {
  readonly name: string;
  readonly runId: string;
  readonly outcome: DocumentOutcome;
}

export interface Report extends Omit<CallFigures, 'spent' | 'notSpentAgain'> {
  readonly documents: number;
  readonly completed: number;
  readonly rejected: number;
  readonly failed: number;
  /** Documents that reached no end. */
  readonly unfinished: number;
  /** Tokens of the calls that this process made. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Tokens of the calls that earlier processes made, and that were not made again. */
  readonly inputTokensFromHistory: number;
  readonly outputTokensFromHistory: number;
  readonly wallMs: number;
}

export async function makeReport(
  ledger: CallLedger,
  documents: number,
  ended: readonly EndedDocument[],
  runIds: ReadonlySet<string>,
  wallMs: number,
): Promise<Report> {
  const calls = ended.flatMap(({ outcome }): FinishedCall[] =>
    outcome.status === 'failed' ? [] : [outcome.finished.result.call],
  );
  const { spent, notSpentAgain, ...figures } = await callFigures(ledger, runIds, calls);
  const count = (status: DocumentOutcome['status']) => ended.filter(({ outcome }) => outcome.status === status).length;
  return {
    documents,
    completed: count('completed'),
    rejected: count('rejected'),
    failed: count('failed'),
    unfinished: documents - ended.length,
    ...figures,
    ...spent,
    inputTokensFromHistory: notSpentAgain.inputTokens,
    outputTokensFromHistory: notSpentAgain.outputTokens,
    wallMs: Math.round(wallMs),
  };
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
  const lines = [
    `${report.documents} documents: ${counts.join(', ') || 'nothing to do'}, in ${(report.wallMs / 1000).toFixed(1)} s`,
    ...ended.flatMap(({ name, outcome }) =>
      outcome.status === 'completed' ? [] : [`  ${outcome.status}: ${name}: ${outcome.reason}`],
    ),
    `model calls: ${report.modelCalls} made now, ${report.modelCallsFromHistory} answered from history${unknownText(report)}`,
    `tokens: ${tokens(report.inputTokens, report.outputTokens)} spent, ${tokens(report.inputTokensFromHistory, report.outputTokensFromHistory)} not spent again`,
    ...(report.completed > 0 ? [`the summaries are in ${output}`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function unknownText({ modelCallsUnknown }: Report): string {
  if (modelCallsUnknown === 0) return '';
  return `, ${modelCallsUnknown} in flight when an earlier process died (whether they were charged, nobody knows)`;
}

function tokens(input: number, output: number): string {
  return `${input} in + ${output} out`;
}
