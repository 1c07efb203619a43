/**
 * Text of strangers, fit for a terminal: a document's name, its summary or an error about it may hold escape sequences, which
 * would move the cursor, or turn the direction of writing, which would show something else than what is approved.
 */
export function printable(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/gu, '�');
}

/** The same on one line. */
export function printableLine(text: string): string {
  return printable(text).replace(/\s+/g, ' ').trim();
}

/** Broken between words, so that no line is longer than `columns`, where words allow it. */
export function wrapped(text: string, columns: number): string {
  const widest = new RegExp(`(?=.{${columns + 1}})(.{1,${columns}}) +`, 'gu');
  return text.replaceAll(widest, '$1\n');
}

/** What may take two columns of a terminal, or none, and what some terminals show otherwise than others. */
const NOT_ONE_COLUMN =
  /[\t\p{M}\p{Cf}\p{Extended_Pictographic}\u1100-\u115f\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\uff60\uffe0-\uffe6]|[\u{10000}-\u{10ffff}]/u;

/** How many rows a text takes on a screen that is so wide; undefined where that depends on the terminal. */
export function rowsOf(text: string, columns: number): number | undefined {
  if (NOT_ONE_COLUMN.test(text)) return undefined;
  return text.split('\n').reduce((rows, line) => rows + Math.max(1, Math.ceil(line.length / columns)), 0);
}
