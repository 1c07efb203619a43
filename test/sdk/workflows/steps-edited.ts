// steps.ts after somebody has put a wait in front of everything.

import { sleep } from '../../../src/sdk/workflow/index.ts';
import { pipeline as before } from './steps.ts';

export async function pipeline(): Promise<string> {
  await sleep('1 s');
  return before();
}
