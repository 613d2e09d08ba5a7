/** Topics, collections and indexes are there before the first message. What exists and is not as it must be ends the start. */
import type { Bus } from '@lethe/bus';
import { topicSpecs } from '@lethe/contracts';
import { indexDue, type Store } from '@lethe/store';
import { ConfigError } from './config.ts';
import type { RecordsKind } from './handlers.ts';
import { prepareOutbox } from './outbox.ts';
import { prepareRelay } from './relay-document.ts';
import type { ServiceOptions } from './service-options.ts';

/** @throws ConfigError listing every topic that is not as it must be */
export async function prepareTopics(bus: Bus, prefix: string, systems: readonly string[]): Promise<void> {
  const specs = topicSpecs(prefix, systems);
  await bus.createTopics(specs);
  const differences = await bus.checkTopics(specs);
  if (differences.length > 0) {
    throw new ConfigError(
      `these topics are not as they must be:\n${differences.map((each) => `  ${each}`).join('\n')}`,
    );
  }
}

export async function prepareStore(
  store: Store,
  service: string,
  records: readonly RecordsKind[],
  { indexes = [], collections = [] }: Pick<ServiceOptions, 'indexes' | 'collections'>,
): Promise<void> {
  await prepareOutbox(store.db);
  await prepareRelay(store, service);
  // A collection that first appears inside a transaction would be a conflict for every other one.
  const names = [...records, ...indexes].map(({ collection }) => collection);
  for (const collection of new Set([...names, ...collections, 'offsets'])) {
    await store.db.createCollection(collection).catch(ignoreExisting);
  }
  for (const { collection, index, due } of records) {
    for (const field of index) await store.db.collection(collection).createIndex({ [`state.${field}`]: 1 });
    if (due !== null) await indexDue(store.db, collection, due.field);
  }
  for (const { collection, keys } of indexes) {
    await store.db.collection(collection).createIndex(keys);
  }
}

const NAMESPACE_EXISTS = 48;

function ignoreExisting(error: unknown): void {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (code !== NAMESPACE_EXISTS) throw error;
}
