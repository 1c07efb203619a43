// The workflow API's window to the realm that it runs in. Outside a sandbox, where a client imports a workflow file for its
// definitions and types, there is none.

import type { SandboxApi } from '../sandbox/realm/contract.ts';

declare const __perdure: SandboxApi | undefined;

export const sandbox: SandboxApi | undefined = typeof __perdure === 'undefined' ? undefined : __perdure;
