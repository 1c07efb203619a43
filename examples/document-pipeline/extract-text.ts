// Text from a document that somebody sent.
//
// A document is hostile input: parsers of PDF and zip files loop, recurse and inflate on demand of the file. So each document
// is read in a thread of its own that is ended when it takes too long or too much memory; the pipeline loses one document and
// goes on.
//
//   bytes ─▶ size and format checked ─▶ thread: parser ─▶ text, or a DocumentError that says why not
//
// Plain text has no parser that could be led astray: a short one is read at once, which saves most of its cost.
//
// The memory is watched from here. A thread's `resourceLimits` alone would not do: they know nothing of buffers, in which
// archives inflate, and a heap that outgrows them in one step, as a large array does, ends the whole process (seen with
// Node 24.21). They stay as a second fence, further out.

import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { DocumentError } from './extract/document-error.ts';
import { type DocumentFile, type ExtractedText, formatOf } from './extract/format.ts';
import { type Outcome, type ReaderTask, readDocument } from './extract/read-document.ts';

export interface ExtractionLimits {
  readonly maxFileBytes: number;
  /** Heap and buffers of the thread together. */
  readonly maxMemoryBytes: number;
  readonly timeoutMs: number;
}

export const DEFAULT_LIMITS: ExtractionLimits = {
  maxFileBytes: 50_000_000,
  maxMemoryBytes: 512_000_000,
  timeoutMs: 30_000,
};

const MEMORY_CHECK_MS = 50;
const MEGABYTE = 1_000_000;
const SHORT_BYTES = MEGABYTE / 4;

/** The limits of one document hold for as many at a time as there are processors; the others wait for their turn. */
const seats = { free: availableParallelism(), waiting: [] as (() => void)[] };

/**
 * Reads the text of a document by the format that its name ends in. Throws DocumentError if there is none to be had, within
 * `limits`, or the signal's reason.
 */
export async function extractText(
  file: DocumentFile,
  limits: ExtractionLimits = DEFAULT_LIMITS,
  signal?: AbortSignal,
): Promise<ExtractedText> {
  const task = { ...file, format: formatOf(file.name) };
  checkSize(file, limits);
  if (task.format === 'text' && file.bytes.byteLength <= SHORT_BYTES) return textOf(await readDocument(task));
  await takeSeat();
  try {
    signal?.throwIfAborted();
    return await readInThread(task, limits, signal);
  } finally {
    leaveSeat();
  }
}

function checkSize({ name, bytes }: DocumentFile, { maxFileBytes }: ExtractionLimits): void {
  if (bytes.byteLength === 0) throw new DocumentError('EmptyDocumentError', `${name} is empty: it has no bytes at all`);
  if (bytes.byteLength > maxFileBytes) {
    throw tooLarge(
      name,
      `${megabytes(bytes.byteLength)} MB, more than the ${megabytes(maxFileBytes)} MB of one document`,
    );
  }
}

async function takeSeat(): Promise<void> {
  if (seats.free > 0) seats.free -= 1;
  else await new Promise<void>((called) => seats.waiting.push(called));
}

function leaveSeat(): void {
  const next = seats.waiting.shift();
  if (next === undefined) seats.free += 1;
  else next();
}

async function readInThread(task: ReaderTask, limits: ExtractionLimits, signal?: AbortSignal): Promise<ExtractedText> {
  const thread = startThread(task, limits);
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
  const late = setTimeout(() => reject(tooSlow(task, limits)), limits.timeoutMs);
  const cancel = (): void => reject(signal?.reason);
  signal?.addEventListener('abort', cancel, { once: true });
  const watch = setInterval(() => watchMemory(thread, task, limits).catch(reject), MEMORY_CHECK_MS);
  thread.once('message', resolve);
  thread.once('error', (error) => reject(explain(task, limits, error)));
  thread.once('exit', (code) => reject(damaged(task, `its reader ended with code ${code}`)));
  try {
    return textOf(await promise);
  } finally {
    clearTimeout(late);
    clearInterval(watch);
    signal?.removeEventListener('abort', cancel);
    await thread.terminate();
  }
}

function textOf(outcome: Outcome): ExtractedText {
  if (outcome.read) return outcome.extracted;
  throw new DocumentError(outcome.type, outcome.message);
}

function startThread(task: ReaderTask, { maxMemoryBytes }: ExtractionLimits): Worker {
  const thread = new Worker(new URL('./extract/reader.ts', import.meta.url), {
    workerData: task,
    // A parser has no business with the environment, in which the API key stands.
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: (4 * maxMemoryBytes) / MEGABYTE },
    stdout: true,
    stderr: true,
  });
  // What parsers print is for their authors. It must be read all the same, or it would pile up.
  thread.stdout.resume();
  thread.stderr.resume();
  return thread;
}

async function watchMemory(thread: Worker, { name }: ReaderTask, { maxMemoryBytes }: ExtractionLimits): Promise<void> {
  const memory = await thread.getHeapStatistics().catch(() => undefined);
  if (memory === undefined || memory.used_heap_size + memory.external_memory <= maxMemoryBytes) return;
  throw tooLarge(name, `it takes more than ${megabytes(maxMemoryBytes)} MB of memory to read`);
}

function explain(task: ReaderTask, { maxMemoryBytes }: ExtractionLimits, error: unknown): DocumentError {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return tooLarge(task.name, `it takes more than ${megabytes(maxMemoryBytes)} MB of memory to read`);
  }
  return damaged(task, message);
}

function tooSlow({ name }: ReaderTask, { timeoutMs }: ExtractionLimits): DocumentError {
  return tooLarge(name, `it takes more than ${timeoutMs / 1_000} s to read`);
}

function tooLarge(name: string, reason: string): DocumentError {
  return new DocumentError('OversizedDocumentError', `${name} is too large, ${reason}: split it`);
}

function damaged({ name }: ReaderTask, reason: string): DocumentError {
  return new DocumentError('BrokenDocumentError', `${name} is damaged (${reason}): get the file again`);
}

function megabytes(bytes: number): string {
  return (bytes / MEGABYTE).toFixed(bytes < 10 * MEGABYTE ? 1 : 0);
}
