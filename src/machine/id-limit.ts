// Ids are keys of tables and stand in every line that names a run, so none is longer than Temporal's limit.

const LONGEST_ID_BYTES = 1000;

/** Which of these ids, given by their names, is too long; undefined when none is. */
export function idProblem(ids: Readonly<Record<string, string>>): string | undefined {
  for (const [name, id] of Object.entries(ids)) {
    if (new TextEncoder().encode(id).length > LONGEST_ID_BYTES)
      return `${name} is longer than ${LONGEST_ID_BYTES} bytes: choose a shorter one.`;
  }
  return undefined;
}
