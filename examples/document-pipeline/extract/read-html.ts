// The article of a web page, without its menus, banners and scripts.
//
// Readability finds the article as Firefox's reader view does. Where it finds next to nothing, because the page is short or a
// list, the whole body is taken instead.

import { decodeText } from './decode-text.ts';
import type { DocumentFile, Reader } from './format.ts';

/** What is used of a DOM node, by any implementation. */
interface DomNode {
  readonly nodeType: number;
  readonly nodeName: string;
  readonly textContent: string | null;
  readonly childNodes: Iterable<DomNode>;
}

const ELEMENT = 1;
const TEXT = 3;

const BLOCKS = new Set(
  (
    'ADDRESS ARTICLE ASIDE BLOCKQUOTE BODY CAPTION DD DETAILS DIV DL DT FIELDSET FIGCAPTION FIGURE FOOTER FORM H1 H2 H3 H4 H5 H6 ' +
    'HEADER HR LI MAIN NAV OL P PRE SECTION SUMMARY TABLE TBODY TFOOT THEAD TR UL'
  ).split(' '),
);

/** Never text of the document, whatever part of the page was taken. */
const SILENT = new Set('HEAD SCRIPT STYLE NOSCRIPT TEMPLATE IFRAME OBJECT SVG NAV BUTTON SELECT TITLE'.split(' '));

/** An article shorter than this part of its page was hardly the article. */
const LEAST_SHARE = 0.25;

export const readHtml: Reader = async (file) => {
  const [{ parseHTML }, { Readability }] = await Promise.all([import('linkedom'), import('@mozilla/readability')]);
  const source = asPage(decodeText(file, declaredEncoding(file)));
  const { document } = parseHTML(source);
  const title = ((document.querySelector('title') ?? document.querySelector('h1'))?.textContent ?? '')
    .replace(/\s+/g, ' ')
    .trim();
  const body = textOf(document.body);
  // Readability takes the document apart, so it comes last; the serializer hands out nodes, whose paragraphs are known.
  const article = new Readability<DomNode>(document, { serializer: (node) => node as unknown as DomNode }).parse();
  const text = article?.content ? textOf(article.content) : '';
  return { text: text.length >= body.length * LEAST_SHARE ? text : body, ...(title === '' ? {} : { title }) };
};

/** `<meta charset>` and its older form stand in the first kilobyte, in bytes that are ASCII in every encoding that counts. */
function declaredEncoding({ bytes }: DocumentFile): string | undefined {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 1_024));
  return (
    /<meta[^>]+charset\s*=\s*["']?\s*([\w-]+)/i.exec(head)?.[1] ?? /<\?xml[^>]+encoding="([\w-]+)"/i.exec(head)?.[1]
  );
}

/** The parser takes the first element for the root, and has a body only where the source has one. */
function asPage(source: string): string {
  if (/<html[\s>]/i.test(source)) return source;
  return /<body[\s>]/i.test(source) ? `<html>${source}</html>` : `<html><body>${source}</body></html>`;
}

/** The text of a node with a blank line where a block begins or ends; `textContent` would glue paragraphs together. */
function textOf(root: DomNode): string {
  const pieces: string[] = [];
  const open: (DomNode | string)[] = [root];
  // By hand, not by recursion: a hostile page is nested deeper than the stack.
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (typeof node === 'string') pieces.push(node);
    else if (node.nodeType === TEXT) pieces.push((node.textContent ?? '').replace(/\s+/g, ' '));
    else if (node.nodeType === ELEMENT) open.push(...piecesOf(node).toReversed());
  }
  return pieces.join('').trim();
}

function piecesOf(element: DomNode): readonly (DomNode | string)[] {
  const tag = element.nodeName.toUpperCase();
  if (SILENT.has(tag)) return [];
  if (tag === 'BR') return ['\n'];
  if (tag === 'TD' || tag === 'TH') return [...element.childNodes, ' '];
  return BLOCKS.has(tag) ? ['\n\n', ...element.childNodes, '\n\n'] : [...element.childNodes];
}
