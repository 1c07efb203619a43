// The context in which workflow code runs: one per thread, prepared once (realm/), shared by all runs. For each run the bundle is
// evaluated anew, so that every run has its own modules; a run's code is entered by one script, which returns when the code and
// all that it has queued came to rest.

import { AsyncLocalStorage } from 'node:async_hooks';
import vm from 'node:vm';
import type { Machine, RunStart } from '../workflow/contract.ts';
import { BUNDLE_FILE, BUNDLE_FORMAT } from './bundle/format.ts';
import type { BundleApi, Frame, RealmControl, RealmHost, RealmRun } from './realm/contract.ts';

/** What the bundle's script evaluates to. */
interface Bundle {
  readonly format: number;
  /** Prepares the context; called once. */
  readonly realm: (host: RealmHost) => RealmControl;
  /** Evaluates the user's code; called for each run, with its `__perdure`, `globalThis` and `global`. */
  readonly load: (api: BundleApi, ...standIns: readonly [object, object]) => Workflows;
}

/** What the workflow file exports. */
export type Workflows = Readonly<Record<string, unknown>>;

/** A run's code, evaluated. */
export interface Instance {
  readonly run: RealmRun;
  readonly workflows: Workflows;
}

export interface Context {
  /** Evaluates the bundle for a run. Throws what its top level throws. */
  evaluate(start: RunStart, seed: string): Instance;
  readonly machine: Machine;
  /** Calls into a run's code and lets all that it queues come to rest. The call must not throw. */
  enter(run: RealmRun, call: () => void): void;
  /** The run whose code runs, or whose promise this is about. */
  readonly currentRun: RealmRun | undefined;
  /** The size of the user's code. */
  readonly bundleBytes: number;
}

export interface ContextOptions {
  readonly code: string;
  readonly onLog: (run: RealmRun, level: string, message: string, attributes: string) => void;
}

export function createContext({ code, onLog }: ContextOptions): Context {
  const frames = new AsyncLocalStorage<Frame>();
  const realm = vm.createContext(vm.constants.DONT_CONTEXTIFY, { microtaskMode: 'afterEvaluate' });
  const bundle = bundleIn(realm, code);
  // A lexical declaration is no property of the global object, so freezing that does not freeze the slot.
  const slot = vm.runInContext('const __perdure_activation = { call: undefined }; __perdure_activation', realm) as {
    call: (() => void) | undefined;
  };
  const entry = new vm.Script('__perdure_activation.call()', { filename: 'perdure-activation.js' });
  const control = bundle.realm(realmHost(frames, onLog));

  const enter = (run: RealmRun, call: () => void): void => {
    slot.call = call;
    control.enter(run);
    try {
      frames.run({ run, scope: undefined }, () => entry.runInContext(realm));
    } finally {
      control.enter(undefined);
      slot.call = undefined;
    }
  };
  return {
    bundleBytes: bundle.load.toString().length,
    machine: control.machine,
    enter,
    get currentRun() {
      return frames.getStore()?.run;
    },
    evaluate(start, seed) {
      const run = control.createRun(start, seed);
      return { run, workflows: load(bundle, control.api, run, enter) };
    },
  };
}

function bundleIn(realm: vm.Context, code: string): Bundle {
  const bundle = new vm.Script(code, { filename: BUNDLE_FILE }).runInContext(realm) as Bundle;
  if (bundle?.format === BUNDLE_FORMAT) return bundle;
  throw new Error('the workflow bundle was made by another version of perdure: bundle the workflows again');
}

function load(bundle: Bundle, api: BundleApi, run: RealmRun, enter: Context['enter']): Workflows {
  const loaded: { workflows?: Workflows; error?: unknown } = {};
  enter(run, () => {
    // Caught in here: a script that throws leaves its microtasks to whoever runs next.
    try {
      loaded.workflows = bundle.load(api, run.globalThis, run.globalThis);
    } catch (error) {
      loaded.error = error;
    }
  });
  if (!loaded.workflows) throw loaded.error;
  return loaded.workflows;
}

function realmHost(frames: AsyncLocalStorage<Frame>, onLog: ContextOptions['onLog']): RealmHost {
  const encoder = new TextEncoder();
  return {
    encode: (text, into) => {
      const { read, written } = encoder.encodeInto(text, into);
      return read === text.length ? written : -1;
    },
    decode: (bytes, fatal, keepByteOrderMark) => {
      try {
        return decoderFor(fatal, keepByteOrderMark).decode(bytes);
      } catch {
        return undefined;
      }
    },
    parseUrl: (text, base) => {
      const url = URL.parse(text, base);
      return url === null ? undefined : partsOf(url);
    },
    changeUrl: (href, part, value) => {
      const url = new URL(href);
      (url as unknown as Record<string, string>)[part] = value;
      return partsOf(url);
    },
    runInFrame: (frame, call) => frames.run(frame, call),
    currentFrame: () => frames.getStore(),
    systemTime: () => Date.now(),
    log: (level, message, attributes) => {
      const run = frames.getStore()?.run;
      if (run) onLog(run, level, message, attributes);
    },
  };
}

const utf8 = new TextDecoder();

function decoderFor(fatal: boolean, ignoreBOM: boolean): typeof utf8 {
  return fatal || ignoreBOM ? new TextDecoder('utf-8', { fatal, ignoreBOM }) : utf8;
}

function partsOf(url: URL): string {
  const { href, protocol, username, password, host, hostname, port, pathname, search, hash, origin } = url;
  return JSON.stringify([href, protocol, username, password, host, hostname, port, pathname, search, hash, origin]);
}
