// What a failed model call says about itself.
//
// The same refusal arrives in many shapes: an APICallError of the AI SDK with the body parsed, or unparsed; an error
// object inside a stream that began with 200; a fetch error whose reason hides in its cause. This file reads them all
// into one flat record, so that the rules in model-error.ts need to know none of the shapes.

import type { Headers } from './retry-after.ts';

export interface ErrorFacts {
  /** Names of the error and its causes, outermost first, e.g. `AI_APICallError`, `TypeError`. */
  readonly names: readonly string[];
  /** HTTP status of a refusal. An error inside a 200 answer has one only if the provider names it. */
  readonly status: number | undefined;
  readonly headers: Headers;
  /** The provider's own codes and types in lower case, e.g. `invalid_api_key`, `overloaded_error`. */
  readonly codes: readonly string[];
  /** Code of a socket, DNS, TLS or undici error, e.g. `ECONNRESET`. */
  readonly networkCode: string | undefined;
  readonly message: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** Causes deeper than this say nothing new, and a chain may be circular. */
const DEEPEST_CAUSE = 8;

export function readErrorFacts(error: unknown): ErrorFacts {
  const chain = causes(unwrapRetries(error));
  const bodies = chain.flatMap((link) => providerErrors(link));
  const status = first([...chain, ...bodies], httpStatus);
  return {
    names: chain.map((link) => text(link.name)).filter((name) => name !== ''),
    status,
    headers: first(chain, (link) => readHeaders(link.responseHeaders ?? link.headers)) ?? {},
    codes: unique(bodies.flatMap(providerCodes)),
    networkCode: first(chain, networkCode),
    message: first([...bodies, ...chain], (fields) => text(fields.message) || undefined) ?? text(error),
  };
}

/** The AI SDK's own retry loop, should somebody have left it on, wraps what it saw last. */
function unwrapRetries(error: unknown): unknown {
  const fields = asFields(error);
  return fields?.name === 'AI_RetryError' && fields.lastError !== undefined ? fields.lastError : error;
}

function causes(error: unknown): readonly Fields[] {
  const chain: Fields[] = [];
  let link = asFields(error);
  while (link !== undefined && chain.length < DEEPEST_CAUSE) {
    chain.push(link);
    link = asFields(link.cause);
  }
  return chain;
}

/** The provider's error objects: parsed (`data`), unparsed (`responseBody`), or the thrown value itself. */
function providerErrors(link: Fields): readonly Fields[] {
  const bodies = [link.data, parseJson(link.responseBody)].map(unwrapList).map(asFields);
  const thrown = link instanceof Error ? undefined : link;
  return [...bodies, thrown].filter((fields) => fields !== undefined).map(providerError);
}

/** `{error: {…}}` (OpenAI and most), `{error: "…"}` (Ollama), `{detail: "…"}` (FastAPI), or the object itself (vLLM). */
function providerError(body: Fields): Fields {
  const message = text(body.error) || text(body.message) || text(body.detail);
  return asFields(body.error) ?? { ...body, message };
}

/** Gemini's compatible endpoint wraps its error object in a list of one. */
function unwrapList(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : value;
}

function providerCodes(fields: Fields): readonly string[] {
  const details = Array.isArray(fields.details) ? fields.details.map((detail) => asFields(detail)?.reason) : [];
  return [fields.code, fields.type, fields.status, ...details]
    .filter((code) => typeof code === 'string' && code !== '')
    .map((code) => String(code).toLowerCase());
}

function httpStatus(fields: Fields): number | undefined {
  return [fields.statusCode, fields.status, fields.code].map(asStatus).find((status) => status !== undefined);
}

/** Below 400 it is no refusal: an unreadable answer carries 200. */
function asStatus(value: unknown): number | undefined {
  const status = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;
  return typeof status === 'number' && status >= 400 && status < 600 ? status : undefined;
}

/** Of sockets, DNS, TLS and undici. A full disk has a code too, and is no network error. */
const NETWORK_CODES = [
  /^E(CONN\w+|TIMEDOUT|PIPE|AI_\w+|NOTFOUND|HOST\w+|NET\w+|PROTO|ADDR\w+)$/,
  /^UND_ERR_\w+$/,
  /^(CERT_\w+|ERR_(SSL|TLS)_\w+|\w*(SIGNATURE|SELF_SIGNED|_CERT)\w*)$/,
];

const LOST_CONNECTION = /^(terminated|other side closed|fetch failed|socket hang up)$/i;

function networkCode(fields: Fields): string | undefined {
  const code = text(fields.code);
  if (NETWORK_CODES.some((pattern) => pattern.test(code))) return code;
  return LOST_CONNECTION.test(text(fields.message)) ? 'connection lost' : undefined;
}

function readHeaders(value: unknown): Headers | undefined {
  if (value instanceof Headers) return Object.fromEntries(value);
  const fields = asFields(value);
  if (fields === undefined) return undefined;
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name.toLowerCase(), text(field)]));
}

function parseJson(value: unknown): unknown {
  if (typeof value !== 'string') return undefined;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

function asFields(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null ? (value as Fields) : undefined;
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function first<In, Out>(items: readonly In[], read: (item: In) => Out | undefined): Out | undefined {
  for (const item of items) {
    const found = read(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function unique(codes: readonly string[]): readonly string[] {
  return [...new Set(codes)];
}
