/** The names that an operator gave to things, which are nobody's: what a redacted letter may show. */
import { readCatalogFolder } from '@lethe/catalog';
import { parseTopicName } from '@lethe/contracts';

/**
 * The systems of the topics, and all names of the catalog when LETHE_CATALOG says where it is.
 * @throws CatalogError
 */
export const knownNames = async (
  topics: readonly string[],
  prefix: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<ReadonlySet<string>> => {
  const systems = topics.flatMap((topic) => parseTopicName(prefix, topic)?.system ?? []);
  const folder = env['LETHE_CATALOG'] ?? '';
  if (folder === '') return new Set(systems);
  const catalog = await readCatalogFolder(folder);
  return new Set([
    ...systems,
    ...catalog.controllers,
    ...catalog.identityTypes.keys(),
    ...catalog.regulations.keys(),
    ...[...catalog.systems.values()].flatMap(({ name, datasets }) => [name, ...datasets]),
  ]);
};
