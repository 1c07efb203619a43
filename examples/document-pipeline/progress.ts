// How far each document is: on a terminal a line each, drawn over again; elsewhere a line when one has ended.

import { printable, printableLine } from './printable.ts';
import type { Stage } from './workflows.ts';

export interface Progress {
  /** Stages are worth showing as they change, not only the last. */
  readonly live: boolean;
  show(name: string, stage: Stage | 'stuck', percent: number): void;
  /** A line that stays, e.g. an error. */
  say(line: string): void;
  /**
   * A question of so many rows follows, the one with the cursor included. What is above it goes on being drawn; where the rows are
   * not known, it stays as it is until the answer.
   */
  pause(questionRows?: number): void;
  /** The question has become a row longer. */
  grow(): void;
  resume(): void;
  end(): void;
}

export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly rows?: number;
  readonly columns?: number;
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
  grow(): void {}
  resume(): void {}
  end(): void {}
}

const BAR = 20;
const DRAW_EVERY_MS = 100;
/** For the line that counts, the command itself, and what is said meanwhile. */
const LINES_KEPT_FREE = 5;
/** The line that counts, and one for an answer that was not understood. */
const COUNTING_AND_SPARE = 2;
/** Lines that are wider than the terminal are cut by it: were they broken, the next drawing would not know how far up to go. */
const NO_WRAP = '\x1b[?7l';
const WRAP = '\x1b[?7h';

const ERASE_LINE = '\x1b[2K';
const SAVE_CURSOR = '\x1b7';
const RESTORE_CURSOR = '\x1b8';

interface Question {
  readonly rows: number | undefined;
  readonly keptFree: number;
  /** Of the screen. In one of another size the rows are elsewhere. */
  readonly size: string;
}

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
  #question: Question | undefined;

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
    if (!this.#question) this.#draw();
  }

  pause(rows?: number): void {
    const keptFree = rows === undefined ? LINES_KEPT_FREE : Math.max(LINES_KEPT_FREE, rows + COUNTING_AND_SPARE);
    this.#drawLast(this.#lines(keptFree));
    this.#question = { rows, keptFree, size: this.#size };
  }

  grow(): void {
    if (this.#question?.rows) this.#question = { ...this.#question, rows: this.#question.rows + 1 };
  }

  resume(): void {
    this.#question = undefined;
    this.#drawnLines = 0;
    this.#drawnText = '';
  }

  end(): void {
    clearInterval(this.#timer);
    if (this.#question) this.resume();
    this.#draw();
  }

  #draw(): void {
    if (this.#question) this.#drawAbove(this.#question);
    else this.#drawLast(this.#lines(LINES_KEPT_FREE));
  }

  /** Where all of it is still on the screen: what has been moved off its upper edge cannot be reached. */
  #drawAbove({ rows, keptFree, size }: Question): void {
    if (rows === undefined || size !== this.#size || this.#drawnLines + rows > this.#rows) return;
    const lines = this.#lines(keptFree);
    const text = inLines(lines);
    if (text === this.#drawnText || lines.length !== this.#drawnLines) return;
    const up = `\x1b[${lines.length + rows - 1}A\r`;
    const erased = lines.map((line) => `${ERASE_LINE}${line}\n`).join('');
    this.#output.write(`${SAVE_CURSOR}${up}${NO_WRAP}${erased}${WRAP}${RESTORE_CURSOR}`);
    this.#drawnText = text;
  }

  /** Below it there is nothing. */
  #drawLast(lines: readonly string[]): void {
    const text = inLines(lines);
    if (text === this.#drawnText && this.#held.length === 0) return;
    const erase = this.#drawnLines > 0 ? `\x1b[${this.#drawnLines}A\x1b[J` : '';
    this.#output.write(`${erase}${this.#held.join('')}${NO_WRAP}${text}${WRAP}`);
    this.#held = [];
    this.#drawnLines = lines.length;
    this.#drawnText = text;
  }

  get #rows(): number {
    return this.#output.rows ?? 24;
  }

  get #size(): string {
    return `${this.#output.columns} × ${this.#rows}`;
  }

  /** What is under way is worth the lines of the screen; what does not fit is counted. */
  #lines(keptFree: number): string[] {
    const room = Math.max(3, this.#rows - keptFree);
    const all = [...this.#documents];
    if (all.length === 0) return [];
    const shown = all.length <= room ? all : all.toSorted(([, a], [, b]) => urgency(a) - urgency(b)).slice(0, room);
    const lines = shown.map(
      ([name, { stage, percent }]) => `${bar(percent)} ${stage.replaceAll('_', ' ').padEnd(21)}${printableLine(name)}`,
    );
    const ended = all.filter(([, { percent }]) => percent === 100).length;
    const hidden = all.length - shown.length;
    return [...lines, `${ended} of ${all.length} documents ended${hidden > 0 ? `, ${hidden} not shown` : ''}`];
  }
}

function inLines(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

/** First what is being worked on, then what waits for its turn, then what has ended. */
function urgency({ percent }: Shown): number {
  return percent === 100 ? 2 : percent === 0 ? 1 : 0;
}

function bar(percent: number): string {
  const full = Math.round((percent / 100) * BAR);
  return `${'█'.repeat(full)}${'░'.repeat(BAR - full)} ${String(percent).padStart(3)} %`;
}
