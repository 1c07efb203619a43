// biome-ignore-all lint/suspicious/noThenProperty: tries it
// biome-ignore-all lint/suspicious/noGlobalAssign: tries it

// Workflows that try to leave something behind, or to change what all runs share.
import { AsyncLocalStorage, condition, defineSignal, proxyActivities, setHandler, sleep } from 'perdure/workflow';

let moduleState = 0;
const globals = globalThis as unknown as Record<string, unknown>;

export async function remembers(): Promise<number[]> {
  moduleState += 1;
  globals.counter = Number(globals.counter ?? 0) + 1;
  const viaFunction = Function('return this')() as Record<string, unknown>;
  try {
    viaFunction.counter = Number(viaFunction.counter ?? 0) + 1;
  } catch {
    // The real global object is frozen.
  }
  return [moduleState, Number(globals.counter), Number(viaFunction.counter ?? 0)];
}

const attempts: Record<string, () => unknown> = {
  'Array.prototype.push': () => {
    Array.prototype.push = () => 0;
  },
  'Object.prototype.own': () => {
    (Object.prototype as Record<string, unknown>).own = 1;
  },
  'Object.prototype.toString': () => {
    Object.prototype.toString = () => 'changed';
  },
  'JSON.parse': () => {
    JSON.parse = () => 'changed';
  },
  'Math.random': () => {
    Math.random = () => 4;
  },
  'Promise.prototype.then': () => {
    Promise.prototype.then = (() => 'changed') as never;
  },
  'Date.now': () => {
    Date.now = () => 0;
  },
  Date: () => {
    Date = class {} as never;
  },
  'async generator': () => {
    Object.getPrototypeOf(async function* () {}).own = 1;
  },
  'Map.prototype': () => Object.defineProperty(Map.prototype, 'get', { value: () => 'changed' }),
  'Error.prototype.message': () => {
    Error.prototype.message = 'changed';
  },
  'the API': () => {
    (proxyActivities as unknown as Record<string, unknown>).own = 1;
  },
  'URL.prototype': () => {
    (URL.prototype as unknown as Record<string, unknown>).own = 1;
  },
  segments: () => {
    Object.getPrototypeOf(new Intl.Segmenter().segment('a')).own = 1;
  },
  setTimeout: () => {
    (setTimeout as unknown as Record<string, unknown>).own = 1;
  },
};

/** The message of what is thrown by the attempt. */
export async function changes(what: string): Promise<string> {
  try {
    attempts[what]?.();
    return 'changed';
  } catch (error) {
    return (error as Error).message;
  }
}

export async function keepsNames(): Promise<unknown[]> {
  class Animal {
    name = 'animal';
  }
  const error = new TypeError('x');
  error.name = 'Renamed';
  error.message = 'y';
  function Old(this: Record<string, unknown>) {}
  Old.prototype.toString = () => 'old';
  const heir = Object.create({}) as Record<string, unknown>;
  heir.constructor = Old;
  heir.hasOwnProperty = () => true;
  return [
    new Animal().name,
    `${error}`,
    String(new (Old as never as new () => object)()),
    Object.keys(heir),
    (error as unknown) instanceof Error,
  ];
}

export async function globalsOfItsOwn(): Promise<unknown[]> {
  globals.fetchedBy = 'me';
  globals.fetch = 'replaced';
  return [
    globals.fetchedBy,
    globals.fetch,
    globals.globalThis === globals,
    typeof globals.Array,
    globals.Array === Array,
    'Map' in globals,
    Object.keys(globals),
  ];
}

export async function leavesAsyncWork(): Promise<string> {
  // Never awaited and never ending: it must not run in another run's activation.
  void (async () => {
    for (let at = 0; at < 5; at += 1) await sleep(1_000);
  })();
  return 'done';
}

const storage = new AsyncLocalStorage<string>();

export async function stores(name: string): Promise<string[]> {
  const seen: string[] = [];
  await Promise.all(
    [`${name}1`, `${name}2`].map((one) =>
      storage.run(one, async () => {
        await sleep(1_000);
        seen.push(`${one} ${storage.getStore()}`);
      }),
    ),
  );
  return [...seen, String(storage.getStore())];
}

export async function interleaves(name: string): Promise<string> {
  let text = name;
  setHandler(defineSignal<[string]>('add'), (more) => {
    text += more;
  });
  await condition(() => text.endsWith('!'));
  return text;
}
