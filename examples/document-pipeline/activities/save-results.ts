import { isAbsolute, join, relative, sep } from 'node:path';
import { ApplicationFailure } from 'perdure/activity';
import { writeAtomically } from '../atomic-file.ts';
import type { BlobStore } from '../blob-store.ts';
import type { DocumentText } from './extract-text.ts';
import { documentFailure, fileFailure } from './failures.ts';
import type { FetchedDocument } from './fetch-document.ts';
import type { DocumentSummary } from './generate-summary.ts';

/** What is known of a document when it is saved. */
export interface FinishedDocument {
  /** As given to the workflow. */
  readonly docId: string;
  /** Path of the two files below the output folder, without their endings, e.g. `reports/7.pdf`. */
  readonly outputName: string;
  readonly fetched: FetchedDocument;
  readonly text: DocumentText;
  readonly result: DocumentSummary;
}

export interface SavedFiles {
  readonly json: string;
  readonly markdown: string;
}

/**
 * Writes the summary and its facts as one JSON and one Markdown file. Each is whole or absent at any moment, and writing them again
 * gives the same bytes: they hold nothing that a second attempt would see differently.
 */
export async function saveResults(
  blobs: BlobStore,
  outputFolder: string,
  document: FinishedDocument,
): Promise<SavedFiles> {
  const path = pathBelow(outputFolder, document.outputName);
  const saved: SavedFiles = { json: `${path}.json`, markdown: `${path}.md` };
  try {
    const summary = await blobs.getText(document.result.summary.hash);
    await writeAtomically(saved.json, asJson(document, summary));
    await writeAtomically(saved.markdown, asMarkdown(document, summary));
  } catch (error) {
    throw documentFailure(fileFailure('written', path, error));
  }
  return saved;
}

/** A name that leads out of the folder is a mistake of the caller, and retrying does not mend it. */
function pathBelow(folder: string, name: string): string {
  const path = join(folder, name);
  const inside = relative(folder, path);
  if (inside !== '' && !isAbsolute(name) && inside.split(sep)[0] !== '..') return path;
  const message = `"${name}" leads out of the output folder: give a relative path below it`;
  throw ApplicationFailure.nonRetryable(message, 'OutputNameError');
}

function asJson({ docId, fetched, text, result }: FinishedDocument, summary: string): string {
  const { call, cut } = result;
  const content = {
    document: fetched.name,
    path: docId,
    ...(text.title === undefined ? {} : { title: text.title }),
    summary,
    model: call.modelId,
    finishReason: call.finishReason,
    inputTokens: call.usage.inputTokens,
    outputTokens: call.usage.outputTokens,
    words: text.words,
    chars: text.chars,
    cut,
    sha256: fetched.original.hash,
  };
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

function asMarkdown({ fetched, text, result }: FinishedDocument, summary: string): string {
  const { inputTokens, outputTokens } = result.call.usage;
  const facts = [
    `Document: ${fetched.name}, ${text.words} words${result.cut ? ', of which the model was given a part' : ''}`,
    `Model: ${result.call.modelId}, ${inputTokens} tokens read, ${outputTokens} written`,
  ];
  const heading = escapeMarkup((text.title ?? fetched.name).replace(/\s+/g, ' '));
  return `# ${heading}\n\n${escapeMarkup(summary.trim())}\n\n${facts.map((fact) => `- ${escapeMarkup(fact)}`).join('\n')}\n`;
}

/** The words come from strangers, documents and models: in a page made of the file they must stay words. */
function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
