// The process that W5 measures. Plain JavaScript on the built package, as users run it: a checkout that strips types as it loads takes
// longer and more memory, which says nothing of the product.

const [what, database, count = '0'] = process.argv.slice(2);
const { open } = await import('../dist/embed.js');

const app = await open({ database });
const workflows = new URL('./workflows.ts', import.meta.url);
await app.worker({ taskQueue: 'bench', workflows, activities: { nothing: async () => {} } });
if (what === 'park') await park(Number(count), 100);
process.on('SIGTERM', () => void app.close().then(() => process.exit(0)));
process.stdout.write(`${process.memoryUsage.rss() / 1e6}\n`);

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
