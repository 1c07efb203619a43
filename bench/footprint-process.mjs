// The process that W5 measures. Plain JavaScript on the built package, as users run it: a checkout that strips types as it loads takes
// longer and more memory, which says nothing of the product. Its first line says how long each part of the start took.

import { enableCompileCache } from 'node:module';

// As docs/performance.md tells users who care for their start to do: what V8 compiled is kept for the next start.
enableCompileCache();
const [what, database, count = '0'] = process.argv.slice(2);
const bootMs = performance.now();
const { open } = await import('../dist/embed.js');
const importedMs = performance.now();
const app = await open({ database });
const openedMs = performance.now();
const workflows = new URL('./workflows.ts', import.meta.url);
await app.worker({ taskQueue: 'bench', workflows, activities: { nothing: async () => {} } });
const readyMs = performance.now();
if (what === 'park') await park(Number(count), 100);
process.on('SIGTERM', () => void app.close().then(() => process.exit(0)));
const split = { bootMs, importMs: importedMs - bootMs, openMs: openedMs - importedMs, workerMs: readyMs - openedMs };
process.stdout.write(`${JSON.stringify({ ...split, rssMb: process.memoryUsage.rss() / 1e6 })}\n`);

/** @param {number} runs @param {number} inFlight */
async function park(runs, inFlight) {
  let next = 0;
  const args = ['x'.repeat(1024)];
  const line = async () => {
    while (next < runs) {
      const workflowId = `parked-${next++}`;
      const handle = await app.client.workflow.start('parked', { taskQueue: 'bench', workflowId, args });
      await handle.query('ready');
    }
  };
  await Promise.all(Array.from({ length: inFlight }, line));
}
