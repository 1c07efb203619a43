/** Characters that steer typesetting and would tear words apart for everyone who reads on: soft hyphens, joiners, marks. */
const INVISIBLE = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]/g;

/**
 * One shape for the texts of all formats: composed characters (NFC), plain spaces, line feeds, no trailing blanks, at most
 * one blank line between paragraphs.
 */
export function cleanText(text: string): string {
  return text
    .toWellFormed()
    .normalize('NFC')
    .replace(INVISIBLE, '')
    .replace(/\r\n?|[\f\v\u0085\u2028]/g, '\n')
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
