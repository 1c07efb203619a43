// The parameters of a query string, as application/x-www-form-urlencoded writes them.

type Init =
  | string
  | Iterable<readonly [string, string]>
  | Readonly<Record<string, string>>
  | URLSearchParams
  | undefined;

export class URLSearchParams {
  #pairs: [string, string][];
  readonly #changed: ((search: string) => void) | undefined;

  constructor(init?: Init, changed?: (search: string) => void) {
    this.#pairs = typeof init === 'object' ? pairsOf(init) : read(init === undefined ? '' : String(init));
    this.#changed = typeof changed === 'function' ? changed : undefined;
  }

  get size(): number {
    return this.#pairs.length;
  }

  /** The URL that these parameters belong to was given another query string. */
  readAgain(search: string): void {
    this.#pairs = read(search);
  }

  append(name: string, value: string): void {
    this.#replace([...this.#pairs, [String(name), String(value)]]);
  }

  delete(name: string, value?: string): void {
    this.#replace(this.#pairs.filter(([key, one]) => key !== String(name) || (value !== undefined && one !== value)));
  }

  get(name: string): string | null {
    return this.#pairs.find(([key]) => key === String(name))?.[1] ?? null;
  }

  getAll(name: string): string[] {
    return this.#pairs.filter(([key]) => key === String(name)).map(([, value]) => value);
  }

  has(name: string, value?: string): boolean {
    return this.#pairs.some(([key, one]) => key === String(name) && (value === undefined || one === value));
  }

  set(name: string, value: string): void {
    const first = this.#pairs.findIndex(([key]) => key === String(name));
    if (first < 0) return this.append(name, value);
    const pairs = this.#pairs.filter(([key], at) => key !== String(name) || at === first);
    pairs[pairs.findIndex(([key]) => key === String(name))] = [String(name), String(value)];
    this.#replace(pairs);
  }

  sort(): void {
    this.#replace([...this.#pairs].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  }

  forEach(call: (value: string, name: string, params: URLSearchParams) => void, thisArg?: unknown): void {
    for (const [name, value] of this) call.call(thisArg, value, name, this);
  }

  *entries(): IterableIterator<[string, string]> {
    for (const [name, value] of this.#pairs) yield [name, value];
  }

  *keys(): IterableIterator<string> {
    for (const [name] of this.#pairs) yield name;
  }

  *values(): IterableIterator<string> {
    for (const [, value] of this.#pairs) yield value;
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.entries();
  }

  toString(): string {
    return this.#pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
  }

  #replace(pairs: [string, string][]): void {
    this.#pairs = pairs;
    this.#changed?.(this.toString());
  }
}

function pairsOf(init: Exclude<Init, string | undefined>): [string, string][] {
  const pairs = Symbol.iterator in init ? [...(init as Iterable<readonly [string, string]>)] : Object.entries(init);
  return pairs.map(([name, value]) => [String(name), String(value)]);
}

function read(search: string): [string, string][] {
  return search
    .replace(/^\?/, '')
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const at = pair.indexOf('=');
      return at < 0 ? [decode(pair), ''] : [decode(pair.slice(0, at)), decode(pair.slice(at + 1))];
    });
}

function decode(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    // What is not UTF-8 in it stays as it was written.
    return spaced.replace(/(?:%[0-9a-f]{2})+/gi, (run) => {
      try {
        return decodeURIComponent(run);
      } catch {
        return run;
      }
    });
  }
}

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}
