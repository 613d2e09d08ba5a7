import type { z } from 'zod';
import { feedName, type Catalog, type Feed, type System } from './catalog.ts';
import { crossChecks } from './cross-checks.ts';
import { digestOf } from './digest.ts';
import { parseDuration } from './duration.ts';
import { catalogFile, systemFile, type CatalogFile, type SystemFile } from './schema.ts';
import { readYaml, type CatalogText, type Problem, type YamlFile } from './yaml-file.ts';

export type LoadedCatalog =
  | { readonly ok: true; readonly catalog: Catalog; readonly digest: string }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const main = 'catalog.yaml';
const shapeOfSystemPath = /^systems\/[^/]+\.yaml$/;

/** Every problem of every file at once, or the catalog. */
export function loadCatalog(files: readonly CatalogText[]): LoadedCatalog {
  const known = (path: string) => path === main || shapeOfSystemPath.test(path);
  // Sorted, so that neither the problems nor the digest depend on how a folder happens to be listed.
  const read = [...files].sort(byPath).map(readYaml);
  const catalog = read.find(({ path }) => path === main);
  const systems = read.filter(({ path }) => shapeOfSystemPath.test(path));

  const catalogData = catalog === undefined ? undefined : shaped(catalog, catalogFile);
  const systemData = systems.map((file) => shaped(file, systemFile));
  const problems = [
    ...read.flatMap((file) => file.problems),
    ...(catalog === undefined ? [missing(main, 'there is no catalog.yaml')] : []),
    ...(systems.length === 0 ? [missing(main, 'there are no systems: add systems/<name>.yaml')] : []),
    ...read
      .filter(({ path }) => !known(path))
      .map((file) => missing(file.path, 'is neither catalog.yaml nor systems/<name>.yaml')),
    ...(catalogData?.problems ?? []),
    ...systemData.flatMap((file) => file.problems),
    ...crossChecks(catalog, systems),
  ];
  const parsed = systemData.flatMap(({ data }) => (data === undefined ? [] : [data]));
  if (problems.length > 0 || catalogData?.data === undefined) return { ok: false, problems: problems.sort(byPlace) };
  const built = build(catalogData.data, parsed);
  return { ok: true, catalog: built, digest: built.digest };
}

interface Shaped<T> {
  readonly data?: T;
  readonly problems: readonly Problem[];
}

function shaped<T>(file: YamlFile, schema: z.ZodType<T>): Shaped<T> {
  // Not YAML at all: that is the one problem to report.
  if (file.problems.length > 0) return { problems: [] };
  if (file.data === null) return { problems: [missing(file.path, 'the file is empty')] };
  const parsed = schema.safeParse(file.data, { error: inOurWords });
  if (parsed.success) return { data: parsed.data, problems: [] };
  return { problems: parsed.error.issues.flatMap((issue) => problemsOf(file, issue)) };
}

/** Where zod speaks of TypeScript, the author of a YAML file is told what to do. */
const inOurWords: z.core.$ZodErrorMap = ({ code, input, ...issue }) => {
  if (code !== 'invalid_type') return undefined;
  if (input === undefined) return 'is missing';
  // YAML reads an unquoted null, -1 or 0 as what it is.
  return 'expected' in issue && issue.expected === 'string' && !isNested(input)
    ? `is ${input === null ? 'empty or null' : `a ${typeof input}`}; a text is needed, in quotes if it looks like something else`
    : undefined;
};

function isNested(input: unknown): boolean {
  return typeof input === 'object' && input !== null;
}

function problemsOf(file: YamlFile, issue: z.core.$ZodIssue): readonly Problem[] {
  const path = issue.path.map((segment) => (typeof segment === 'symbol' ? String(segment) : segment));
  const field = path.length === 0 ? '' : `${path.join('.')}: `;
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => file.problemAtKey(path, key, `${field}unknown key "${key}"`));
  if (issue.code === 'invalid_key') {
    const why = issue.issues.map(({ message }) => message).join('; ');
    return [file.problemAtKey(path.slice(0, -1), String(path.at(-1)), `${field}${why}`)];
  }
  return [file.problemAt(path, `${field}${issue.message}`)];
}

function missing(file: string, message: string): Problem {
  return { file, line: 1, column: 1, message };
}

function build(catalog: CatalogFile, systemFiles: readonly SystemFile[]): Catalog {
  const systems = systemFiles.map(systemOf).sort(byName);
  const feeds = systems.flatMap((system) => system.feeds);
  return {
    controllers: [...catalog.controllers].sort(),
    identityTypes: new Map(catalog.identityTypes.map((type) => [type.name, type])),
    regulations: new Map(catalog.regulations.map((regulation) => [regulation.id, regulation])),
    systems: new Map(systems.map((system) => [system.name, system])),
    feeds: new Map(feeds.map((feed) => [feed.name, feed])),
    digest: digestOf({
      ...catalog,
      controllers: [...catalog.controllers].sort(),
      identityTypes: catalog.identityTypes.map((type) => ({ ...type, blocked: [...type.blocked].sort() })).sort(byName),
      regulations: [...catalog.regulations].sort((a, b) => (a.id < b.id ? -1 : 1)),
      systems: systems.map((system) => ({
        ...system,
        feeds: system.feeds.map((feed) => ({ ...feed, identities: Object.fromEntries(feed.identities) })),
      })),
    }),
  };
}

function systemOf({ answerWithin, ...file }: SystemFile): System {
  const answerWithinMs = parseDuration(answerWithin);
  if (answerWithinMs === undefined) throw new RangeError('the schema let a duration pass that cannot be parsed');
  const feeds = file.feeds.map((feed): Feed => ({
    ...feed,
    name: feedName(file.name, feed.dataset),
    system: file.name,
    identities: new Map(Object.entries(feed.identities)),
  }));
  return {
    ...file,
    datasets: [...file.datasets].sort(),
    identityTypes: [...file.identityTypes].sort(),
    answerWithinMs,
    feeds: feeds.sort(byName),
  };
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}

function byPath(a: CatalogText, b: CatalogText): number {
  return a.path < b.path ? -1 : 1;
}

function byPlace(a: Problem, b: Problem): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}
