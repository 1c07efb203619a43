// What the architecture test and the build need to know of a source file: what it imports, where its functions
// are, and what it names of the outside world. It reads the syntax tree, not the text, so that a comment or a
// string that merely looks like an import is none.
import { type Argument, type Function as FunctionNode, type ParserOptions, parseSync, Visitor } from 'oxc-parser';

export interface Import {
  readonly specifier: string;
  readonly line: number;
}

export interface FunctionSpan {
  readonly name: string;
  readonly line: number;
  readonly lines: number;
}

/** A call or a property of a global object, such as `Date.now` or `setTimeout`. */
export interface GlobalUse {
  readonly name: string;
  readonly line: number;
}

export interface SourceFile {
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly Import[];
  readonly functions: readonly FunctionSpan[];
  readonly globals: readonly GlobalUse[];
}

type Span = { readonly start: number; readonly end: number };

/** Reads one file's text. Throws a SyntaxError that names the file when it does not parse. */
export function readSourceFile(path: string, text: string): SourceFile {
  const options: ParserOptions = { preserveParens: false, sourceType: 'module' };
  const { program, errors } = parseSync(path, text, options);
  const [error] = errors;
  if (error !== undefined) throw new SyntaxError(`${path}: ${error.message}`);

  const lineAt = lineCounter(text);
  const found = {
    imports: importCollector(lineAt),
    functions: functionCollector(lineAt),
    globals: globalCollector(lineAt),
  };
  for (const collector of Object.values(found)) new Visitor(collector.visitor).visit(program);
  return {
    path,
    lines: lineAt(text.trimEnd().length),
    imports: found.imports.list,
    functions: found.functions.list,
    globals: found.globals.list,
  };
}

/** `zod/v4` belongs to `zod`, `@scope/name/deep` to `@scope/name`; `node:` modules are named whole. */
export function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

type LineAt = (offset: number) => number;
type VisitorObject = ConstructorParameters<typeof Visitor>[0];

interface Collector<T> {
  readonly list: readonly T[];
  readonly visitor: VisitorObject;
}

function lineCounter(text: string): LineAt {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    const next = starts.findIndex((start) => start > offset);
    return next === -1 ? starts.length : next;
  };
}

/**
 * All ways to name another module: import and export declarations, `import()` of a literal, `import('x')` in a
 * type, and a relative path in a string, which is how a worker thread's file is named (`new URL('./x.ts', …)`).
 */
function importCollector(lineAt: LineAt): Collector<Import> {
  const list: Import[] = [];
  const seen = new Set<number>();
  const add = (node: (Span & { readonly value?: unknown }) | null) => {
    if (node === null || typeof node.value !== 'string' || seen.has(node.start)) return;
    seen.add(node.start);
    list.push({ specifier: node.value, line: lineAt(node.start) });
  };
  return {
    list,
    visitor: {
      ImportDeclaration: (node) => add(node.source),
      ExportNamedDeclaration: (node) => add(node.source),
      ExportAllDeclaration: (node) => add(node.source),
      ImportExpression: (node) => add(node.source as Span),
      TSImportType: (node) => add(node.source),
      Literal: (node) => {
        if (typeof node.value === 'string' && /^\.\.?\/.+\.ts$/.test(node.value)) add(node);
      },
    },
  };
}

/**
 * Every function with its length. The callbacks of `describe` and `test` are chapters, not functions: they are not
 * listed, and a function that registers tests is as long as what it holds beside them.
 */
function functionCollector(lineAt: LineAt): Collector<FunctionSpan> {
  const list: FunctionSpan[] = [];
  const open: { readonly span: { lines: number }; readonly chapter: boolean }[] = [];
  const names = new Map<unknown, string>();
  const chapters = new Set<unknown>();
  const testers = new Set<string>();
  const linesOf = (node: Span) => lineAt(node.end) - lineAt(node.start) + 1;
  const nameOf = (key: object) => ('name' in key ? String(key.name) : 'a computed name');
  const enter = (node: Span & Partial<Pick<FunctionNode, 'id'>>) => {
    const name = node.id?.name ?? names.get(node) ?? 'a function without a name';
    const span = { name, line: lineAt(node.start), lines: linesOf(node) };
    const chapter = chapters.has(node);
    if (!chapter) list.push(span);
    else if (!open.some((around) => around.chapter)) for (const around of open) around.span.lines -= span.lines - 1;
    open.push({ span, chapter });
  };
  const exit = () => void open.pop();
  return {
    list,
    visitor: {
      ImportDeclaration: (node) => {
        if (node.source.value !== 'node:test') return;
        for (const specifier of node.specifiers) testers.add(specifier.local.name);
      },
      CallExpression: (node) => {
        const callee = node.callee.type === 'MemberExpression' ? node.callee.object : node.callee;
        if (callee.type !== 'Identifier' || !testers.has(callee.name)) return;
        for (const argument of node.arguments as readonly Argument[]) chapters.add(argument);
      },
      VariableDeclarator: (node) => void names.set(node.init, nameOf(node.id)),
      MethodDefinition: (node) => void names.set(node.value, nameOf(node.key)),
      PropertyDefinition: (node) => void names.set(node.value, nameOf(node.key)),
      Property: (node) => void names.set(node.value, nameOf(node.key)),
      ...{ FunctionDeclaration: enter, FunctionExpression: enter, ArrowFunctionExpression: enter },
      ...{ 'FunctionDeclaration:exit': exit, 'FunctionExpression:exit': exit, 'ArrowFunctionExpression:exit': exit },
    },
  };
}

/** Bare names that are called, constructed, or asked for a property: enough to see `Date.now()` and `fetch()`. */
function globalCollector(lineAt: LineAt): Collector<GlobalUse> {
  const list: GlobalUse[] = [];
  const add = (node: Span, name: string) => void list.push({ name, line: lineAt(node.start) });
  return {
    list,
    visitor: {
      CallExpression: ({ callee }) => {
        if (callee.type === 'Identifier') add(callee, callee.name);
      },
      NewExpression: ({ callee }) => {
        if (callee.type === 'Identifier') add(callee, callee.name);
      },
      MemberExpression: (node) => {
        if (node.object.type !== 'Identifier' || node.computed) return;
        add(node, `${node.object.name}.${node.property.type === 'Identifier' ? node.property.name : ''}`);
      },
    },
  };
}
