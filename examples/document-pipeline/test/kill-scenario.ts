// A folder of documents, a model server whose answers take their time and sometimes fail, and a command that is killed. What is
// random comes from a seed.

import { watch } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type SeededRandom, seededRandom } from '../../../test/seeded-random.ts';
import { type DemoProcess, type EndedProcess, runDemo, startDemo } from './demo-process.ts';
import { type ModelRequest, type ModelServer, type Reply, rateLimited, startModelServer } from './model-server.ts';
import { FIVE_DOCUMENTS, writeDocuments } from './short-documents.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const NAMES = Object.keys(FIVE_DOCUMENTS);

/** A request, by whom it was sent, and how it was replied to. */
export interface Call {
  readonly process: string;
  readonly request: ModelRequest;
  readonly reply: Reply['kind'];
}

export interface Scenario extends AsyncDisposable {
  readonly random: SeededRandom;
  readonly folder: string;
  readonly database: string;
  readonly output: string;
  /** None: the local summariser. */
  readonly server: ModelServer | undefined;
  readonly calls: readonly Call[];
  /** Each process has a name, by which the server knows it. */
  start(name: string): DemoProcess;
  run(name: string): Promise<EndedProcess>;
  /** Settled when so many more requests have arrived. */
  requests(count: number): Promise<void>;
  /** The files in the output folder. */
  outputs(): Promise<string[]>;
}

export async function scenario(seed: number, model: 'server' | 'local'): Promise<Scenario> {
  const random = seededRandom(seed);
  const temporary = await temporaryFolder();
  const folder = temporary.path;
  await writeDocuments(join(folder, 'in'), FIVE_DOCUMENTS);
  const calls: Call[] = [];
  const awaited = new Map<number, () => void>();
  const onCall = (call: Call) => awaited.get(calls.push(call))?.();
  const server = model === 'local' ? undefined : await startModelServer(temperamental(random, onCall));
  const [database, output] = [join(folder, 'demo.db'), join(folder, 'out')];
  const args = ['--input', join(folder, 'in'), '--output', output, '--db', database, '--json'];
  const settings = (name: string) =>
    server === undefined ? {} : { env: { OPENAI_BASE_URL: server.baseUrl, OPENAI_API_KEY: `key-of-${name}` } };
  return {
    random,
    folder,
    database,
    output,
    server,
    calls,
    start: (name) => startDemo(args, settings(name)),
    run: (name) => runDemo(args, settings(name)),
    requests: (count) => new Promise((resolve) => awaited.set(calls.length + count, resolve)),
    outputs: async () => {
      const entries = await readdir(output, { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    },
    [Symbol.asyncDispose]: async () => {
      await server?.[Symbol.asyncDispose]();
      await temporary[Symbol.asyncDispose]();
    },
  };
}

/** Of every three documents, about one is refused at first; each answer takes up to 60 ms. */
function temperamental(random: SeededRandom, onCall: (call: Call) => void): (request: ModelRequest) => Reply {
  const refusals: readonly Reply[] = [rateLimited('0'), { kind: 'refusal', status: 500 }, { kind: 'hang-up' }];
  return (request) => {
    const until = new Promise((answered) => setTimeout(answered, random.integer(0, 60)));
    const refused = request.nthForDocument === 1 && random.chance(1 / 3);
    const reply: Reply = refused ? random.pick(refusals) : { kind: 'answer', until };
    const process = /key-of-(\S+)/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    onCall({ process, request, reply: reply.kind });
    return reply;
  };
}

/** About so many changes a run makes to the files of its folder, most of them to the database. */
const CHANGES = 650;
const LATEST_MS = 2_000;
const LATEST_AFTER_REQUEST_MS = 60;

export interface Killed {
  readonly scene: Scenario;
  readonly moments: readonly string[];
}

/**
 * A scenario in which so many processes were killed, one after the other, at moments of the seed's choice. Where one came to its end
 * before its moment, all of it is tried again with earlier ones.
 */
export async function killed(seed: number, model: 'server' | 'local', times: number): Promise<Killed> {
  for (let hurry = Math.ceil(times / 2); ; hurry *= 2) {
    const scene = await scenario(seed, model);
    const moments: string[] = [];
    while (moments.length < times) {
      const moment = momentIn(scene, hurry);
      const process = scene.start(`killed-${moments.length + 1}`);
      await Promise.race([moment.come(), process.ended]);
      process.child.kill('SIGKILL');
      if ((await process.ended).signal !== 'SIGKILL') break;
      moments.push(moment.name);
    }
    if (moments.length === times) return { scene, moments };
    await scene[Symbol.asyncDispose]();
  }
}

interface Moment {
  readonly name: string;
  /** Called when the process is started. */
  come(): Promise<void>;
}

function momentIn({ random, folder, server, requests }: Scenario, hurry: number): Moment {
  const atRequest = random.integer(1, Math.ceil(NAMES.length / hurry));
  const msAfterRequest = random.integer(0, LATEST_AFTER_REQUEST_MS);
  const atChange = random.integer(1, Math.ceil(CHANGES / hurry));
  const afterMs = random.integer(0, Math.ceil(LATEST_MS / hurry));
  const kind = random.fraction();
  if (kind < 0.1) return { name: `after ${afterMs} ms`, come: () => passed(afterMs) };
  if (kind < 0.6 || server === undefined)
    return { name: `at change ${atChange}`, come: () => changed(folder, atChange) };
  return {
    name: `${msAfterRequest} ms after request ${atRequest}`,
    come: () => requests(atRequest).then(() => passed(msAfterRequest)),
  };
}

function passed(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Settled when so many changes were seen below the folder. */
function changed(folder: string, count: number): Promise<void> {
  return new Promise((resolve) => {
    let seen = 0;
    const watcher = watch(folder, { recursive: true, persistent: false }, () => {
      seen += 1;
      if (seen !== count) return;
      watcher.close();
      resolve();
    });
  });
}
