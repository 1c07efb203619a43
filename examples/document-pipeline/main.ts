// `npm run demo`: summarises a folder of documents, durably. See command-line.ts for what it can be told.
//
//   0  every document reached an end     1  some did not, or it could not begin     2  the arguments are wrong

import { join } from 'node:path';
import { askAt } from './approval.ts';
import { openBlobStore } from './blob-store.ts';
import { openCallLedger } from './call-ledger.ts';
import { type DemoOptions, parseCommandLine, USAGE } from './command-line.ts';
import { runAndCrash } from './crash.ts';
import { findDocuments, type InputDocument } from './find-documents.ts';
import { type ChosenModel, chooseModel, ModelSettingsError } from './model.ts';
import { type Progress, progressOn } from './progress.ts';
import { makeReport, type Report, reportText } from './report.ts';
import { runPipeline } from './run-pipeline.ts';

async function main(args: readonly string[]): Promise<number> {
  let options: DemoOptions | undefined;
  try {
    options = parseCommandLine(args, process.stdin.isTTY === true && process.stdout.isTTY === true);
  } catch (error) {
    return wrongArguments(error);
  }
  if (!options) {
    process.stdout.write(USAGE);
    return 0;
  }
  // With --json, standard output is for the report alone.
  const people = options.json ? process.stderr : process.stdout;
  if (options.crash) return runAndCrash(args, (line) => people.write(`${line}\n`));
  try {
    return await summarise(options, people);
  } catch (error) {
    if (error instanceof ModelSettingsError) return wrongArguments(error);
    process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

function wrongArguments(error: unknown): number {
  process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  return 2;
}

async function summarise(options: DemoOptions, people: NodeJS.WriteStream): Promise<number> {
  const began = performance.now();
  const model = await chooseModel({ environment: process.env, model: options.model });
  const documents = await inputDocuments(options);
  if (!documents)
    return wrongArguments(new Error(`${options.input} is no folder that can be read: give one with --input`));
  const kept = `${options.database}.files`;
  const blobs = openBlobStore(join(kept, 'blobs'));
  const calls = openCallLedger(join(kept, 'calls'), blobs);
  const progress = progressOn(people);
  say(progress, options, documents, model);
  const approver = options.approveAll
    ? undefined
    : askAt({ input: process.stdin, output: people }, progress.pause.bind(progress), progress.resume.bind(progress));
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const result = await runPipeline({
    documents,
    options,
    progress,
    environment: { blobs, calls, model, outputFolder: options.output },
    ask: approver && (async ({ name }, hash) => approver.ask(name, await blobs.getText(hash))),
    onEnded: (ended) => process.send?.({ ended, documents: documents.length }),
    signal: stop.signal,
  }).finally(() => {
    approver?.close();
    progress.end();
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  });
  const report = await makeReport(calls, documents.length, result.ended, result.runIds, performance.now() - began);
  people.write(`\n${reportText(report, result.ended, options.output)}`);
  if (options.json) process.stdout.write(`${JSON.stringify(report)}\n`);
  return exitCode(report, people);
}

async function inputDocuments({ input, output }: DemoOptions): Promise<InputDocument[] | undefined> {
  try {
    return await findDocuments(input, [output]);
  } catch {
    return undefined;
  }
}

function say(
  progress: Progress,
  { input, database }: DemoOptions,
  documents: readonly InputDocument[],
  model: ChosenModel,
): void {
  progress.say(
    `${documents.length} documents in ${input}, summarised by ${model.id}; what survives a crash is in ${database}`,
  );
}

function exitCode({ unfinished }: Report, people: NodeJS.WriteStream): number {
  if (unfinished === 0) return 0;
  people.write('not every document reached an end: run the same command again to go on\n');
  return 1;
}

process.exitCode = await main(process.argv.slice(2));
// The channel to a parent that watches (crash.ts) would keep this process alive.
process.disconnect?.();
