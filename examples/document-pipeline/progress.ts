// How far each document is: on a terminal a line each, drawn over again; elsewhere a line when something is new.

import type { Stage } from './workflows.ts';

export interface Progress {
  show(name: string, stage: Stage | 'stuck', percent: number): void;
  /** A line that stays, e.g. an error. */
  say(line: string): void;
  pause(): void;
  resume(): void;
  end(): void;
}

interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly rows?: number;
}

export function progressOn(output: Output): Progress {
  return output.isTTY ? new Drawn(output) : new Lines(output);
}

/** For files and pipes: only where a document ends, or cannot go on. */
class Lines implements Progress {
  readonly #output: Output;
  readonly #shown = new Map<string, string>();

  constructor(output: Output) {
    this.#output = output;
  }

  show(name: string, stage: Stage | 'stuck'): void {
    if (this.#shown.get(name) === stage) return;
    this.#shown.set(name, stage);
    if (stage === 'completed' || stage === 'rejected' || stage === 'failed' || stage === 'stuck') {
      this.#output.write(`${stage.padEnd(10)}${name}\n`);
    }
  }

  say(line: string): void {
    this.#output.write(`${line}\n`);
  }

  pause(): void {}
  resume(): void {}
  end(): void {}
}

const BAR = 20;
const DRAW_EVERY_MS = 100;
const LINES_KEPT_FREE = 4;

class Drawn implements Progress {
  readonly #output: Output;
  readonly #documents = new Map<string, { readonly stage: Stage | 'stuck'; readonly percent: number }>();
  readonly #timer: NodeJS.Timeout;
  #drawn = 0;
  #paused = false;

  constructor(output: Output) {
    this.#output = output;
    this.#timer = setInterval(() => this.#draw(), DRAW_EVERY_MS);
    this.#timer.unref();
  }

  show(name: string, stage: Stage | 'stuck', percent: number): void {
    this.#documents.set(name, { stage, percent });
  }

  say(line: string): void {
    this.#erase();
    this.#output.write(`${line}\n`);
  }

  pause(): void {
    this.#draw();
    this.#drawn = 0;
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
  }

  end(): void {
    clearInterval(this.#timer);
    this.#draw();
  }

  #draw(): void {
    if (this.#paused) return;
    this.#erase();
    const lines = this.#lines();
    this.#output.write(lines.map((line) => `${line}\n`).join(''));
    this.#drawn = lines.length;
  }

  #erase(): void {
    if (this.#drawn > 0) this.#output.write(`\x1b[${this.#drawn}A\x1b[J`);
    this.#drawn = 0;
  }

  /** What is under way is worth the lines of the screen; what does not fit is counted. */
  #lines(): string[] {
    const room = Math.max(3, (this.#output.rows ?? 24) - LINES_KEPT_FREE);
    const all = [...this.#documents];
    const sorted =
      all.length <= room
        ? all
        : [...all.filter(([, { percent }]) => percent < 100), ...all.filter(([, { percent }]) => percent === 100)];
    const lines = sorted
      .slice(0, room)
      .map(([name, { stage, percent }]) => `${bar(percent)} ${stage.replaceAll('_', ' ').padEnd(21)}${name}`);
    return sorted.length > room ? [...lines, `… and ${sorted.length - room} more`] : lines;
  }
}

function bar(percent: number): string {
  const full = Math.round((percent / 100) * BAR);
  return `${'█'.repeat(full)}${'░'.repeat(BAR - full)} ${String(percent).padStart(3)} %`;
}
