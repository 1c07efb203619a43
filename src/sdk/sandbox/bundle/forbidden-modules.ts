// Modules that a workflow cannot use: Node's own, and the parts of perdure that live outside the sandbox. Importing one is no
// error, because types and code that the workflow never calls come in by it; using one is. So each is bundled as an object
// whose every part is callable and throws when called, naming itself.

import { builtinModules } from 'node:module';
import type { Plugin } from 'esbuild';
import type { BundleApi } from '../realm/contract.ts';

const OUTSIDE = ['perdure', 'perdure/client', 'perdure/worker', 'perdure/activity', 'perdure/testing'];
const FORBIDDEN_PATH = new RegExp(`^(?:node:.*|${[...builtinModules, ...OUTSIDE].join('|')})$`);
/** The namespace of these modules, which their names in the source map begin with. */
export const FORBIDDEN = 'perdure-forbidden';

export function forbiddenModules(): Plugin {
  return {
    name: 'perdure-forbidden-modules',
    setup(build) {
      build.onResolve({ filter: FORBIDDEN_PATH }, ({ path }) => ({ path, namespace: FORBIDDEN, sideEffects: false }));
      build.onLoad({ filter: /.*/, namespace: FORBIDDEN }, ({ path }) => ({
        contents: `module.exports = ${forbiddenModule.toString()}(${JSON.stringify(path)});`,
        loader: 'js',
      }));
    },
  };
}

declare const __perdure: BundleApi;

/** Its text is what the bundle gets, so it refers to nothing outside itself but the sandbox's own `__perdure`. */
function forbiddenModule(module: string): unknown {
  const names = (path: string): ProxyHandler<object> => ({
    get: (target, name) => {
      if (typeof name === 'symbol' || name === 'then' || name === '__esModule') return undefined;
      if (name === 'prototype') return (target as { prototype?: unknown }).prototype;
      // What all parts of perdure export, e.g. the failure classes, a workflow may have from any of them.
      const shared = path.startsWith('perdure') ? __perdure.pickOptional(name) : undefined;
      return shared ?? part(`${path}.${name}`);
    },
  });
  const part = (path: string): object =>
    new Proxy(function forbidden() {}, {
      ...names(path),
      apply: () => {
        throw __perdure.forbidden(path);
      },
      construct: () => {
        throw __perdure.forbidden(`new ${path}`);
      },
      // esbuild makes the module's namespace an heir of its prototype, and looks names up there.
      getPrototypeOf: () => new Proxy(Object.create(null) as object, names(path)),
    });
  return part(module);
}
