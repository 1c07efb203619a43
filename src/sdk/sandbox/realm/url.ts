// URL of this realm. The host parses and serialises, by strings alone; the object, its errors and its parameters are the realm's.

import type { UrlParts } from './contract.ts';
import { theHost } from './current.ts';
import { URLSearchParams } from './url-search-params.ts';

const HREF = 0;
const SEARCH = 8;

/** The settable parts, by their place in `UrlParts`. */
const SETTABLE = {
  protocol: 1,
  username: 2,
  password: 3,
  host: 4,
  hostname: 5,
  port: 6,
  pathname: 7,
  hash: 9,
} as const;

function parse(text: unknown, base: unknown): UrlParts | undefined {
  const parts = theHost().parseUrl(String(text), base === undefined ? undefined : String(base));
  return parts === undefined ? undefined : (JSON.parse(parts) as UrlParts);
}

export class URL {
  #parts: UrlParts;
  #searchParams: URLSearchParams | undefined;

  constructor(text: unknown, base?: unknown) {
    const parts = parse(text, base);
    if (!parts) throw Object.assign(new TypeError('Invalid URL'), { code: 'ERR_INVALID_URL', input: String(text) });
    this.#parts = parts;
  }

  static canParse(text: unknown, base?: unknown): boolean {
    return parse(text, base) !== undefined;
  }

  static parse(text: unknown, base?: unknown): URL | null {
    return URL.canParse(text, base) ? new URL(text, base) : null;
  }

  static part(url: URL, place: number): string {
    return url.#parts[place] as string;
  }

  static change(url: URL, part: string, value: string): void {
    url.#parts = JSON.parse(theHost().changeUrl(url.#parts[HREF], part, value)) as UrlParts;
  }

  get href(): string {
    return this.#parts[HREF];
  }

  set href(value: string) {
    const parts = parse(value, undefined);
    if (!parts) throw new TypeError('Invalid URL');
    this.#parts = parts;
    this.#searchParams?.readAgain(parts[SEARCH]);
  }

  get search(): string {
    return this.#parts[SEARCH];
  }

  set search(value: string) {
    URL.change(this, 'search', String(value));
    this.#searchParams?.readAgain(this.#parts[SEARCH]);
  }

  get origin(): string {
    return this.#parts[10];
  }

  get searchParams(): URLSearchParams {
    this.#searchParams ??= new URLSearchParams(this.#parts[SEARCH], (search) => URL.change(this, 'search', search));
    return this.#searchParams;
  }

  toString(): string {
    return this.href;
  }

  toJSON(): string {
    return this.href;
  }
}

for (const [part, place] of Object.entries(SETTABLE)) {
  Object.defineProperty(URL.prototype, part, {
    configurable: true,
    enumerable: true,
    get(this: URL) {
      return URL.part(this, place);
    },
    set(this: URL, value: unknown) {
      URL.change(this, part, String(value));
    },
  });
}
