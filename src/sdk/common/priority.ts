import type { Priority as CompiledPriority } from '../../api/messages/common.ts';
import { ValueError } from './errors.ts';

/** Which of the waiting tasks of a queue goes first. What a workflow says holds for its activities, unless they say otherwise. */
export interface Priority {
  /** From 1, the smaller the sooner. Default 3. */
  readonly priorityKey?: number | undefined;
  /** Tasks of different keys, e.g. tenants, take turns. At most 64 bytes. */
  readonly fairnessKey?: string | undefined;
  /** The share of a key's turns. Default 1. */
  readonly fairnessWeight?: number | undefined;
}

/** Checks a priority. Throws a ValueError that names the field. */
export function compilePriority(priority: Priority): CompiledPriority {
  const { priorityKey, fairnessWeight } = priority;
  if (priorityKey !== undefined && !(Number.isInteger(priorityKey) && priorityKey >= 0)) {
    throw new ValueError(`priorityKey is ${priorityKey}: it must be a positive integer, the smaller the sooner`);
  }
  if (fairnessWeight !== undefined && !(fairnessWeight >= 0)) {
    throw new ValueError(`fairnessWeight is ${fairnessWeight}: it must be a number above 0`);
  }
  return priority;
}
