// A process that never finishes fetching a document, to be killed while it does: says so on standard output each time it begins.
//
// usage: hanging-process.ts DATABASE

import { open } from 'perdure';
import type { DocumentWorkflow } from '../workflows.ts';

const [database = ''] = process.argv.slice(2);
const app = await open({ database });
const options = {
  taskQueue: 'documents',
  workflowId: 'document',
  args: ['/a.txt'],
  workflowIdConflictPolicy: 'USE_EXISTING',
} as const;
await app.client.workflow.start<typeof DocumentWorkflow>('DocumentWorkflow', options);
await app.worker({
  taskQueue: 'documents',
  workflows: new URL('../workflows.ts', import.meta.url),
  activities: {
    fetch_document: () => {
      process.stdout.write('fetching\n');
      return new Promise(() => {});
    },
  },
});
