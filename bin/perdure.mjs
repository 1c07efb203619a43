#!/usr/bin/env node
// The `perdure` command. One file serves two places: a checkout, where the sources are run as they are, and the
// published package, where the built JavaScript lies beside this folder and .ts files may not be loaded.
import { existsSync } from 'node:fs';
import module from 'node:module';
import { checkoutRemedy, requireNode } from './require-node.mjs';

const built = new URL('../cli/main.js', import.meta.url);
const sources = new URL('../src/cli/main.ts', import.meta.url);

const published = existsSync(built);

requireNode(published ? `Install it from https://nodejs.org and run the command again.\n` : checkoutRemedy);
// What was compiled, or stripped of its types, is kept for the next start: a third of the time.
module.enableCompileCache?.();
const { main } = await import(published ? built.href : sources.href);
process.exitCode = await main(process.argv.slice(2));
