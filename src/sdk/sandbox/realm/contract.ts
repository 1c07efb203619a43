// What passes between the host thread and the realm, the context in which workflow code runs. Functions cross wrapped, and what
// they take and give are primitives and bytes, so that user code never holds an object of the host's.

import type { Machine, RunStart } from '../../workflow/contract.ts';

/** What the realm asks of the host. */
export interface RealmHost {
  /** Writes the text's UTF-8 into the bytes and says how many were written; -1 if there is not room for all of it. */
  readonly encode: (text: string, into: Uint8Array) => number;
  /** Undefined where the bytes are not UTF-8 and `fatal` was asked for. */
  readonly decode: (bytes: Uint8Array, fatal: boolean, keepByteOrderMark: boolean) => string | undefined;
  /** The parts of a URL as a JSON array, in the order of `UrlParts`; undefined where the text is no URL. */
  readonly parseUrl: (text: string, base: string | undefined) => string | undefined;
  /** The parts of a URL one of whose parts was set. */
  readonly changeUrl: (href: string, part: string, value: string) => string;
  /** Calls the function; whatever it starts, also behind an await, sees this frame as the current one. */
  readonly runInFrame: <T>(frame: Frame, call: () => T) => T;
  readonly currentFrame: () => Frame | undefined;
  /** The machine's clock, in milliseconds since 1970. */
  readonly systemTime: () => number;
  /** A line of the workflow's log; the attributes are JSON. */
  readonly log: (level: string, message: string, attributes: string) => void;
}

/** What the code that runs now belongs to: its run, and what the workflow API attaches (the cancellation scope). */
export interface Frame {
  readonly run: RealmRun;
  readonly scope: unknown;
  readonly stores?: ReadonlyMap<unknown, unknown> | undefined;
}

/** One run's part of the realm: its clock, its chance, and its hold on what is shared. */
export interface RealmRun {
  readonly runId: string;
  /** Without the arguments, once the workflow has them. */
  start: RunStart;
  /** What the run's code gets as `globalThis`. */
  readonly globalThis: object;
  /** The clock: the time at which the present workflow task was started. */
  nowMs: number;
  random: () => number;
  /** False while history is being replayed. */
  logging: boolean;
  /** The first thing that the run did and a workflow cannot, even if it caught the error. */
  violation: Error | undefined;
  /** What the workflow API keeps of the run (workflow/run.ts). */
  state: unknown;
}

/** What the bundle of the user's code finds as `__perdure`. */
export interface BundleApi {
  /** A part of the workflow API. */
  readonly pick: (name: string) => unknown;
  /** As `pick`; undefined for what is no part of it. */
  readonly pickOptional: (name: string) => unknown;
  /** Makes the error for what a workflow cannot do, and notes it against the run. */
  readonly forbidden: (what: string) => Error;
}

/** What the host holds of a realm. */
export interface RealmControl {
  readonly api: BundleApi;
  readonly machine: Machine;
  createRun(start: RunStart, seed: string): RealmRun;
  /** Says whose code runs next; undefined when nobody's does. */
  enter(run: RealmRun | undefined): void;
}

export type UrlParts = readonly [
  href: string,
  protocol: string,
  username: string,
  password: string,
  host: string,
  hostname: string,
  port: string,
  pathname: string,
  search: string,
  hash: string,
  origin: string,
];
