// The realm: the one context of a sandbox thread, in which all its runs live. This code is bundled on its own and runs in the
// context once, before any workflow: it takes away what would make a workflow see the outside, puts in its place what is
// deterministic (install.ts), adds the workflow API, and freezes everything that the runs share.

import './install.ts';

import { DeterminismViolationError } from '../../workflow/determinism-violation.ts';
import * as workflowApi from '../../workflow/index.ts';
import { machine } from '../../workflow/machine.ts';
import { newRun } from '../../workflow/run.ts';
import { DOMException } from './abort.ts';
import type { RealmControl, RealmRun } from './contract.ts';
import { setCurrentRun } from './current.ts';
import { violation } from './forbidden.ts';
import { freezeReachable, freezeSegmentsLate, hiddenIntrinsics, repairErrorClass, repairOverrides } from './freeze.ts';
import { globalThisTemplate } from './global-this.ts';
import { randomSequence } from './random.ts';

/** Deep enough to see the user below the layers of a library. */
const STACK_FRAMES = 60;

/** Finishes the context that this code runs in. */
export function prepareRealm(): RealmControl {
  const template = globalThisTemplate(globalThis);
  const api: Readonly<Record<string, unknown>> = { ...workflowApi };
  repairOverrides();
  freezeSegmentsLate();
  for (const part of [...Object.values(api), DOMException]) repairErrorClass(part);
  freezeReachable([globalThis, template, api, machine, ...hiddenIntrinsics()]);
  return {
    machine,
    api: Object.freeze({
      pick: (name: string) => pick(api, name),
      pickOptional: (name: string) => (Object.hasOwn(api, name) ? api[name] : undefined),
      forbidden: (what: string) => violation(`${what} is not available in workflow code: do this in an activity`),
    }),
    createRun(start, seed) {
      const run: RealmRun = {
        runId: start.runId,
        start,
        globalThis: Object.create(template) as object,
        nowMs: start.startTimeMs,
        random: randomSequence(seed),
        logging: false,
        violation: undefined,
        state: undefined,
      };
      run.state = newRun(run);
      return run;
    },
    enter(run) {
      setCurrentRun(run);
      Error.stackTraceLimit = STACK_FRAMES;
    },
  };
}

function pick(api: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(api, name)) return api[name];
  throw new DeterminismViolationError(
    `the bundle asks for ${name}, which this version of perdure does not have: bundle the workflows again`,
  );
}
