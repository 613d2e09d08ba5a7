import { isDeepStrictEqual } from 'node:util';
import { withoutDocs } from './inline.ts';
import type { Released } from './released.ts';
import type { RecordSchema } from './schema.ts';

/** Why two versions, older and newer, as JSON text, cannot live side by side; empty when they can. */
export type Incompatibilities = (older: string, newer: string) => readonly string[];

/**
 * The versions that have to be frozen, and why some cannot be. A better wording alone is no new version. Every frozen
 * version counts, not only the latest: records of any of them may still stand on a topic.
 */
export function toRelease(
  current: readonly RecordSchema[],
  released: readonly Released[],
  incompatibilities: Incompatibilities,
): { readonly additions: readonly Released[]; readonly refusals: readonly string[] } {
  const additions: Released[] = [];
  const refusals: string[] = [];
  for (const schema of current) {
    const frozen = released.filter(({ name }) => name === schema.name);
    const latest = frozen.at(-1);
    if (latest !== undefined && isDeepStrictEqual(withoutDocs(latest.schema), withoutDocs(schema))) continue;
    for (const version of frozen) {
      for (const reason of incompatibilities(JSON.stringify(version.schema), JSON.stringify(schema))) {
        refusals.push(`${schema.name}, against v${version.version}: ${reason}`);
      }
    }
    additions.push({ name: schema.name, version: (latest?.version ?? 0) + 1, schema });
  }
  for (const { name, version } of released) {
    const known = current.some((schema) => schema.name === name);
    if (!known) refusals.push(`${name} v${version} was released, but ${name}.avsc is gone`);
  }
  return { additions, refusals };
}
