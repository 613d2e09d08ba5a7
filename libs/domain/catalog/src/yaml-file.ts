import { isMap, isScalar, isSeq, LineCounter, parseDocument, visit, type Document, type Node } from 'yaml';

/** Something wrong with the catalog, at its place. Lines and columns count from 1. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** A file's text; the path is relative to the catalog folder, with `/`. */
export interface CatalogText {
  readonly path: string;
  readonly text: string;
}

/** A scalar of the document with its place. */
export interface Located {
  readonly value: unknown;
  problem(message: string): Problem;
}

type Path = readonly (string | number)[];

/** A parsed file that can say where each of its parts stands. */
export interface YamlFile {
  readonly path: string;
  readonly data: unknown;
  /** What keeps it from being YAML; then `data` is undefined. */
  readonly problems: readonly Problem[];
  /** At the value under this path, or at the nearest part above it that exists. */
  problemAt(path: Path, message: string): Problem;
  /** At the key itself, for a key that should not be there. */
  problemAtKey(path: Path, key: string, message: string): Problem;
  /** All values under a path, `*` standing for every item or value. */
  valuesAt(...path: readonly string[]): readonly Located[];
  /** All keys of the maps under a path. */
  keysAt(...path: readonly string[]): readonly Located[];
}

export function readYaml({ path: file, text }: CatalogText): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: '1.2' });
  const problem = (offset: number, message: string): Problem => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1), message };
  };
  const at = (node: unknown, message: string) => problem(startOf(node) ?? 0, message);
  const located = (node: unknown): Located => ({
    value: isScalar(node) ? node.value : undefined,
    problem: (message) => at(node, message),
  });
  const problems = [
    ...[...document.errors, ...document.warnings].map(({ pos, message }) => problem(pos[0], message)),
    ...unread(document).map(({ node, why }) => at(node, why)),
  ];
  const readable = problems.length === 0;
  const root = readable ? document.contents : null;

  return {
    path: file,
    data: readable ? document.toJS() : undefined,
    problems,
    problemAt: (path, message) => at(nearest(root, path), message),
    problemAtKey: (path, key, message) => at(keyNode(nearest(root, path), key), message),
    valuesAt: (...path) => matching(root, path).map(located),
    keysAt: (...path) =>
      matching(root, path)
        .flatMap((node) => (isMap(node) ? node.items.map(({ key }) => key) : []))
        .map(located),
  };
}

/**
 * YAML that no catalog needs. A review should see what each system says where it says it, and every check can take a
 * document for a tree of named values, which no alias makes a thousand times larger than its text.
 */
function unread(document: Document): readonly { readonly node: unknown; readonly why: string }[] {
  const found: { readonly node: unknown; readonly why: string }[] = [];
  // 1.1 also means merge keys, and a date or a `no` that is not the text one reads.
  if (document.directives?.yaml.version !== '1.2') found.push({ node: undefined, why: 'only YAML 1.2 is read' });
  visit(document, {
    Alias: (_, node) => void found.push({ node, why: 'an alias is not read here: write out what it stands for' }),
    Pair: (_, { key }) => {
      if (!isScalar(key)) found.push({ node: key, why: 'a key must be a plain word' });
    },
  });
  return found;
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

/** For a missing part, the key of the part that lacks it says more than where that part's value begins. */
function nearest(root: unknown, path: Path): unknown {
  let node = root;
  for (const segment of path) {
    const child = children(node).find(({ name }) => name === String(segment));
    if (child === undefined) return node;
    // `dataset:` without a value is a null at no sensible place; its key is.
    node = isScalar(child.value) && child.value.value === null ? (child.key ?? child.value) : child.value;
  }
  return node;
}

function keyNode(node: unknown, key: string): unknown {
  return children(node).find(({ name }) => name === key)?.key ?? node;
}

function children(node: unknown): readonly { name: string; key?: unknown; value: unknown }[] {
  if (isSeq(node)) return node.items.map((value, index) => ({ name: String(index), value }));
  if (!isMap(node)) return [];
  return node.items.map(({ key, value }) => ({ name: String(isScalar(key) ? key.value : key), key, value }));
}

function matching(root: unknown, path: readonly string[]): readonly unknown[] {
  return path.reduce<readonly unknown[]>(
    (nodes, segment) =>
      nodes.flatMap((node) =>
        children(node)
          .filter(({ name }) => segment === '*' || name === segment)
          .map(({ value }) => value),
      ),
    [root],
  );
}
