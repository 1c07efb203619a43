// A sandbox for a test, and the small steps that tests take with it.

import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import type { Command, CommandOf, CommandType } from '../../../api/command.ts';
import type { PollWorkflowTaskQueueResponse } from '../../../api/workflow-service.ts';
import { createWorkflowRunner } from '../create-runner.ts';
import type { WorkflowRunner, WorkflowRunnerOptions, WorkflowTaskOutcome } from '../runner.ts';
import type { HistoryBuilder } from './history-builder.ts';

/** The path of a file of workflows beside this one. */
export function workflowsPath(file: string): string {
  return fileURLToPath(new URL(`./workflows/${file}.ts`, import.meta.url));
}

/** A sandbox with the workflows of one file. */
export function startSandbox(file: string, options: Partial<WorkflowRunnerOptions> = {}): Promise<WorkflowRunner> {
  return createWorkflowRunner({
    namespace: 'default',
    taskQueue: 'documents',
    workflows: { path: workflowsPath(file) },
    ...options,
  });
}

export type Completed = Extract<WorkflowTaskOutcome, { kind: 'completed' }>;
export type Failed = Extract<WorkflowTaskOutcome, { kind: 'failed' }>;

/** Runs the last task of the history, which must be answered by commands, and notes them in the history. */
export async function step(
  runner: WorkflowRunner,
  history: HistoryBuilder,
  options: Parameters<HistoryBuilder['poll']>[0] = {},
): Promise<Completed> {
  const outcome = await completed(runner, history.poll(options));
  history.completed(...outcome.commands);
  return outcome;
}

export async function completed(runner: WorkflowRunner, task: PollWorkflowTaskQueueResponse): Promise<Completed> {
  const outcome = await runner.run(task);
  if (outcome.kind !== 'completed') assert.fail(`the task was not completed: ${JSON.stringify(outcome, undefined, 2)}`);
  return outcome;
}

/** Runs a task that has to fail. */
export async function failing(runner: WorkflowRunner, task: PollWorkflowTaskQueueResponse): Promise<Failed> {
  const outcome = await runner.run(task);
  if (outcome.kind !== 'failed') assert.fail(`the task did not fail: ${JSON.stringify(outcome, undefined, 2)}`);
  return outcome;
}

/** The only command of an outcome, which has to be of this type. */
export function only<T extends CommandType>(outcome: WorkflowTaskOutcome, type: T): CommandOf<T>['attributes'] {
  assert.equal(outcome.kind, 'completed', JSON.stringify(outcome));
  const { commands } = outcome as Completed;
  assert.deepEqual(
    commands.map((command) => command.type),
    [type],
    JSON.stringify(commands),
  );
  return (commands[0] as Command).attributes as CommandOf<T>['attributes'];
}

export function types(outcome: WorkflowTaskOutcome): readonly string[] {
  return outcome.kind === 'completed' ? outcome.commands.map(({ type }) => type) : [outcome.kind];
}

/** The number of the line in a file of workflows that contains the text; such a line is marked by a comment. */
export async function lineOf(file: string, text: string): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  const lines = (await readFile(workflowsPath(file), 'utf8')).split('\n');
  const line = lines.findIndex((one) => one.includes(text));
  if (line < 0) throw new Error(`no line of ${file} contains ${text}`);
  return `${workflowsPath(file)}:${line + 1}:`;
}

/** The attributes of the last command, which has to be of this type. */
export function last<T extends CommandType>(outcome: Completed, type: T): CommandOf<T>['attributes'] {
  const command = outcome.commands.at(-1);
  assert.equal(command?.type, type, JSON.stringify(outcome));
  return (command as Command).attributes as CommandOf<T>['attributes'];
}
