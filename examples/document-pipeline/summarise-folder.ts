// The command itself: from the options to the report.

import { join } from 'node:path';
import { askAt } from './approval.ts';
import { type BlobStore, openBlobStore } from './blob-store.ts';
import { openCallLedger } from './call-ledger.ts';
import { type DemoOptions, unknownNames } from './command-line.ts';
import { crashMidway } from './crash.ts';
import { findDocuments, type InputDocument } from './find-documents.ts';
import type { Approve } from './follow-stages.ts';
import { chooseModel } from './model.ts';
import { printableLine } from './printable.ts';
import { type Progress, progressOn } from './progress.ts';
import { makeReport, type Report, reportJson, reportText } from './report.ts';
import { openRounds } from './round.ts';
import { type PipelineResult, runPipeline } from './run-pipeline.ts';

const NAMES_LISTED = 20;

/** The arguments name something that is not there. */
export class WrongNameError extends Error {
  override readonly name = 'WrongNameError';
}

/** What people read goes to `people`. Resolves to the exit code: 0 when every document reached an end, 1 otherwise. */
export async function summariseFolder(options: DemoOptions, people: NodeJS.WriteStream): Promise<number> {
  const began = performance.now();
  const model = await chooseModel({ environment: process.env, model: options.model });
  const documents = await documentsOf(options);
  const kept = `${options.database}.files`;
  const blobs = openBlobStore(join(kept, 'blobs'));
  const calls = openCallLedger(join(kept, 'calls'), blobs);
  const rounds = openRounds(join(kept, 'rounds'), options.input);
  const progress = progressOn(people);
  progress.say(beginning(options, documents, model.id));
  const stop = stopOnSignals(progress);
  const result = await runPipeline({
    documents,
    options,
    progress,
    environment: { blobs, calls, model, outputFolder: options.output },
    beginRound: async () => (options.again ? rounds.current() : undefined),
    ask: options.approveAll ? undefined : askPerson(people, progress, blobs, stop),
    onMilestone: crashMidway((line) => progress.say(line)),
    signal: stop.signal,
  }).finally(() => {
    stop[Symbol.dispose]();
    progress.end();
  });
  const { ended, runIds } = result;
  const wallMs = performance.now() - began;
  const report = await makeReport(calls, { documents: documents.length, ended, runIds, wallMs });
  people.write(`\n${reportText(report, ended, options.output)}`);
  if (options.json) process.stdout.write(reportJson(report));
  if (report.unfinished === 0) await rounds.end();
  return exitCode(report, result, people);
}

async function documentsOf(options: DemoOptions): Promise<InputDocument[]> {
  const { input, output, database } = options;
  // Both may lie in the input folder, and are no documents.
  const isLeftOut = (path: string) => path === output || path === database || /^[-.]/.test(after(database, path));
  const documents = await findDocuments(input, isLeftOut);
  const names = documents.map(({ name }) => name);
  const [unknown] = unknownNames(options, names);
  if (unknown === undefined) return documents;
  throw new WrongNameError(`--reject ${unknown}: there is no such document in ${input}, only ${listed(names)}`);
}

function listed(names: readonly string[]): string {
  return (names.length > NAMES_LISTED ? [...names.slice(0, NAMES_LISTED), '…'] : names).map(printableLine).join(', ');
}

function after(start: string, path: string): string {
  return path.startsWith(start) ? path.slice(start.length) : '';
}

function beginning({ input, database }: DemoOptions, { length }: readonly InputDocument[], modelId: string): string {
  const documents = length === 1 ? '1 document' : `${length} documents`;
  return `${documents} in ${input}, summarised by ${modelId}\nwhat survives a crash is in ${database}`;
}

interface Stop extends Disposable {
  readonly signal: AbortSignal;
  now(): void;
}

/** The first signal stops in good order; then the process is as mortal as any other, so that the second one ends it. */
function stopOnSignals(progress: Progress): Stop {
  const controller = new AbortController();
  const stop = {
    signal: controller.signal,
    now: () => {
      if (controller.signal.aborted) return;
      controller.abort();
      stop[Symbol.dispose]();
      progress.say('stopping; answers of the model that are on their way are waited for, Ctrl-C again ends at once');
    },
    [Symbol.dispose]: () => void process.off('SIGINT', stop.now).off('SIGTERM', stop.now),
  };
  process.on('SIGINT', stop.now).on('SIGTERM', stop.now);
  return stop;
}

function askPerson(output: NodeJS.WriteStream, progress: Progress, blobs: BlobStore, stop: Stop): Approve {
  const { stdin: input } = process;
  const approver = askAt(
    {
      input,
      output,
      pause: (rows) => progress.pause(rows),
      grow: () => progress.grow(),
      resume: () => progress.resume(),
      onLeft: () => stop.now(),
    },
    stop.signal,
  );
  // A summary that was lost is still to be decided on.
  const textOf = (hash: string) => blobs.getText(hash).catch((error: Error) => error.message);
  return async ({ name }, hash) => approver.ask(name, await textOf(hash));
}

function exitCode({ unfinished }: Report, { stuck, troubles }: PipelineResult, people: NodeJS.WriteStream): number {
  for (const [reason, names] of byReason(stuck)) people.write(`  stuck: ${listed(names)}: ${reason}\n`);
  for (const trouble of troubles) people.write(`  ${trouble}\n`);
  if (unfinished === 0) return troubles.length === 0 ? 0 : 1;
  const remedy =
    stuck.size === unfinished
      ? 'put their code right and run the same command again'
      : 'run the same command again to go on';
  people.write(`not every document reached an end: ${remedy}\n`);
  return 1;
}

/** One edit of the code makes many documents stuck, all for the same reason, which is long enough to be read once. */
function byReason(stuck: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> {
  return new Map(
    [...Map.groupBy(stuck, ([, reason]) => reason)].map(([reason, some]) => [
      reason,
      some.map(([name]) => name).sort(),
    ]),
  );
}
