// How far each document is: on a terminal a line each, drawn over again; elsewhere a line when one has ended.

import { printable, printableLine } from './printable.ts';
import type { Stage } from './workflows.ts';

export interface Progress {
  /** Stages are worth showing as they change, not only the last. */
  readonly live: boolean;
  show(name: string, stage: Stage | 'stuck', percent: number): void;
  /** A line that stays, e.g. an error. */
  say(line: string): void;
  pause(): void;
  resume(): void;
  end(): void;
}

export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly rows?: number;
}

export function progressOn(output: Output): Progress {
  return output.isTTY && process.env.TERM !== 'dumb' ? new Drawn(output) : new Lines(output);
}

/** For files and pipes: only where a document ends, or cannot go on. */
class Lines implements Progress {
  readonly live = false;
  readonly #output: Output;
  readonly #shown = new Map<string, string>();

  constructor(output: Output) {
    this.#output = output;
  }

  show(name: string, stage: Stage | 'stuck'): void {
    if (this.#shown.get(name) === stage) return;
    this.#shown.set(name, stage);
    if (stage === 'completed' || stage === 'rejected' || stage === 'failed' || stage === 'stuck') {
      this.#output.write(`${stage.padEnd(10)}${printableLine(name)}\n`);
    }
  }

  say(line: string): void {
    this.#output.write(`${printable(line)}\n`);
  }

  pause(): void {}
  resume(): void {}
  end(): void {}
}

const BAR = 20;
const DRAW_EVERY_MS = 100;
/** For the line that counts, the command itself, and a question. */
const LINES_KEPT_FREE = 5;
/** Lines that are wider than the terminal are cut by it: were they broken, the next drawing would not know how far up to go. */
const NO_WRAP = '\x1b[?7l';
const WRAP = '\x1b[?7h';

interface Shown {
  readonly stage: Stage | 'stuck';
  readonly percent: number;
}

class Drawn implements Progress {
  readonly live = true;
  readonly #output: Output;
  readonly #documents = new Map<string, Shown>();
  readonly #timer: NodeJS.Timeout;
  #held: string[] = [];
  #drawnLines = 0;
  #drawnText = '';
  #paused = false;

  constructor(output: Output) {
    this.#output = output;
    this.#timer = setInterval(() => this.#draw(), DRAW_EVERY_MS);
    this.#timer.unref();
  }

  show(name: string, stage: Stage | 'stuck', percent: number): void {
    this.#documents.set(name, { stage, percent });
  }

  /** In the middle of a question it is kept until that is answered. */
  say(line: string): void {
    this.#held.push(`${printable(line)}\n`);
    if (!this.#paused) this.#draw();
  }

  pause(): void {
    this.#draw();
    this.#drawnLines = 0;
    this.#drawnText = '';
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
  }

  end(): void {
    clearInterval(this.#timer);
    this.#paused = false;
    this.#draw();
  }

  #draw(): void {
    if (this.#paused) return;
    const lines = this.#documents.size === 0 ? [] : this.#lines();
    const text = lines.map((line) => `${line}\n`).join('');
    if (text === this.#drawnText && this.#held.length === 0) return;
    const erase = this.#drawnLines > 0 ? `\x1b[${this.#drawnLines}A\x1b[J` : '';
    this.#output.write(`${erase}${this.#held.join('')}${NO_WRAP}${text}${WRAP}`);
    this.#held = [];
    this.#drawnLines = lines.length;
    this.#drawnText = text;
  }

  /** What is under way is worth the lines of the screen; what does not fit is counted. */
  #lines(): string[] {
    const room = Math.max(3, (this.#output.rows ?? 24) - LINES_KEPT_FREE);
    const all = [...this.#documents];
    const shown = all.length <= room ? all : all.toSorted(([, a], [, b]) => urgency(a) - urgency(b)).slice(0, room);
    const lines = shown.map(
      ([name, { stage, percent }]) => `${bar(percent)} ${stage.replaceAll('_', ' ').padEnd(21)}${printableLine(name)}`,
    );
    const ended = all.filter(([, { percent }]) => percent === 100).length;
    const hidden = all.length - shown.length;
    return [...lines, `${ended} of ${all.length} documents ended${hidden > 0 ? `, ${hidden} are not shown` : ''}`];
  }
}

/** First what is being worked on, then what waits for its turn, then what has ended. */
function urgency({ percent }: Shown): number {
  return percent === 100 ? 2 : percent === 0 ? 1 : 0;
}

function bar(percent: number): string {
  const full = Math.round((percent / 100) * BAR);
  return `${'█'.repeat(full)}${'░'.repeat(BAR - full)} ${String(percent).padStart(3)} %`;
}
