import { DocumentError } from './document-error.ts';
import type { DocumentFile, Reader } from './format.ts';

/** A password turns a .docx into another container, the one in which old .doc files are kept too. */
const OLE_CONTAINER = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
const ZIP_ARCHIVE = [0x50, 0x4b];
const ENCRYPTED_PART = Buffer.from('EncryptedPackage', 'utf16le');

export const readDocx: Reader = async (file) => {
  checkContainer(file);
  const { default: mammoth } = await import('mammoth');
  const { value } = await mammoth.extractRawText({ buffer: Buffer.from(file.bytes) });
  return { text: value };
};

function checkContainer({ name, bytes }: DocumentFile): void {
  if (startsWith(bytes, ZIP_ARCHIVE)) return;
  if (!startsWith(bytes, OLE_CONTAINER)) {
    throw new DocumentError('BrokenDocumentError', `${name} is no .docx file: check what was saved under this name`);
  }
  if (Buffer.from(bytes).includes(ENCRYPTED_PART)) {
    throw new DocumentError('EncryptedDocumentError', `${name} asks for a password: save a copy without one`);
  }
  throw new DocumentError('UnsupportedDocumentError', `${name} is in Word's old format: save it as .docx`);
}

function startsWith(bytes: Uint8Array, beginning: readonly number[]): boolean {
  return beginning.every((byte, index) => bytes[index] === byte);
}
