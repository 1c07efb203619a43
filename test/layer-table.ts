// The table of layers in ARCHITECTURE.md, read as a rule.
//
// A row names a folder or a file, or several that make one layer, and lists what the code in it may import: other
// rows by a folder of theirs, single files, `node:*` or one `node:` module, and packages. The longest path that matches
// owns a file, so a folder with a row of its own is not part of its parent, neither as importer nor as import. A row's
// own files may always import each other.
import { posix } from 'node:path';
import { packageOf, type SourceFile } from '../scripts/source-file.ts';

export interface Layer {
  readonly paths: readonly string[];
  readonly allowed: readonly string[];
}

const header = ['folder', 'may import', 'purpose'];

/** Finds the one table headed `folder | may import | purpose`, whose order is the order of the layers. */
export function readLayerTable(markdown: string): readonly Layer[] {
  const rows = markdown.split('\n').map(cellsOf);
  const start = rows.findIndex((cells) => header.every((title, at) => cells[at] === title));
  if (start === -1) throw new Error(`ARCHITECTURE.md has no table headed | ${header.join(' | ')} |`);
  const body = rows.slice(start + 2);
  const end = body.findIndex((cells) => cells.length !== header.length);
  return body.slice(0, end === -1 ? body.length : end).map(([paths = '', imports = '']) => ({
    paths: namesIn(paths),
    allowed: imports === 'nothing' ? [] : namesIn(imports),
  }));
}

function namesIn(cell: string): string[] {
  return cell.split(',').map((name) => name.trim());
}

function cellsOf(line: string): string[] {
  if (!line.startsWith('|')) return [];
  return line
    .replaceAll('`', '')
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

/** The row that a path belongs to, by the longest of its paths that matches, or undefined if the table does not name it. */
export function layerOf(table: readonly Layer[], path: string): Layer | undefined {
  const matching = table.flatMap((layer) =>
    layer.paths.filter((place) => path === place || path.startsWith(`${place}/`)).map((place) => ({ place, layer })),
  );
  return matching.toSorted((a, b) => b.place.length - a.place.length)[0]?.layer;
}

/**
 * The rows that break the order of the table: a row may name only rows above it. This is what keeps the layers
 * free of cycles, whatever else the cells say.
 */
export function misplacedRows(table: readonly Layer[]): string[] {
  return table.flatMap((layer, at) =>
    layer.allowed.flatMap((name) => {
      const named = name.startsWith('src/') ? layerOf(table, name) : undefined;
      if (!name.startsWith('src/') || (named !== undefined && table.indexOf(named) < at)) return [];
      return [`the row ${layer.paths} may import ${name}, which is no row above it: layers only import downwards`];
    }),
  );
}

/** Where the imports of one file go that its row does not allow: one sentence each, with file, line and remedy. */
export function forbiddenImports(table: readonly Layer[], file: SourceFile, selfExports: SelfExports): string[] {
  const layer = layerOf(table, file.path);
  if (layer === undefined) {
    return [`${file.path}:1 belongs to no row of the table in ARCHITECTURE.md: give its folder a row`];
  }
  return file.imports
    .map(({ specifier, line }) => ({ line, specifier, target: resolveImport(file.path, specifier, selfExports) }))
    .filter(({ target }) => !mayImport(table, layer, target))
    .map(
      ({ line, specifier }) =>
        `${file.path}:${line} imports ${specifier}, but ${layer.paths.join(' and ')} may import only ${layer.allowed.join(', ') || 'nothing'}` +
        ' (the table in ARCHITECTURE.md): move the code, or change the table and say why in the commit',
    );
}

/** The `exports` of the repository's package.json: what `import 'perdure/client'` means inside the repository. */
export type SelfExports = Readonly<Record<string, string>>;

/** A path from the root of the repository for our own files; packages and `node:` modules by their name. */
export function resolveImport(importer: string, specifier: string, selfExports: SelfExports): string {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(importer), specifier);
  const own = /^perdure(\/.*)?$/.exec(specifier);
  if (own === null) return packageOf(specifier);
  return posix.normalize(selfExports[`.${own[1] ?? ''}`] ?? specifier);
}

function mayImport(table: readonly Layer[], layer: Layer, target: string): boolean {
  if (target.startsWith('node:')) return layer.allowed.includes('node:*') || layer.allowed.includes(target);
  const owner = layerOf(table, target);
  if (owner === layer) return true;
  return layer.allowed.some((name) => name === target || owner?.paths.includes(name));
}
