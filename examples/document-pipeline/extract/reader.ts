// The thread in which one document is read (see ../extract-text.ts). It gets the document as its workerData, posts one Outcome,
// and ends.

import { parentPort, workerData } from 'node:worker_threads';
import { type ReaderTask, readDocument } from './read-document.ts';

parentPort?.postMessage(await readDocument(workerData as ReaderTask));
