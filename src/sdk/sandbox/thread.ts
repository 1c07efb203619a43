// The entry of a sandbox thread. The compile cache comes first: it saves stripping and compiling every module that follows.

import { enableCompileCache, flushCompileCache } from 'node:module';

enableCompileCache();
const { serve } = await import('./thread-main.ts');
serve();
flushCompileCache();
