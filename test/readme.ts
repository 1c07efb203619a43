// The program that the README shows, taken from the README itself: what a reader copies is what the test runs.
import { readFileSync } from 'node:fs';

/** The ```ts blocks whose first line is a comment with a file's name, as that name and the whole text. */
export function readmePrograms(): ReadonlyMap<string, string> {
  const markdown = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const blocks = markdown.matchAll(/^```ts\n(\/\/ ([\w./-]+\.ts)\n[\s\S]*?)^```$/gm);
  return new Map(Array.from(blocks, ([, text = '', name = '']) => [name, text]));
}
