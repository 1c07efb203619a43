// W3: from the call that signals a waiting workflow to its result.

import { type Options, PAYLOAD, percentiles, type Result, TASK_QUEUE, withApp } from './measure.ts';

export async function signalled({ workflows = 0 }: Options): Promise<Result> {
  return withApp(async (app) => {
    const all: number[] = [];
    const warmUp = Math.ceil(workflows / 5);
    for (let index = 0; index < warmUp + workflows; index += 1) {
      const options = { taskQueue: TASK_QUEUE, workflowId: `w3-${index}`, args: [PAYLOAD] };
      const handle = await app.client.workflow.start('parked', options);
      // The query is answered only when the workflow has run up to where it waits.
      await handle.query('ready');
      const begin = performance.now();
      await handle.signal('release');
      await handle.result();
      if (index >= warmUp) all.push(performance.now() - begin);
    }
    return percentiles(all);
  });
}
