// A model endpoint for tests: speaks OpenAI's chat completions on a free local port, and fails on demand.
//
// A script says of each request how it is replied to. Everything that reached the server is kept, so that a test can
// count what a pipeline really asked for, also across processes that were killed.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How the server treats one request. */
export type Reply =
  | {
      readonly kind: 'answer';
      readonly text?: string;
      /** Sends the beginning, then waits for this before it goes on. */
      readonly until?: Promise<unknown>;
      /** Answers a request for a stream with one JSON body, as some servers do. */
      readonly unstreamed?: boolean;
      readonly withoutUsage?: boolean;
    }
  | {
      readonly kind: 'refusal';
      readonly status: number;
      readonly code?: string;
      readonly message?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** 200 and the first words, then silence on an open connection. */
  | { readonly kind: 'stall' }
  /** 200 and the first words, then the connection is cut. */
  | { readonly kind: 'cut' }
  /** The connection is cut before any answer. */
  | { readonly kind: 'hang-up' }
  /** 200 and something that is no chat completion. */
  | { readonly kind: 'garbage'; readonly body?: string }
  /** 200, the first words, and then the provider's error inside the stream. */
  | { readonly kind: 'error-in-stream'; readonly error: Readonly<Record<string, unknown>> };

export interface ModelRequest {
  /** From the line `Document: NAME` of the prompt; empty without one. */
  readonly document: string;
  /** 1 for the first request about this document. */
  readonly nthForDocument: number;
  /** 1 for the first request at all. */
  readonly nth: number;
  readonly model: string;
  readonly headers: IncomingMessage['headers'];
  readonly prompt: string;
}

export type Script = (request: ModelRequest) => Reply;

export interface ModelServer extends AsyncDisposable {
  /** Ends in `/v1`: what `OPENAI_BASE_URL` takes. */
  readonly baseUrl: string;
  readonly requests: readonly ModelRequest[];
  requestsFor(document: string): number;
  /** How many answers about the document were sent to the end. */
  answersFor(document: string): number;
}

interface ChatBody {
  readonly model: string;
  readonly stream?: boolean;
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
}

const FIRST_WORDS = 'The document ';

export const answer: Reply = { kind: 'answer' };

/** 429 with the given `Retry-After`: seconds, or a date. */
export function rateLimited(retryAfter?: string): Reply {
  const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
  return { kind: 'refusal', status: 429, code: 'rate_limit_exceeded', message: 'Rate limit reached', headers };
}

/** Replies to the requests about each document in this order; the last reply goes on for ever. */
export function inTurn(first: Reply, ...rest: readonly Reply[]): Script {
  const replies = [first, ...rest];
  return ({ nthForDocument }) => replies[Math.min(nthForDocument, replies.length) - 1] ?? first;
}

export async function startModelServer(script: Script = () => answer): Promise<ModelServer> {
  const requests: ModelRequest[] = [];
  const answered: string[] = [];
  const server = createServer((incoming, outgoing) => {
    readBody(incoming).then(
      async (body) => {
        const request = readRequest(incoming, body, requests);
        requests.push(request);
        const finished = await reply(script(request), request, body, outgoing);
        if (finished) answered.push(request.document);
      },
      () => outgoing.destroy(),
    );
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests,
    requestsFor: (document) => requests.filter((request) => request.document === document).length,
    answersFor: (document) => answered.filter((name) => name === document).length,
    [Symbol.asyncDispose]: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

async function readBody(incoming: IncomingMessage): Promise<ChatBody> {
  const pieces: Buffer[] = [];
  for await (const piece of incoming) pieces.push(piece as Buffer);
  return JSON.parse(Buffer.concat(pieces).toString('utf8')) as ChatBody;
}

function readRequest(incoming: IncomingMessage, body: ChatBody, earlier: readonly ModelRequest[]): ModelRequest {
  const prompt = body.messages.map(({ content }) => textOf(content)).join('\n\n');
  const document = /^Document: (.*)$/m.exec(prompt)?.[1]?.trim() ?? '';
  return {
    document,
    nthForDocument: earlier.filter((request) => request.document === document).length + 1,
    nth: earlier.length + 1,
    model: body.model,
    headers: incoming.headers,
    prompt,
  };
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  const parts = Array.isArray(content) ? (content as readonly { readonly text?: string }[]) : [];
  return parts.map((part) => part.text ?? '').join('');
}

/** Resolves to whether an answer was sent to its end. */
async function reply(kind: Reply, request: ModelRequest, body: ChatBody, outgoing: ServerResponse): Promise<boolean> {
  switch (kind.kind) {
    case 'answer':
      return sendAnswer(kind, request, body, outgoing);
    case 'refusal':
      outgoing.writeHead(kind.status, { 'content-type': 'application/json', ...kind.headers });
      outgoing.end(
        JSON.stringify({ error: { message: kind.message ?? 'Refused', type: 'error', code: kind.code ?? null } }),
      );
      return false;
    case 'garbage':
      outgoing.writeHead(200, { 'content-type': 'text/event-stream' });
      outgoing.end(kind.body ?? 'data: <html>Service notice</html>\n\n');
      return false;
    case 'hang-up':
      outgoing.destroy();
      return false;
    default:
      beginStream(request, outgoing);
      if (kind.kind === 'cut') outgoing.write('data: {"id"', () => outgoing.destroy());
      if (kind.kind === 'error-in-stream') outgoing.end(event({ error: kind.error }));
      return false;
  }
}

async function sendAnswer(
  { text, until, unstreamed, withoutUsage }: Extract<Reply, { kind: 'answer' }>,
  request: ModelRequest,
  body: ChatBody,
  outgoing: ServerResponse,
): Promise<boolean> {
  const summary = text ?? `${FIRST_WORDS}${request.document} is about itself.`;
  const usage = withoutUsage ? undefined : usageOf(request.prompt, summary);
  const choice = { index: 0, finish_reason: 'stop' };
  if (unstreamed || !body.stream) {
    await until;
    outgoing.writeHead(200, { 'content-type': 'application/json' });
    const message = { role: 'assistant', content: summary };
    outgoing.end(JSON.stringify({ ...envelope(request), choices: [{ ...choice, message }], usage }));
    return true;
  }
  beginStream(request, outgoing, summary.slice(0, FIRST_WORDS.length));
  await until;
  outgoing.write(chunk(request, { content: summary.slice(FIRST_WORDS.length) }));
  outgoing.write(event({ ...envelope(request), choices: [{ ...choice, delta: {} }] }));
  if (usage !== undefined) outgoing.write(event({ ...envelope(request), choices: [], usage }));
  outgoing.end('data: [DONE]\n\n');
  return !outgoing.destroyed;
}

function beginStream(request: ModelRequest, outgoing: ServerResponse, firstWords = FIRST_WORDS): void {
  outgoing.writeHead(200, { 'content-type': 'text/event-stream' });
  outgoing.write(chunk(request, { role: 'assistant', content: firstWords }));
}

function chunk(request: ModelRequest, delta: object): string {
  return event({ ...envelope(request), choices: [{ index: 0, delta, finish_reason: null }] });
}

function envelope({ nth, model }: ModelRequest) {
  return { id: `chatcmpl-${nth}`, object: 'chat.completion', created: 1, model: `${model}-served` };
}

function event(value: object): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

/** One token per word, so that a test can predict what a call costs. */
function usageOf(prompt: string, summary: string) {
  const words = (text: string): number => text.split(/\s+/).filter((word) => word !== '').length;
  const [input, output] = [words(prompt), words(summary)];
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
}
