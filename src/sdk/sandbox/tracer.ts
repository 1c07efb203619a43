// From places in the bundle to places in the user's source. Stacks of workflow code name the bundle's lines; whoever reads one
// wants the .ts file. The map is read when the first stack is, because it takes longer than many workflows.

import { createRequire } from 'node:module';
import type { TraceMap } from '@jridgewell/trace-mapping';
import { userStack } from '../common/stack-trace.ts';
import { BUNDLE_FILE } from './bundle/format.ts';

/** Where something is in the source, e.g. `/app/workflows.ts:12:5`. */
export type Place = string;

export interface Tracer {
  /** The stack with the source's places, down to the user's last frame. */
  stack(stack: string | undefined): string;
  /** The topmost place that the user wrote; a library's if there is none; undefined when no frame is known. */
  place(stack: string | undefined): Place | undefined;
  /** The place in the source of a place in the bundle; lines and columns count from 1. */
  at(line: number, column: number): Place | undefined;
  /** Text in which places of the bundle are named, with the source's places. */
  text(text: string): string;
}

const escaped = BUNDLE_FILE.replace('.', '\\.');
const FRAME = new RegExp(`^\\s+at .*\\b${escaped}:(\\d+):(\\d+)\\)?$`);
const PLACE = new RegExp(`\\b${escaped}:(\\d+):(\\d+)`, 'g');

// The library is read with the first stack too: most threads never need it.
const require = createRequire(import.meta.url);
const library = () => require('@jridgewell/trace-mapping') as typeof import('@jridgewell/trace-mapping');

export function createTracer(sourceMap: string | undefined): Tracer {
  let map: TraceMap | undefined;
  const at = (line: number, column: number): Place | undefined => {
    if (sourceMap === undefined) return undefined;
    map ??= new (library().TraceMap)(sourceMap);
    const original = library().originalPositionFor(map, { line, column: column - 1 });
    return original.source === null ? undefined : `${original.source}:${original.line}:${original.column + 1}`;
  };
  const text = (whole: string) =>
    whole.replace(PLACE, (place, line: string, column: string) => at(Number(line), Number(column)) ?? place);

  // A stack from elsewhere, e.g. an activity's, stays as it is. Of ours only the bundle's frames are kept, and of these not what
  // the map does not know: the bundler's own and the realm's.
  const mapped = (stack: string): string[] => {
    const lines = stack.split('\n');
    if (!stack.includes(BUNDLE_FILE)) return lines;
    return lines.flatMap((line) => {
      if (!/^\s+at /.test(line)) return [line];
      const [, row, column] = FRAME.exec(line) ?? [];
      if (row === undefined) return [];
      const place = at(Number(row), Number(column));
      if (place === undefined) return sourceMap === undefined ? [line] : [];
      return [line.replace(PLACE, place)];
    });
  };
  return {
    at,
    text,
    stack: (stack) => userStack(mapped(stack ?? '').join('\n')),
    place: (stack) => placeIn(mapped(stack ?? '')),
  };
}

function placeIn(lines: readonly string[]): Place | undefined {
  const places = lines
    .filter((line) => /^\s+at /.test(line))
    .map((line) => /\(?((?:[A-Za-z]:)?[^\s()]+:\d+:\d+)\)?$/.exec(line)?.[1])
    .filter((place) => place !== undefined);
  return places.find((place) => !place?.includes('node_modules')) ?? places[0];
}
