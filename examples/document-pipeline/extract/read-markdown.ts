// Markdown as its reader sees it: the words without the marks. A summary quotes sentences, and a quoted `**` or link target
// is noise to people and costs tokens.

import { decodeText } from './decode-text.ts';
import type { Reader } from './format.ts';

export const readMarkdown: Reader = async (file) => {
  const source = decodeText(file).replace(/\r\n?/g, '\n');
  const title = /^#{1,6}\s+(.+?)\s*#*$/m.exec(source)?.[1] ?? /^(.+)\n=+\s*$/m.exec(source)?.[1];
  return { text: withoutMarks(source), ...(title === undefined ? {} : { title: withoutInlineMarks(title) }) };
};

/** The text of a Markdown document; a heading, a list item and a table row each become a paragraph of their own. */
export function withoutMarks(source: string): string {
  const lines = source
    .replace(/^---\n[\s\S]*?\n---(?:\n|$)/, '')
    .replace(/<!--[\s\S]*?-->/g, '')
    .split('\n')
    .filter((line) => !isMarkAlone(line))
    .map(withoutBlockMarks);
  return withoutInlineMarks(lines.join('\n'));
}

/** Fences, rules, underlines of headings, separators of tables, and definitions of links. */
function isMarkAlone(line: string): boolean {
  return (
    /^\s*(?:```|~~~)/.test(line) ||
    /^\s*(?:[-*_=]\s*){3,}$/.test(line) ||
    /^\s*\|?(?:\s*:?-+:?\s*\|)+\s*:?-*:?\s*$/.test(line) ||
    /^\s{0,3}\[[^\]]+\]:\s+\S+/.test(line)
  );
}

function withoutBlockMarks(line: string): string {
  const quoted = line.replace(/^\s*(?:>\s?)+/, '');
  const heading = /^\s{0,3}#{1,6}\s+(.*?)\s*#*$/.exec(quoted)?.[1];
  if (heading !== undefined) return `\n${heading}\n`;
  const item = /^\s*(?:[-*+]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s+)?(.*)$/.exec(quoted)?.[1];
  if (item !== undefined) return `\n${item}`;
  return quoted.trimStart().startsWith('|') ? `\n${quoted.replaceAll('|', ' ')}` : quoted;
}

function withoutInlineMarks(text: string): string {
  return text
    .replace(/!\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\[([^\]]+)\](?:\([^)]*\)|\[[^\]]*\])/g, '$1')
    .replace(/<(https?:\/\/[^>\s]+|[^>\s@]+@[^>\s]+)>/g, '$1')
    .replace(/<\/?[a-z][^>]*>/gi, '')
    .replace(/(\*\*|__)(?=\S)([^\n]*?\S)\1/g, '$2')
    .replace(/(?<![\w*])\*(?=\S)([^*\n]*?\S)\*(?![\w*])/g, '$1')
    .replace(/(?<![\w_])_(?=\S)([^_\n]*?\S)_(?![\w_])/g, '$1')
    .replace(/`+([^`\n]+)`+/g, '$1')
    .replace(/\\([\\`*_{}[\]()#+\-.!>|~])/g, '$1');
}
