// What the realm offers in the place of Node's and the browser's objects. Each check is asked for by name.

const checks: Record<string, () => unknown> = {
  date: () => {
    class Later extends Date {}
    const now = new Date();
    return [
      now.constructor === Date,
      now instanceof Date,
      new Later() instanceof Later,
      new Later().getTime() === now.getTime(),
      typeof Date(),
      Date.UTC(2020, 1, 1),
      new Date(2020, 0, 5).getDate(),
      Object.prototype.toString.call(now),
      structuredClone(now) instanceof Date,
    ];
  },
  intl: () => {
    const format = new Intl.DateTimeFormat('en', { timeZone: 'UTC', dateStyle: 'short', timeStyle: 'medium' });
    return [format.format() === format.format(new Date()), format.formatToParts().length > 3, format.format(0)];
  },
  text: () => {
    const bytes = new TextEncoder().encode('grüß €😀');
    const into = new Uint8Array(6);
    return [
      bytes instanceof Uint8Array,
      [...bytes.slice(0, 4)],
      new TextDecoder().decode(bytes),
      new TextEncoder().encodeInto('aü€😀', into),
      new TextDecoder().decode(new Uint8Array([255])),
      btoa('hällo'),
      atob(btoa('hällo')),
      atob('YQ=='),
    ];
  },
  textErrors: () =>
    [
      () => new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array([255])),
      () => new TextDecoder('latin1'),
      () => btoa('€'),
      () => atob('a'),
    ].map((call) => {
      try {
        return call();
      } catch (error) {
        return [(error as Error).name, error instanceof Error];
      }
    }),
  url: () => {
    const url = new URL('../b?x=1&y=a+b#top', 'https://user:pw@example.org:8080/a/c');
    const before = [
      url.href,
      url.origin,
      url.host,
      url.hostname,
      url.port,
      url.pathname,
      url.search,
      url.hash,
      url.username,
    ];
    url.searchParams.append('z', 'ü &');
    url.pathname = '/new path';
    url.hash = '';
    const after = [url.href, [...url.searchParams], JSON.stringify(url), url instanceof URL];
    url.search = '?q=2';
    let error: unknown;
    try {
      new URL('::');
    } catch (caught) {
      error = caught;
    }
    return [
      before,
      after,
      url.searchParams.get('q'),
      error instanceof TypeError,
      URL.canParse('nope'),
      URL.parse('a:b')?.href,
    ];
  },
  params: () => {
    const params = new URLSearchParams({ b: '2', a: '1' });
    params.append('a', '3');
    params.set('b', '4');
    params.sort();
    params.delete('a', '1');
    return [
      params.toString(),
      params.getAll('a'),
      params.has('b', '4'),
      params.size,
      new URLSearchParams('?x=%zz&y').toString(),
    ];
  },
  clone: () => {
    const from = {
      map: new Map([[{ k: 1 }, new Set([1])]]),
      list: Object.assign(new Array<number>(3), { 0: 1, 2: 3 }),
      re: /x/gi,
      bytes: new Uint8Array([1, 2]),
      self: null as unknown,
    };
    from.self = from;
    const to = structuredClone(from);
    const error = structuredClone(new TypeError('bad', { cause: 7 }));
    let refused = '';
    try {
      structuredClone(() => {});
    } catch (caught) {
      refused = (caught as Error).name;
    }
    return [
      to !== from && to.self === to,
      to.map instanceof Map && [...to.map.values()][0] instanceof Set,
      to.re.flags,
      [...to.bytes],
      to.list.length,
      1 in to.list,
      error instanceof TypeError && [error.message, error.cause],
      refused,
    ];
  },
  abort: () => {
    const heard: string[] = [];
    const controller = new AbortController();
    controller.signal.addEventListener('abort', (event) => heard.push(event.type), { once: true });
    controller.signal.onabort = () => heard.push('on');
    const any = AbortSignal.any([controller.signal]);
    controller.abort();
    controller.abort('twice');
    let thrown: unknown;
    try {
      any.throwIfAborted();
    } catch (error) {
      thrown = error;
    }
    const target = new EventTarget();
    const listener = () => heard.push('ping');
    target.addEventListener('ping', listener);
    target.dispatchEvent(new Event('ping'));
    target.removeEventListener('ping', listener);
    target.dispatchEvent(new Event('ping'));
    return [heard, any.aborted, thrown instanceof Error, (thrown as Error).name, AbortSignal.abort('x').reason];
  },
  headers: () => {
    const headers = new Headers({ 'Content-Type': 'text/plain', b: '2' });
    headers.append('B', '3');
    headers.append('set-cookie', 'a=1');
    headers.append('set-cookie', 'b=2');
    return [
      [...headers],
      headers.get('content-type'),
      headers.getSetCookie(),
      headers.has('x'),
      new Headers([...headers]).get('b'),
    ];
  },
  scheduling: async () => {
    const order: string[] = [];
    queueMicrotask(() => order.push('microtask'));
    order.push('now');
    await Promise.resolve();
    return order;
  },
};

export async function check(what: string): Promise<unknown> {
  return await checks[what]?.();
}
