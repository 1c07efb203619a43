import { decodeText } from './decode-text.ts';
import type { Reader } from './format.ts';

export const readPlainText: Reader = async (file) => ({ text: decodeText(file) });
