// Some servers and gateways ignore `stream: true` and send their answer as one JSON body. The provider would read that
// as a stream without events and call it broken, and the call, though answered and paid, would be made again.
//
// So such an answer is rewritten here as the stream it should have been. Everything else passes untouched.

interface PlainAnswer {
  readonly choices?: readonly {
    readonly index?: number;
    readonly message?: Readonly<Record<string, unknown>>;
    readonly finish_reason?: string | null;
  }[];
}

/** Wraps a fetch so that a JSON answer to a streamed request arrives as a stream of server-sent events. */
export function streamPlainAnswers(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    if (!response.ok || !isJson(response) || !asksForStream(init?.body)) return response;
    const body = await response.text();
    return new Response(asEvents(body) ?? body, { status: response.status, headers: eventHeaders(response.headers) });
  };
}

function isJson(response: Response): boolean {
  return /^application\/json\b/i.test(response.headers.get('content-type') ?? '');
}

function asksForStream(body: unknown): boolean {
  return typeof body === 'string' && /"stream":\s*true/.test(body);
}

/** An object without choices is passed on as an event too: it may be an error object, which the provider reads. */
function asEvents(body: string): string | undefined {
  const plain = parse(body);
  if (plain === undefined) return undefined;
  const choices = plain.choices?.map(({ message, finish_reason, ...rest }) => ({
    ...rest,
    delta: message ?? {},
    finish_reason: finish_reason ?? 'stop',
  }));
  return `data: ${JSON.stringify({ ...plain, ...(choices ? { choices } : {}) })}\n\ndata: [DONE]\n\n`;
}

function parse(body: string): PlainAnswer | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Length and encoding described the body as it was sent, not what is passed on. */
function eventHeaders(original: Headers): Headers {
  const headers = new Headers(original);
  headers.set('content-type', 'text/event-stream');
  headers.delete('content-length');
  headers.delete('content-encoding');
  return headers;
}
