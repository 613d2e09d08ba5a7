/** What a rule reads with: inside the transaction of its work when there is one. */
import type { ClientSession } from 'mongodb';
import { loadRecords, type Store } from '@lethe/store';
import type { Reader } from './handlers.ts';

export function readerOf(store: Store, session: ClientSession | undefined): Reader {
  const bound = session === undefined ? {} : { session };
  return {
    find: async (collection, filter, options = {}) =>
      (await store.db
        .collection(collection)
        .find(filter as never, { ...bound, ...(options.limit !== undefined && { limit: options.limit }) })
        .toArray()) as never,
    states: async (records, ids) => {
      const found = await loadRecords(store.db, records.kind.collection, ids, session);
      return new Map([...found].map(([id, document]) => [id, document.state as typeof records.initial]));
    },
  };
}
