// A process for the ledger's tests to kill: makes one call, says when its answer is kept, and then lives on.
//
// usage: ledger-process.ts FOLDER BASE_URL

import { generateOnce } from 'perdure/llm';
import { openBlobStore } from '../blob-store.ts';
import { openCallLedger } from '../call-ledger.ts';
import { chooseModel } from '../model.ts';

const [folder = '', OPENAI_BASE_URL] = process.argv.slice(2);
const { model, id } = await chooseModel({ environment: { OPENAI_BASE_URL }, model: 'small' });
const ledger = openCallLedger(`${folder}/calls`, openBlobStore(folder));
const caller = { workflowId: 'w', runId: 'r', activityId: '1', attempt: 1 };
const prompt = 'Document: a.txt\n\nSummarise it.';
const input = { modelId: id, system: 'Be brief.', prompt, maxOutputTokens: 100 };
const call = await ledger.answer(caller, input, () => generateOnce(model, { system: 'Be brief.', prompt }));
process.stdout.write(`${JSON.stringify({ processId: ledger.processId, sent: ledger.sent, call })}\n`);
setInterval(() => {}, 60_000);
