import { parseDuration } from './duration.ts';
import { shortestTime } from './regulation.ts';
import { respondWithin } from './schema.ts';
import type { Located, Problem, YamlFile } from './yaml-file.ts';

/**
 * What one field cannot tell: references, doubles, times that do not fit. It reads the documents rather than the
 * parsed data, so that one mistyped field does not hide these until the next run.
 */
export function crossChecks(catalog: YamlFile | undefined, systems: readonly YamlFile[]): readonly Problem[] {
  return [
    ...(catalog === undefined ? [] : doublesInCatalog(catalog)),
    ...doubles(
      systems.flatMap((file) => file.valuesAt('name')),
      'system',
    ),
    ...systems.flatMap((file) => [
      ...ownName(file),
      ...doubles(file.valuesAt('datasets', '*'), 'dataset'),
      ...doubles(file.valuesAt('identityTypes', '*'), 'identity type'),
      ...doubles(file.valuesAt('feeds', '*', 'dataset'), 'feed of dataset'),
      ...unknown(file.valuesAt('feeds', '*', 'dataset'), file.valuesAt('datasets', '*'), 'dataset of this system'),
      ...coverage(file),
    ]),
    ...(catalog === undefined ? [] : systems.flatMap((file) => againstCatalog(catalog, file))),
  ];
}

function doublesInCatalog(catalog: YamlFile): readonly Problem[] {
  return [
    ...doubles(catalog.valuesAt('controllers', '*'), 'controller'),
    ...doubles(catalog.valuesAt('identityTypes', '*', 'name'), 'identity type'),
    ...doubles(catalog.valuesAt('regulations', '*', 'id'), 'regulation'),
  ];
}

function againstCatalog(catalog: YamlFile, file: YamlFile): readonly Problem[] {
  const types = catalog.valuesAt('identityTypes', '*', 'name');
  return [
    // Without any type the catalog itself is at fault, and says so; every reference would only repeat it.
    ...(types.length === 0
      ? []
      : [
          ...unknown(file.valuesAt('identityTypes', '*'), types, 'identity type of catalog.yaml'),
          ...unknown(file.keysAt('feeds', '*', 'identities'), types, 'identity type of catalog.yaml'),
        ]),
    ...deadline(catalog, file),
  ];
}

/** A team that finds its file by its system's name must find the right one. */
function ownName(file: YamlFile): readonly Problem[] {
  const expected = file.path.replace(/^.*\//, '').replace(/\.yaml$/, '');
  return strings(file.valuesAt('name'))
    .filter(({ value }) => value !== expected)
    .map((name) => name.problem(`the file is ${file.path}, so the system is "${expected}", not "${name.value}"`));
}

function coverage(file: YamlFile): readonly Problem[] {
  const whenSeen = strings(file.valuesAt('locate')).filter(({ value }) => value === 'when_seen');
  const since = file.valuesAt('since').filter(({ value }) => value !== null);
  if (since.length === 0)
    return whenSeen.map((locate) =>
      locate.problem('`when_seen` needs `since`: the date since which its feeds have told everything'),
    );
  return whenSeen.length > 0 ? [] : since.map((date) => date.problem('`since` belongs to `locate: when_seen`'));
}

/** A system that may answer later than the controller must is a promise broken by design. */
function deadline(catalog: YamlFile, file: YamlFile): readonly Problem[] {
  return strings(file.valuesAt('answerWithin')).flatMap((answerWithin) => {
    const time = parseDuration(answerWithin.value);
    if (time === undefined) return [];
    return duties(catalog)
      .filter(({ shortest }) => time > shortest)
      .map(({ id, shortest }) =>
        answerWithin.problem(
          `an answer after ${answerWithin.value} can be too late for regulation "${id}", which may leave only ${shortest / day} days`,
        ),
      );
  });
}

const day = 24 * 60 * 60 * 1000;

function duties(catalog: YamlFile): readonly { readonly id: string; readonly shortest: number }[] {
  const data: unknown = catalog.data;
  const listed = isRecord(data) && Array.isArray(data['regulations']) ? (data['regulations'] as unknown[]) : [];
  return listed.filter(isRecord).flatMap(({ id, respond }) => {
    const parsed = respondWithin.safeParse(respond);
    return parsed.success ? [{ id: String(id), shortest: shortestTime(parsed.data) }] : [];
  });
}

function doubles(all: readonly Located[], what: string): readonly Problem[] {
  const seen = new Set<string>();
  return strings(all).flatMap((located) => {
    if (seen.has(located.value)) return [located.problem(`${what} "${located.value}" is there twice`)];
    seen.add(located.value);
    return [];
  });
}

function unknown(references: readonly Located[], declared: readonly Located[], what: string): readonly Problem[] {
  const known = new Set(strings(declared).map(({ value }) => value));
  return strings(references)
    .filter(({ value }) => !known.has(value))
    .map((reference) => reference.problem(`"${reference.value}" is no ${what}`));
}

/** What is no string is already a problem of its field. */
function strings(all: readonly Located[]): readonly (Located & { readonly value: string })[] {
  return all.filter((located): located is Located & { readonly value: string } => typeof located.value === 'string');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
