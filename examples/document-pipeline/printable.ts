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
