import { ApplicationFailure, type Logger, type LogMetadata, makeLogger } from 'perdure/worker';
import type { InputDocument } from './find-documents.ts';

/** What the engine and the workers have to say, in the words of the demo. Of attempts, those whose failure is not final anyway. */
export function demoLogger(documents: readonly InputDocument[], say: (line: string) => void): Logger {
  const names = new Map(documents.map(({ workflowId, name }) => [workflowId, name]));
  return makeLogger((level, message, meta) => {
    if (level !== 'WARN' && level !== 'ERROR') return;
    const { activityType, attempt, error, workflowId } = meta;
    if (activityType === undefined) return say(`${level.toLowerCase()}: ${message}${reasonOf(meta)}`);
    if (error instanceof ApplicationFailure && error.nonRetryable) return;
    say(
      `${names.get(String(workflowId)) ?? workflowId}: attempt ${attempt} of ${activityType} failed${reasonOf(meta)}`,
    );
  });
}

function reasonOf({ error }: LogMetadata): string {
  return error instanceof Error ? `: ${error.message}` : '';
}
