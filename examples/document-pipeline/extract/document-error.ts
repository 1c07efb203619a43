/**
 * Why no text could be had from a document. None of these gets better by trying again, so none is retried:
 * `EmptyDocumentError` it holds no text, `EncryptedDocumentError` it asks for a password, `BrokenDocumentError` it is not
 * what its name says or is damaged, `UnsupportedDocumentError` nobody here reads its format, `OversizedDocumentError` it
 * needs more bytes, memory or time than one document may have.
 */
export type DocumentErrorType =
  | 'EmptyDocumentError'
  | 'EncryptedDocumentError'
  | 'BrokenDocumentError'
  | 'UnsupportedDocumentError'
  | 'OversizedDocumentError';

/** A document cannot be read. The message names the document, what is wrong with it, and what can be done. */
export class DocumentError extends Error {
  readonly type: DocumentErrorType;

  constructor(type: DocumentErrorType, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = type;
    this.type = type;
  }
}
