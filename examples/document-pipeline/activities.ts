// The steps of the pipeline, as the worker runs them. Each may be attempted more than once, and at any moment the process may die:
//
//   fetch_document ─▶ extract_text ─▶ generate_summary ─▶ save_results
//
// Only references to texts pass between them (see blob-store.ts), so a history stays small however large the documents are.

import { type DocumentText, extractDocumentText } from './activities/extract-text.ts';
import { type FetchedDocument, fetchDocument } from './activities/fetch-document.ts';
import { type DocumentSummary, generateSummary, type SummaryRequest } from './activities/generate-summary.ts';
import { type FinishedDocument, type SavedFiles, saveResults } from './activities/save-results.ts';
import type { BlobStore } from './blob-store.ts';
import type { CallLedger } from './call-ledger.ts';
import type { ChosenModel } from './model.ts';

export type { DocumentSummary, DocumentText, FetchedDocument, FinishedDocument, SavedFiles, SummaryRequest };

/** What the steps work with. */
export interface PipelineEnvironment {
  readonly blobs: BlobStore;
  readonly calls: CallLedger;
  readonly model: ChosenModel;
  readonly outputFolder: string;
  /** Longest silence of the model before it is given up, in milliseconds; 20,000 by default, below an attempt's 30 s. */
  readonly stallTimeoutMs?: number;
}

/** The activities of the pipeline, under the names that its workflow calls. */
export interface PipelineActivities {
  fetch_document(path: string): Promise<FetchedDocument>;
  extract_text(document: FetchedDocument): Promise<DocumentText>;
  generate_summary(request: SummaryRequest): Promise<DocumentSummary>;
  save_results(document: FinishedDocument): Promise<SavedFiles>;
}

const STALL_TIMEOUT_MS = 20_000;

export function createActivities(environment: PipelineEnvironment): PipelineActivities {
  const { blobs, calls, model, outputFolder, stallTimeoutMs = STALL_TIMEOUT_MS } = environment;
  return {
    fetch_document: (path) => fetchDocument(blobs, path),
    extract_text: (document) => extractDocumentText(blobs, document),
    generate_summary: (request) => generateSummary({ blobs, calls, model, stallTimeoutMs }, request),
    save_results: (document) => saveResults(blobs, outputFolder, document),
  };
}
