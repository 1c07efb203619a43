// A whole run in this process, without a terminal, with whatever a test puts in the place of person and model.

import { join } from 'node:path';
import { openBlobStore } from '../blob-store.ts';
import { type CallLedger, openCallLedger } from '../call-ledger.ts';
import { type DemoOptions, parseCommandLine } from '../command-line.ts';
import { findDocuments } from '../find-documents.ts';
import { chooseModel } from '../model.ts';
import type { Progress } from '../progress.ts';
import { openRounds } from '../round.ts';
import { type PipelineResult, type PipelineRun, runPipeline } from '../run-pipeline.ts';

export interface RunSettings extends Partial<Pick<PipelineRun, 'ask' | 'signal' | 'progress'>> {
  readonly args?: readonly string[];
  readonly baseUrl?: string;
}

export interface Run extends PipelineResult {
  readonly calls: CallLedger;
  readonly options: DemoOptions;
  /** How each document ended, by its name. */
  readonly ends: Readonly<Record<string, string>>;
  readonly said: readonly string[];
}

export async function runIn(folder: string, settings: RunSettings = {}): Promise<Run> {
  const { args = [], baseUrl, ask } = settings;
  const options = optionsIn(folder, args, ask === undefined);
  const kept = `${options.database}.files`;
  const blobs = openBlobStore(join(kept, 'blobs'));
  const calls = openCallLedger(join(kept, 'calls'), blobs);
  const rounds = openRounds(join(kept, 'rounds'), options.input);
  const said: string[] = [];
  const model = await chooseModel({ environment: { OPENAI_BASE_URL: baseUrl } });
  const result = await runPipeline({
    documents: await findDocuments(options.input),
    options,
    environment: { blobs, calls, model, outputFolder: options.output },
    beginRound: async () => (options.again ? rounds.current() : undefined),
    progress: settings.progress ?? silent(said),
    ask,
    onMilestone: () => {},
    signal: settings.signal ?? new AbortController().signal,
  });
  const ends = Object.fromEntries(result.ended.map(({ name, outcome }) => [name, outcome.status]));
  return { ...result, calls, options, ends, said };
}

function optionsIn(folder: string, args: readonly string[], approveAll: boolean): DemoOptions {
  const around = { isTerminal: !approveAll, folder, home: folder };
  const options = parseCommandLine(['--input', 'in', '--db', 'demo.db', ...args], around);
  if (!options) throw new Error('asked for help');
  return options;
}

function silent(said: string[]): Progress {
  const nothing = () => {};
  return {
    live: false,
    show: nothing,
    say: (line) => said.push(line),
    pause: nothing,
    grow: nothing,
    resume: nothing,
    end: nothing,
  };
}
